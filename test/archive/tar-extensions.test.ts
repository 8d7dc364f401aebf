import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { buildExtension, buildTar, paxRecords, type TarInput } from '../support/build-tar.js';
import { readTar } from '../support/read-tar.js';

const x = (records: Record<string, string>): Uint8Array => buildExtension('x', paxRecords(records));
const g = (records: Record<string, string>): Uint8Array => buildExtension('g', paxRecords(records));
const longName = (name: string): Uint8Array => buildExtension('L', Buffer.from(`${name}\0`));
const longLink = (name: string): Uint8Array => buildExtension('K', Buffer.from(`${name}\0`));
const file: TarInput = { path: 'plain', body: 'x', uid: 1 };

function read(...entries: (TarInput | Uint8Array)[]) {
  const tar = buildTar(entries);
  const whole = readTar(tar);
  expect(readTar(tar, { chunk: 1 })).to.deep.equal(whole);
  return {
    members: whole.entries.map((e) => `${e.name} ${e.uid} ${e.size} ${e.linkname ?? ''}`.trim()),
    odd: whole.odd,
    entries: whole.entries,
  };
}

describe('TarExtensionReader', () => {
  const cases: readonly [
    title: string,
    entries: readonly (TarInput | Uint8Array)[],
    members: readonly string[],
    odd?: RegExp,
  ][] = [
    ['gives a member its pax header', [x({ path: 'named', uid: '7' }), file, file], ['named 7 1', 'plain 1 1']],
    [
      'gives a member its GNU names',
      [longName('long'), longLink('far'), { path: 'a', linkname: 'b' }, file],
      ['long 0 0 far', 'plain 1 1'],
    ],
    ['takes a GNU name up to its NUL', [buildExtension('L', Buffer.from('long\0tail')), file], ['long 1 1']],
    ['takes a GNU name without a NUL', [buildExtension('L', Buffer.from('long')), file], ['long 1 1']],
    ['ignores a link name where there is no link', [longLink('far'), file], ['plain 1 1']],
    ['keeps the header where a pax value is empty', [x({ path: '', uid: '' }), file], ['plain 1 1']],
    ['reads an empty pax header', [buildExtension('x', new Uint8Array(0)), file], ['plain 1 1']],
    [
      'takes the last of two pax headers, alone',
      [x({ path: 'one', uid: '8' }), x({ path: 'two' }), file],
      ['two 1 1'],
      /^odd-header two: it has several pax headers/,
    ],
    [
      'takes the last of two GNU names',
      [longName('one'), longName('two'), file],
      ['two 1 1'],
      /^odd-header two: it has several long names/,
    ],
    [
      'takes a GNU name before a pax path, as the engines do',
      [x({ path: 'pax' }), longName('gnu'), file],
      ['gnu 1 1'],
      /^odd-header gnu: both a pax path and/,
    ],
    [
      'says when a header belongs to no member',
      [file, x({ path: 'never' })],
      ['plain 1 1'],
      /^odd-header : an extended header that belongs to no/,
    ],
    [
      'applies owners of a global header, and says that engines do not',
      [g({ uid: '9' }), file, { path: 'b' }],
      ['plain 9 1', 'b 9 0'],
      /^odd-header plain: a global pax header sets uid for all/,
    ],
    ['takes a global value back', [g({ uid: '9' }), x({ uid: '' }), file], ['plain 1 1'], /global/],
    [
      'puts a member before a global header',
      [g({ uid: '9' }), x({ uid: '5' }), file, file],
      ['plain 5 1', 'plain 9 1'],
      /global/,
    ],
    ['takes no notice of a comment for all, which git writes', [g({ comment: '0123abcd' }), file], ['plain 1 1']],
    [
      'forgets what came before a global header, as the engines do',
      [x({ path: 'lost' }), g({ comment: 'x' }), file],
      ['plain 1 1'],
      /^odd-header plain: an extended header that belongs/,
    ],
    [
      'gives sparse files the name that they are unpacked to',
      [
        x({
          'GNU.sparse.major': '1',
          'GNU.sparse.minor': '0',
          'GNU.sparse.name': 'real',
          'GNU.sparse.realsize': '99',
          path: 'GNUSparseFile.1/real',
        }),
        file,
      ],
      ['real 1 99'],
    ],
  ];
  for (const [title, entries, members, odd] of cases) {
    it(title, () => {
      const found = read(...entries);
      expect(found.members).to.deep.equal(members);
      expect(found.odd).to.have.length(odd ? 1 : 0);
      if (odd) expect(found.odd[0]).to.match(odd);
    });
  }

  it('lets the size in a pax header count for the content', () => {
    const { entries, members } = read(
      { path: 'a', body: 'x'.repeat(700), pax: { size: '700' }, raw: { size: '1\0' } },
      file,
    );
    expect(members).to.deep.equal(['a 0 700', 'plain 1 1']);
    expect(entries[1]?.offset).to.equal(512 * 2 + 512 + 1024);
  });

  it('joins xattrs of a member to global ones', () => {
    const { entries } = read(
      g({ 'SCHILY.xattr.user.a': '1', 'SCHILY.xattr.user.b': '1' }),
      x({ 'SCHILY.xattr.user.b': '2' }),
      file,
      file,
    );
    const text = entries.map((e) =>
      Object.entries(e.xattrs ?? {}).map(([name, value]) => `${name}=${Buffer.from(value).toString()}`),
    );
    expect(text).to.deep.equal([
      ['user.a=1', 'user.b=2'],
      ['user.a=1', 'user.b=1'],
    ]);
  });

  for (const records of [{ path: 'etc/shadow' }, { linkpath: 'x' }, { size: '0' }, { 'GNU.sparse.map': '0,1' }]) {
    it(`refuses a global ${Object.keys(records).join()}`, () => {
      expect(() => read(g(records), file)).to.throw(ImgcheckError, /at 0: a global pax header gives every member/);
    });
  }

  it('refuses a sparse directory', () => {
    expect(() => read(x({ 'GNU.sparse.map': '0,1' }), { path: 'd/' })).to.throw(
      ImgcheckError,
      /a directory that is a sparse file/,
    );
  });

  it('says where the header is whose pax records are wrong', () => {
    expect(() => read(file, buildExtension('x', Buffer.from('99 path=a\n')), file)).to.throw(
      ImgcheckError,
      'layer: tar header at 1024: a pax record of 99 bytes does not fit its header',
    );
  });
});
