import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { specialFiles, type SpecialFile } from '../../src/analyzers/special-files.js';
import type { Analysis, LayerEntry } from '../../src/layer/analyzer.js';
import { factsOf } from '../../src/layer/facts.js';
import { needShared } from '../support/shared.js';
import type { TarInput } from '../support/build-tar.js';
import { walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

async function specialOf(content: readonly TarInput[]): Promise<readonly SpecialFile[]> {
  return factsOf(await walked(content), specialFiles);
}

const capability = Uint8Array.of(1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const withCapability = { xattrs: { 'security.capability': capability } };

describe('analyzers/special-files', () => {
  describe('of the root file systems of the collection', () => {
    for (const name of rootfsNames()) {
      it(`lists what GNU tar lists of ${name}, and finds nothing odd`, async function () {
        const folder = needShared(this, 'data', 'rootfs');
        const facts = await walkedRootfs(name);
        const found = factsOf(facts, specialFiles);
        const words = ['setuid', 'setgid', 'world-writable'] as const;
        const modes = found.flatMap((one) =>
          words
            .filter((word) => one.kinds.includes(word))
            .map((word) => `${word} ${one.uid}/${one.gid} ${one.size} /${one.path}`),
        );
        const expected = linesOf(join(folder, `${name}.modes.tsv`)).map((line) => {
          const [kind, , owner, size, path] = line.split('\t');
          return `${kind} ${owner} ${size} ${path}`;
        });
        expect(modes.sort()).to.deep.equal(expected.sort());
        const capable = found.filter((one) => one.kinds.includes('capabilities'));
        expect(capable.map(({ path }) => `/${path}`)).to.deep.equal(linesOf(join(folder, `${name}.caps.tsv`)));
        expect(capable.every((one) => one.capabilities?.byteLength === 20)).to.equal(true);
        expect([facts.anomalies, facts.links]).to.deep.equal([[], []]);
      });
    }

    it('leaves none of their lists untried', function () {
      const lists = readdirSync(needShared(this, 'data', 'rootfs')).filter((name) => name.endsWith('.modes.tsv'));
      expect(lists.map((name) => name.replace('.modes.tsv', ''))).to.have.members([...rootfsNames()]);
    });
  });

  const cases: readonly (readonly [string, TarInput, readonly string[]])[] = [
    ['a plain file', { path: 'a', mode: 0o755 }, []],
    ['a setuid file', { path: 'a', mode: 0o4755 }, ['setuid']],
    ['a setgid file', { path: 'a', mode: 0o2755 }, ['setgid']],
    [
      'a file with all of it',
      { path: 'a', mode: 0o6777, ...withCapability },
      ['setuid', 'setgid', 'capabilities', 'world-writable'],
    ],
    ['a file with capabilities', { path: 'a', mode: 0o755, ...withCapability }, ['capabilities']],
    ['a file with other attributes', { path: 'a', xattrs: { 'user.x': 'y' } }, []],
    ['a setgid directory', { path: 'a/', mode: 0o2775 }, []],
    ['a world-writable directory', { path: 'a/', mode: 0o777 }, ['world-writable']],
    ['a sticky directory', { path: 'a/', mode: 0o1777 }, []],
    ['a world-writable file with a sticky bit', { path: 'a', mode: 0o1666 }, ['world-writable']],
    ['a world-writable fifo', { path: 'a', type: 'fifo', mode: 0o666 }, ['world-writable']],
    ['a symlink', { path: 'a', linkname: 'b', mode: 0o777 }, []],
    ['a device anybody may write', { path: 'a', dev: [1, 3], mode: 0o666 }, ['device']],
    ['a block device', { path: 'a', type: 'block-device', dev: [8, 0], mode: 0o600 }, ['device']],
    [
      'a hard link whose header alone says so',
      { path: 'a', type: 'hardlink', linkname: 'b', mode: 0o4755 },
      ['setuid'],
    ],
  ];
  for (const [title, input, kinds] of cases) {
    it(`sees ${kinds.join(', ') || 'nothing special'} in ${title}`, async () => {
      expect((await specialOf([input])).flatMap((one) => one.kinds)).to.deep.equal(kinds);
    });
  }

  it('keeps owner, size, device numbers and the raw capability', async () => {
    const owner = { uid: 5, gid: 6, user: 'u', group: 'g' };
    expect(
      await specialOf([
        { path: 'a', mode: 0o4755, body: 'abc', ...owner, ...withCapability },
        { path: 'b', dev: [10, 229], mode: 0o660 },
        { path: 'c/', mode: 0o777 },
      ]),
    ).to.deep.equal([
      {
        path: 'a',
        kinds: ['setuid', 'capabilities'],
        type: 'file',
        mode: 0o4755,
        size: 3,
        ...owner,
        capabilities: capability,
      },
      {
        path: 'b',
        kinds: ['device'],
        type: 'character-device',
        mode: 0o660,
        uid: 0,
        gid: 0,
        size: 0,
        devMajor: 10,
        devMinor: 229,
      },
      {
        path: 'c',
        kinds: ['world-writable'],
        type: 'directory',
        mode: 0o777,
        uid: 0,
        gid: 0,
        size: 0,
        directory: true,
      },
    ]);
  });

  it('gives a hard link what its target has, and not the mode of a symlink', async () => {
    const link = (path: string, linkname: string, mode: number): TarInput => ({
      path,
      type: 'hardlink',
      linkname,
      mode,
    });
    const found = await specialOf([
      { path: 'a', mode: 0o4755, body: 'abc', ...withCapability },
      link('b', 'a', 0o755),
      link('c', 'b', 0),
      { path: 's', linkname: 'x' },
      link('t', 's', 0o777),
    ]);
    const same = { kinds: ['setuid', 'capabilities'], type: 'file', mode: 0o4755, size: 3, capabilities: capability };
    expect(found).to.have.length(3);
    for (const one of found) expect(one).to.deep.include(same);
  });

  it('keeps the last of a name that comes twice', async () => {
    const found = await specialOf([
      { path: 'a', mode: 0o4755 },
      { path: 'b', mode: 0o2755 },
      { path: 'a', mode: 0o755 },
      { path: 'b', mode: 0o666 },
    ]);
    expect(found.map(({ path, kinds }) => [path, ...kinds])).to.deep.equal([['b', 'world-writable']]);
  });

  it('keeps little of an attribute that is no capability', async () => {
    const [one] = await specialOf([{ path: 'a', xattrs: { 'security.capability': new Uint8Array(100_000) } }]);
    expect(one?.capabilities?.byteLength).to.equal(64);
  });

  describe('limits', () => {
    const entry = (path: string, mode: number): LayerEntry => ({
      ...{ path, type: 'file', uid: 0, gid: 0, size: 0, mtime: 0 },
      mode,
    });
    const fill = (analysis: Analysis<SpecialFile>, count: number, mode: number, prefix = ''): void => {
      for (let i = 0; i < count; i++) analysis.file({ entry: entry(`${prefix}${i}`, mode) });
    };

    it('lists 20,000 world-writable entries, counts the rest, and still lists setuid ones', () => {
      const analysis = specialFiles.create();
      fill(analysis, 25_000, 0o666);
      fill(analysis, 10, 0o4777, 'setuid');
      const facts = analysis.end();
      expect(facts.filter((one) => one.unlisted === undefined)).to.have.length(20_010);
      expect(facts.at(-1)).to.deep.include({ path: '', kinds: [], unlisted: 5000 });
    });

    it('makes room again for what is replaced', () => {
      const analysis = specialFiles.create();
      for (let round = 0; round < 3; round++) {
        fill(analysis, 20_000, 0o666);
        for (let i = 0; i < 20_000; i++) analysis.replaced(`${i}`);
      }
      fill(analysis, 20_000, 0o666);
      expect(analysis.end()).to.have.length(20_000);
    });

    it('refuses a layer with more than 200,000 setuid files', () => {
      const analysis = specialFiles.create();
      fill(analysis, 200_000, 0o4755);
      expect(() => fill(analysis, 1, 0o4755, 'one more'))
        .to.throw('more than 200000')
        .with.property('kind', 'hostile');
    });

    it('refuses a layer whose setuid files have endless names', () => {
      expect(() => fill(specialFiles.create(), 20_000, 0o4755, 'x'.repeat(4000)))
        .to.throw('more than 67108864 characters')
        .with.property('kind', 'hostile');
    });
  });
});

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}
