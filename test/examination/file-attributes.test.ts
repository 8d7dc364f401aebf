import { expect } from 'chai';
import {
  AccountNames,
  compareAttributes,
  type ActualAttributes,
  type PackagedAttributes,
} from '../../src/examination/file-attributes.js';

const names = (...lines: readonly (readonly [string, number])[]): AccountNames =>
  new AccountNames({ path: 'etc/passwd', names: lines.map(([name]) => name), ids: lines.map(([, id]) => id) });
const accounts = { users: names(['root', 0], ['ftp', 14], ['ftp2', 14]), groups: new AccountNames(undefined) };
const packaged: PackagedAttributes = { mode: 0o100644, user: 'root', group: 'root', verify: 0xffff };
const actual: ActualAttributes = { type: 8, mode: 0o644, uid: 0, gid: 0 };
const said = (more: Partial<PackagedAttributes>, other: Partial<ActualAttributes>, ghost = false): string[] =>
  compareAttributes({ ...packaged, ...more }, { ...actual, ...other }, accounts, ghost).map(({ text }) => text);

describe('examination/file-attributes', () => {
  it('knows root without an account file, and takes a name or a number for a match as rpm does', () => {
    expect([0, 1].map((id) => accounts.groups.matches(id, 'root'))).to.deep.equal([true, false]);
    expect(['ftp', 'ftp2', 'other'].map((name) => accounts.users.matches(14, name))).to.deep.equal([true, true, false]);
    expect([0, 14, 99].map((id) => accounts.users.nameOf(id))).to.deep.equal(['root', 'ftp', '99']);
  });

  it('takes the first of two lines with one name', () => {
    expect(names(['a', 1], ['a', 2]).matches(1, 'a')).to.equal(true);
    expect(new AccountNames({ path: '', names: ['root'], ids: [7] }).matches(7, 'root')).to.equal(true);
  });

  const cases: readonly (readonly [
    string,
    Partial<PackagedAttributes>,
    Partial<ActualAttributes>,
    readonly string[],
  ])[] = [
    ['nothing of the same', {}, {}, []],
    [
      'every attribute at once',
      { device: 1 },
      { mode: 0o4755, uid: 14, gid: 9 },
      ['mode 4755, packaged 0644', 'user ftp, packaged root', 'group 9, packaged root'],
    ],
    ['nothing of what the flags leave out', { verify: 1 | 2 | 4 }, { mode: 0o4755, uid: 14, gid: 9 }, []],
    [
      'nothing but the type where that differs',
      { verify: 64 },
      { type: 4, mode: 0o755, uid: 5 },
      ['type directory, packaged file'],
    ],
    ['no type where neither mode, content nor link is asked for', { verify: 8 }, { type: 4 }, []],
    ['no mode of a link', { mode: 0o120777 }, { type: 10, mode: 0o644 }, []],
    ['no owner that the package does not name', { user: '', group: '' }, { uid: 3, gid: 3 }, []],
    ['a type that has no name', { mode: 0o160000 }, {}, ['type file, packaged type 14']],
    ['malformed capabilities', {}, { capabilities: Uint8Array.of(1) }, ['capabilities malformed, packaged none']],
    [
      'capabilities that cannot be read in the package',
      { capabilities: 'cap_what=ep' },
      {},
      ['capabilities none, packaged cap_what=ep'],
    ],
    ['nothing of empty capabilities', { capabilities: '=' }, {}, []],
  ];
  for (const [title, more, other, expected] of cases) {
    it(`says ${title}`, () => {
      expect(said(more, other)).to.deep.equal(expected);
    });
  }

  it('compares the mode of a ghost, whatever its type', () => {
    expect(said({ mode: 0o100755 }, { type: 4, mode: 0o755 }, true)).to.deep.equal([]);
    expect(said({ mode: 0o100755 }, { type: 4, mode: 0o700 }, true)).to.deep.equal(['mode 0700, packaged 0755']);
  });
});
