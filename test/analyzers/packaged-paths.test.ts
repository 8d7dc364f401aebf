import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { PackagedPathsReader, type PackagedPaths } from '../../src/analyzers/packaged-paths.js';
import { PathHasher } from '../../src/layer/path-set.js';
import { readDatabase } from '../../src/rpm/database.js';
import { parseHeader } from '../../src/rpm/header.js';
import { databaseIn, readPlain } from '../support/rpm-database.js';
import { fileListTags, type ListedFile } from '../support/rpm-file-list.js';
import { buildRpmHeader, encodeHeader, type TagValue } from '../support/rpm-header.js';
import { needShared, sharedPath } from '../support/shared.js';

function listed(): readonly string[] {
  const root = sharedPath('data', 'rpmdb');
  if (root === undefined) return [];
  return ['real', 'made']
    .flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name)))
    .filter((folder) => existsSync(join(root, folder, 'files.tsv.gz')));
}

function pathsOf(...blobs: readonly Uint8Array[]): PackagedPaths {
  const reader = new PackagedPathsReader();
  for (const blob of blobs) reader.add(parseHeader(blob, 'header'));
  return reader.end();
}

const packageOf = (...files: readonly ListedFile[]): Uint8Array =>
  buildRpmHeader({ name: 'a', version: '1', release: '2', ...fileListTags(files) });
const hashesOf = (found: PackagedPaths, paths: readonly string[]): number[] => {
  const hasher = new PathHasher(found.key);
  return paths.map((path) => hasher.hash(path));
};

describe('analyzers/packaged-paths', () => {
  for (const folder of listed()) {
    it(`has of ${folder} the paths that rpm lists as installed, package by package`, function () {
      const root = needShared(this, 'data', 'rpmdb', folder);
      const reader = new PackagedPathsReader();
      const { packages } = readDatabase(readPlain(databaseIn(root)), folder, undefined, (header) => reader.add(header));
      const found = reader.end();
      expect([found.unread, found.counts.length]).to.deep.equal([0, packages.length]);
      let at = 0;
      const ours = packages.flatMap((one, i) => {
        const begin = at;
        at += found.counts[i] ?? 0;
        return [...found.paths.slice(begin, at)].map((hash) => `${one.name} ${one.version}-${one.release} ${hash}`);
      });
      expect(at).to.equal(found.paths.length);
      const hasher = new PathHasher(found.key);
      const rows = readPlain(join(root, 'files.tsv.gz'))
        .toString('utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('\t'));
      const installed = rows.filter(([, , , , , , , state]) => state === '0' || state === '3' || state === '');
      const expected = installed.map(
        ([name, version, path = '']) => `${name} ${version} ${hasher.hash(path.slice(1))}`,
      );
      expect(ours.sort()).to.deep.equal(expected.sort());
      const special = installed.filter(([, , , mode]) => isSpecial(Number(mode)));
      const rights = special.map(
        ([, , path = '', mode, , , , , , user, group]) => `${path.slice(1)} ${mode} ${user} ${group}`,
      );
      const told = found.special.filter((one) => isSpecial(one.mode));
      expect(told.map((one) => `${one.path} ${one.mode} ${one.user} ${one.group}`).sort()).to.deep.equal(rights.sort());
    });
  }

  it('leaves out what was not installed, was replaced, or is of the wrong colour', () => {
    const found = pathsOf(packageOf(...[0, 1, 2, 3, 4].map((state) => ({ path: `/f${state}`, state }))));
    expect([...found.paths]).to.deep.equal(hashesOf(found, ['f0', 'f3']));
  });

  it('keeps the root, a directory of its own, and names that are not UTF-8 as layers have them', () => {
    const { signed } = fileListTags([{ path: '/' }, { path: '/usr/' }, { path: '/x' }]);
    const names: TagValue = { tag: 1117, type: 'binary', value: Buffer.from([0, 0, 0x66, 0xff, 0]) };
    const blob = retyped(encodeHeader(signed.map((one) => (one.tag === 1117 ? names : one))), 1117, 8, 3);
    const found = pathsOf(blob);
    expect([...found.paths]).to.deep.equal(hashesOf(found, ['', 'usr', 'f\udcff']));
  });

  it('takes paths apart that are listed whole', () => {
    const value = ['/bin/a', '/bin/b', '/c', '//odd//./d'];
    const found = pathsOf(encodeHeader([{ tag: 1027, type: 'strings', value }]));
    expect([...found.paths]).to.deep.equal(hashesOf(found, ['bin/a', 'bin/b', 'c', 'odd/d']));
  });

  it('keeps of special files what they were packaged with', () => {
    const found = pathsOf(
      packageOf({ path: '/plain' }),
      packageOf(
        { path: '/su', mode: 0o104755, user: 'a', group: 'b', verify: 0x40 },
        { path: '/caps', mode: 0o100755, capabilities: 'cap_kill=ep' },
        { path: '/null', mode: 0o020666, device: 0x103 },
        { path: '/open', mode: 0o040777 },
        { path: '/tmp', mode: 0o041777 },
        { path: '/setgid-directory', mode: 0o042775 },
        { path: '/link', mode: 0o120777 },
        { path: '/fifo', mode: 0o010622 },
      ),
    );
    const root = { package: 1, user: 'root', group: 'root', verify: 0xffffffff };
    expect(found.special).to.deep.equal([
      { path: 'su', package: 1, mode: 0o104755, user: 'a', group: 'b', verify: 0x40 },
      { ...root, path: 'caps', mode: 0o100755, capabilities: 'cap_kill=ep' },
      { ...root, path: 'null', mode: 0o020666, device: 0x103 },
      { ...root, path: 'open', mode: 0o040777 },
      { ...root, path: 'fifo', mode: 0o010622 },
    ]);
  });

  const broken: readonly (readonly [string, readonly ListedFile[], (tag: TagValue) => TagValue])[] = [
    ['a name with a slash', [{ path: '/a' }], (tag) => (tag.tag === 1117 ? { ...tag, value: ['x/y'] } : tag)],
    ['a name that is ..', [{ path: '/a' }], (tag) => (tag.tag === 1117 ? { ...tag, value: ['..'] } : tag)],
    ['a directory that is not there', [{ path: '/a' }], (tag) => (tag.tag === 1116 ? { ...tag, value: [9] } : tag)],
    ['too few modes', [{ path: '/a' }, { path: '/b' }], (tag) => (tag.tag === 1030 ? { ...tag, value: [1] } : tag)],
  ];
  for (const [title, files, change] of broken) {
    it(`counts a package as unread whose list has ${title}, and reads the others`, () => {
      const { signed } = fileListTags(files);
      const found = pathsOf(encodeHeader(signed.map(change)), packageOf({ path: '/other' }));
      expect(found.unread).to.equal(1);
      expect(found.counts[1]).to.equal(1);
      expect(found.paths.at(-1)).to.equal(hashesOf(found, ['other'])[0]);
    });
  }

  it('passes over paths that are longer than any file can have', () => {
    const found = pathsOf(packageOf({ path: `/${'d/'.repeat(2040)}${'n'.repeat(20)}` }, { path: '/short' }));
    expect([...found.paths]).to.deep.equal(hashesOf(found, ['short']));
  });

  it('keeps 50,000 special files, and counts their package as unread', () => {
    const files = Array.from({ length: 50_001 }, (_, i) => ({ path: `/s${i}`, mode: 0o104755 }));
    const found = pathsOf(packageOf(...files));
    expect([found.special.length, found.unread, found.paths.length]).to.deep.equal([50_000, 1, 50_001]);
  });
});

function isSpecial(mode: number): boolean {
  const type = mode >>> 12;
  if (type === 4) return (mode & 0o1002) === 0o002;
  return type === 2 || type === 6 || (type !== 10 && (mode & 0o6002) !== 0);
}

/** The header with another type and count in the index entry of a tag: bytes that no text can be written as. */
function retyped(blob: Uint8Array, tag: number, type: number, count: number): Uint8Array {
  const view = new DataView(blob.buffer, blob.byteOffset);
  for (let at = 8; at < 8 + 16 * view.getUint32(0); at += 16) {
    if (view.getUint32(at) !== tag) continue;
    view.setUint32(at + 4, type);
    view.setUint32(at + 12, count);
  }
  return blob;
}
