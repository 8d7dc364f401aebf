import { expect } from 'chai';
import { parsePax } from '../../src/archive/pax.js';
import { ImgcheckError } from '../../src/core/error.js';
import { paxRecords } from '../support/build-tar.js';

function read(content: string | Uint8Array | Record<string, string | Uint8Array>) {
  const notes: string[] = [];
  const bytes =
    typeof content === 'string' ? Buffer.from(content) : content instanceof Uint8Array ? content : paxRecords(content);
  const records = parsePax(bytes, {
    fail: (message) => new ImgcheckError('hostile', message),
    note: (message) => notes.push(message),
  });
  return { records, notes };
}

describe('parsePax', () => {
  it('reads what there is about a member', () => {
    const { records, notes } = read({
      path: 'usr/é',
      linkpath: 'x=y\nz',
      size: '8589934592',
      uid: '4294967294',
      gid: '7',
      uname: 'root',
      gname: 'wheel',
      mtime: '1350244992.023960108',
      comment: 'any',
      atime: 'never',
      hdrcharset: 'BINARY',
      'LIBARCHIVE.xattr.user.x': 'eA==',
    });
    expect(notes).to.deep.equal([]);
    expect(records).to.deep.equal({
      path: 'usr/é',
      linkpath: 'x=y\nz',
      size: 8589934592,
      uid: 4294967294,
      gid: 7,
      user: 'root',
      group: 'wheel',
      mtime: 1350244992.0239601,
    });
  });

  it('keeps xattrs as bytes, whatever they are called', () => {
    const capability = Uint8Array.of(1, 0, 0, 2, 0, 0x0a, 0x3d, 0xff);
    const content = paxRecords({
      'SCHILY.xattr.security.capability': capability,
      'SCHILY.xattr.__proto__': 'x',
      'SCHILY.xattr.user.a=b': 'c',
      'SCHILY.xattr.user.empty': '',
    });
    const { xattrs } = read(content).records;
    content.fill(0);
    expect(xattrs?.['security.capability']).to.deep.equal(capability);
    // A key ends at its first equals sign, so this name cannot be told.
    expect(Buffer.from(xattrs?.['user.a'] ?? []).toString()).to.equal('b=c');
    expect(Object.keys(xattrs ?? {})).to.deep.equal(['security.capability', '__proto__', 'user.a']);
  });

  it('takes the SELinux label of older writers, but the exact one first', () => {
    const label = (records: Record<string, string>): string =>
      Buffer.from(read(records).records.xattrs?.['security.selinux'] ?? []).toString();
    expect(label({ 'RHT.security.selinux': 'a' })).to.equal('a');
    expect(label({ 'RHT.security.selinux': 'a', 'SCHILY.xattr.security.selinux': 'b' })).to.equal('b');
    expect(label({ 'SCHILY.xattr.security.selinux': 'b', 'RHT.security.selinux': 'a' })).to.equal('b');
  });

  it('keeps what is not UTF-8 apart', () => {
    expect(read({ path: Uint8Array.of(0x61, 0xe9) }).records.path).to.equal('a\udce9');
  });

  it('says that a field was written empty', () => {
    const { records } = read({ path: '', uid: '', mtime: '' });
    expect(records).to.deep.equal({ path: undefined, uid: undefined, mtime: undefined });
  });

  it('notes a key that comes twice, the last of which counts', () => {
    const { records, notes } = read('9 path=a\n9 path=b\n');
    expect(records.path).to.equal('b');
    expect(notes).to.deep.equal(['its pax header has path twice']);
  });

  it('takes a time beyond all calendars for 0', () => {
    const { records, notes } = read({ mtime: '99999999999999999999' });
    expect([records.mtime, ...notes]).to.deep.equal([0, 'its pax mtime is beyond 2^53 seconds: taken as 0']);
  });

  const sparse: readonly [title: string, content: Record<string, string>, expected: unknown][] = [
    [
      '1.0',
      { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'a', 'GNU.sparse.realsize': '9' },
      { name: 'a', realSize: 9 },
    ],
    ['0.1', { 'GNU.sparse.map': '0,1', 'GNU.sparse.name': 'a', 'GNU.sparse.size': '9' }, { name: 'a', realSize: 9 }],
    ['0.0', { 'GNU.sparse.offset': '0', 'GNU.sparse.numbytes': '1', 'GNU.sparse.size': '9' }, { realSize: 9 }],
  ];
  for (const [version, content, expected] of sparse) {
    it(`knows a sparse file of version ${version}`, () => expect(read(content).records.sparse).to.deep.equal(expected));
  }

  it('does not follow a sparse name without a known version, as the engines do not', () => {
    for (const version of [{}, { 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0' }]) {
      const { records, notes } = read({ 'GNU.sparse.name': 'etc/shadow', ...version });
      expect(records).to.deep.equal({});
      expect(notes).to.deep.equal(['it has GNU.sparse records of no known version, which are ignored']);
    }
  });

  const refused: readonly [title: string, content: string, message: RegExp][] = [
    ['a record without a length', ' path=a\n', /does not fit/],
    ['a length that is no number', 'x9 path=a\n', /no length/],
    ['a negative length', '-9 path=a\n', /no length/],
    ['a length of 0', '0 path=a\n', /does not fit/],
    ['a length that covers only itself', '2 path=a\n', /does not fit/],
    ['a length one too long', '11 path=a\n', /does not fit/],
    ['a length one too short', '8 path=a\n', /does not end where/],
    ['a length beyond 2^32', '4294967305 path=a\n', /does not fit/],
    ['a length of a hundred digits', `${'9'.repeat(100)} path=a\n`, /no length/],
    ['a length and nothing else', '9', /does not fit/],
    ['a record without a key', '5 =a\n', /no key/],
    ['a record without an equals sign', '9 path a\n', /no key/],
    ['NULs after the records', '9 path=a\n\0\0', /no length/],
    ['a NUL in a path', '12 path=a\0b\n', /pax path holds a NUL/],
    ['a NUL in an owner', '11 uname=\0\n', /pax uname holds a NUL/],
    ['a negative size', '11 size=-1\n', /pax size is not a whole number/],
    ['a size beyond 2^53', '25 size=9007199254740993\n', /pax size is not a whole number/],
    ['an octal-looking uid with letters', '11 uid=0x1\n', /pax uid is not a whole number/],
    ['a time that is none', '14 mtime=1e99\n', /pax mtime is not a number/],
    [
      'a sparse size that is no number',
      '20 GNU.sparse.map=0\n22 GNU.sparse.size=-1\n',
      /pax GNU.sparse size is not a whole/,
    ],
  ];
  for (const [title, content, message] of refused) {
    it(`refuses ${title}`, () => expect(() => read(content)).to.throw(ImgcheckError, message));
  }
});
