import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../src/rpm/database.js';
import { parseHeader, type Header } from '../../src/rpm/header.js';
import { PackageFiles, type TextColumn } from '../../src/rpm/package-files.js';
import { readPackage } from '../../src/rpm/package.js';
import { isDamage } from '../../src/rpm/record.js';
import { databaseIn, readPlain } from '../support/rpm-database.js';
import { fileListTags } from '../support/rpm-file-list.js';
import { encodeHeader, type TagValue } from '../support/rpm-header.js';
import { needShared, sharedPath } from '../support/shared.js';

/** Folders of the collection that have rpm's own list of files. */
function listed(): readonly string[] {
  const root = sharedPath('data', 'rpmdb');
  if (root === undefined) return [];
  return ['real', 'rebuilt', 'made']
    .flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name)))
    .filter((folder) => existsSync(join(root, folder, 'files.tsv.gz')));
}

function split(bytes: Uint8Array | undefined): string[] {
  const texts = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\0');
  texts.pop();
  return texts;
}

/** A line of files.tsv for each file of a header: rpm printed those. */
function linesOf(header: Header, blob: Uint8Array): string[] {
  const { name, version, release } = readPackage(blob);
  const files = new PackageFiles(header);
  const { directory, mode, flags, state, verifyFlags, size } = files;
  const [names, directories] = [split(files.baseNames), split(files.directories)];
  const text = (column: TextColumn): string[] => split(files.texts(column));
  const [digests, users, groups, links] = [text('digests'), text('users'), text('groups'), text('linkTargets')];
  return names.map((base, i) =>
    [
      ...[name, `${version}-${release}`, `${directories[directory?.(i) ?? -1]}${base}`, mode(i), digests[i]],
      ...[files.digestAlgorithm, flags(i), state(i), verifyFlags(i), users[i], groups[i], size(i), links[i]],
    ].join('\t'),
  );
}

describe('rpm/package-files', () => {
  for (const folder of listed()) {
    it(`lists of ${folder} what rpm does, attribute by attribute`, function () {
      const root = needShared(this, 'data', 'rpmdb', folder);
      const lines: string[] = [];
      for (const found of openDatabase(readPlain(databaseIn(root)), folder).records) {
        if (isDamage(found)) throw new Error(found.damage);
        lines.push(...linesOf(parseHeader(found.blob, 'header'), found.blob));
      }
      const expected = readPlain(join(root, 'files.tsv.gz')).toString('utf8').split('\n').filter(Boolean);
      // rpm prints nothing for an algorithm that is not said, which stands for MD5.
      const told = expected.map((line) =>
        line
          .split('\t')
          .map((field, i) => (i === 5 && !/^\d+$/.test(field) ? '1' : field))
          .join('\t'),
      );
      expect(lines.sort()).to.deep.equal(told.sort());
    });
  }

  const plain: readonly TagValue[] = [
    { tag: 1000, type: 'string', value: 'a' },
    { tag: 1001, type: 'string', value: '1' },
    { tag: 1002, type: 'string', value: '2' },
  ];
  const filesOf = (tags: readonly TagValue[]): PackageFiles =>
    new PackageFiles(parseHeader(encodeHeader([...plain, ...tags]), 'header'));

  it('has none in a package that lists none', () => {
    const files = filesOf([]);
    expect([files.count, files.baseNames.length, files.directories.length]).to.deep.equal([0, 0, 0]);
  });

  it('reads whole paths where a package is too old to have directories', () => {
    const files = filesOf([{ tag: 1027, type: 'strings', value: ['/bin/a', '/bin/b'] }]);
    expect([files.count, split(files.baseNames), files.directory]).to.deep.equal([2, ['/bin/a', '/bin/b'], undefined]);
  });

  it('takes sizes of 64 bits before those of 32', () => {
    const { signed } = fileListTags([{ path: '/a', body: 'abc' }]);
    const files = filesOf(
      [...signed, { tag: 5008, type: 'int64', value: [2 ** 40] } as const].sort((a, b) => a.tag - b.tag),
    );
    expect(files.size(0)).to.equal(2 ** 40);
  });

  it('takes a column that is absent for the usual: installed, MD5, everything to be verified', () => {
    const files = filesOf(fileListTags([{ path: '/a' }]).signed.filter(({ tag }) => ![1029, 1045, 5011].includes(tag)));
    expect([files.state(0), files.digestAlgorithm, files.verifyFlags(0)]).to.deep.equal([0, 1, 0xffff]);
    expect(files.texts('capabilities')).to.equal(undefined);
  });

  const broken: readonly (readonly [string, TagValue, (files: PackageFiles) => unknown, string])[] = [
    [
      'a column of another length',
      { tag: 1030, type: 'int16', value: [1] },
      (files) => files.mode(0),
      'tag 1030: expected 2 values, got 1',
    ],
    [
      'texts of another length',
      { tag: 1039, type: 'strings', value: ['root'] },
      (files) => files.texts('users'),
      'expected 2 users of files, got 1',
    ],
    [
      'a directory that is not there',
      { tag: 1116, type: 'int32', value: [0, 7] },
      (files) => files.directory?.(1),
      'a file lies in directory 7 of 1',
    ],
    [
      'text where numbers should be',
      { tag: 1037, type: 'strings', value: ['x', 'z'] },
      (files) => files.flags(0),
      'tag 1037: expected type 1 or 2 or 3 or 4 or 5, got 8',
    ],
  ];
  for (const [title, tag, ask, message] of broken) {
    it(`refuses ${title}`, () => {
      const { signed } = fileListTags([{ path: '/a' }, { path: '/b' }]);
      const files = filesOf(signed.map((one) => (one.tag === tag.tag ? tag : one)));
      expect(() => ask(files))
        .to.throw(message)
        .with.property('kind', 'hostile');
    });
  }

  it('refuses names without directories', () => {
    const { signed } = fileListTags([{ path: '/a' }]);
    expect(() => filesOf(signed.filter(({ tag }) => tag !== 1118))).to.throw('its files have no directories');
  });
});
