import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  ftruncateSync,
  writeSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  linkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { extract, pack, type Header } from 'tar-stream';
import { textOf } from '../../src/archive/byte-text.js';
import { decompress } from '../../src/archive/decompress.js';
import { sniffCodec } from '../../src/archive/sniff.js';
import type { TarEntry } from '../../src/archive/tar.js';
import { concat } from '../../src/core/stream.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { readTar } from '../support/read-tar.js';
import { needShared } from '../support/shared.js';

/** What `tar -tv --numeric-owner` says, for which runs of blanks are one. */
function listing(entry: TarEntry): string {
  const letters = {
    file: '-',
    directory: 'd',
    symlink: 'l',
    hardlink: 'h',
    'character-device': 'c',
    'block-device': 'b',
    fifo: 'p',
  };
  const letter = entry.typeflag === '7' ? 'C' : letters[entry.type as keyof typeof letters];
  const rwx = (bits: number): string => `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;
  const special = (text: string, on: number, mark: string): string =>
    on ? text.slice(0, 2) + (text.endsWith('x') ? mark : mark.toUpperCase()) : text;
  const { mode } = entry;
  const permissions =
    special(rwx(mode >> 6), mode & 0o4000, 's') +
    special(rwx(mode >> 3), mode & 0o2000, 's') +
    special(rwx(mode), mode & 0o1000, 't');
  const size = entry.devMajor === undefined ? entry.size : `${entry.devMajor},${entry.devMinor}`;
  const target =
    entry.type === 'symlink' ? ` -> ${entry.linkname}` : entry.type === 'hardlink' ? ` link to ${entry.linkname}` : '';
  const seconds = new Date(Math.floor(entry.mtime) * 1000).toISOString().replace('T', ' ').slice(0, 19);
  return `${letter}${permissions} ${entry.uid}/${entry.gid} ${size} ${seconds} ${entry.name}${target}`;
}

/** GNU tar's own listing of a file (decompressed by it), fractions of seconds left out. */
function gnuListing(file: string): string[] {
  const options = ['-tv', '--numeric-owner', '--full-time', '--quoting-style=literal', '-f', file];
  const output = execFileSync('tar', options, { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' }, maxBuffer: 1 << 28 });
  const lines = textOf(output).trimEnd().split('\n');
  return lines.map((line) => line.replace(/^(\S+) +(\S+) +(\S+) (\S+ \d\d:\d\d:\d\d)(?:\.\d+)? +/, '$1 $2 $3 $4 '));
}

describe('tarMember, beside GNU tar', () => {
  let folder: string;
  before(function () {
    try {
      if (!execFileSync('tar', ['--version'], { encoding: 'utf8' }).includes('GNU tar')) this.skip();
    } catch {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-tar-'));
    const tree = join(folder, 'tree');
    const deep = join(tree, ...Array<string>(12).fill('directory-of-26-characters'));
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(tree, 'short'), 'hello\n');
    writeFileSync(join(tree, 'n'.repeat(99)), 'x'.repeat(512));
    writeFileSync(join(tree, 'm'.repeat(150)), 'x'.repeat(513));
    writeFileSync(join(deep, 'file with spaces é😀'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/latin`), Buffer.of(0xe9)]), 'not UTF-8');
    symlinkSync('short', join(tree, 'link'));
    symlinkSync('far/'.repeat(60), join(tree, 'far'));
    linkSync(join(tree, 'm'.repeat(150)), join(tree, 'zz-hard'));
    writeFileSync(join(tree, 'setuid'), 'x');
    chmodSync(join(tree, 'setuid'), 0o6751);
    mkdirSync(join(tree, 'sticky'));
    chmodSync(join(tree, 'sticky'), 0o1777);
    execFileSync('mkfifo', [join(tree, 'fifo')]);
    makeSparse(join(tree, 'sparse'), 3);
    makeSparse(join(tree, 'very-sparse'), 60);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const short = ['--exclude=tree/m*', '--exclude=tree/far', '--exclude=tree/zz-hard', '--exclude=tree/directory*'];
  const big = ['--owner=big:3000000', '--group=big:2097152'];
  const variants: readonly (readonly string[])[] = [
    ['--format=gnu'],
    ['--format=gnu', '--sparse', ...big],
    ['--format=gnu', '--mtime=1960-02-03 04:05:06'],
    ['--format=oldgnu', '--sparse'],
    ['--format=pax'],
    ['--format=pax', ...big, '--mtime=1999-02-03 04:05:06.25'],
    ['--format=pax', '--sparse', '--sparse-version=1.0'],
    ['--format=pax', '--sparse', '--sparse-version=0.1'],
    ['--format=pax', '--sparse', '--sparse-version=0.0'],
    ['--format=ustar', ...short],
    ['--format=v7', ...short, '--exclude=tree/n*', '--exclude=tree/fifo'],
  ];
  for (const options of variants) {
    it(`lists a tree as GNU tar does: ${options.filter((o) => !o.startsWith('--exclude')).join(' ')}`, () => {
      const file = join(folder, 'made.tar');
      execFileSync('tar', [...options, '--sort=name', '-C', folder, '-cf', file, 'tree'], {
        env: { ...process.env, TZ: 'UTC' },
        stdio: 'pipe',
      });
      const tar = readFileSync(file);
      const { entries, bodies, odd } = readTar(tar, { chunk: 10_000 });
      expect(entries.map(listing)).to.deep.equal(gnuListing(file));
      expect(odd).to.deep.equal([]);
      expect(bodies.get('tree/short')?.toString()).to.equal('hello\n');
      const sparse = entries.filter((entry) => entry.sparse).map((entry) => entry.name);
      expect(sparse).to.deep.equal(options.includes('--sparse') ? ['tree/sparse', 'tree/very-sparse'] : []);
      expect(readTar(tar, { chunk: 511 }).entries).to.deep.equal(entries);
    });
  }
});

/** Pieces of data 64 KiB apart: more than four need extension blocks in old GNU tars. */
function makeSparse(path: string, pieces: number): void {
  const file = openSync(path, 'w');
  for (let i = 0; i < pieces; i++) writeSync(file, 'x'.repeat(4096), i * 131_072);
  ftruncateSync(file, pieces * 131_072 + 10_000);
  closeSync(file);
}

describe('tarMember, beside tar-stream', () => {
  const name = fc.stringMatching(/^[a-zé]{1,12}(?:\/[a-z.]{1,30}[a-z]){0,8}$/);
  const input: fc.Arbitrary<TarInput> = fc
    .record({
      path: name,
      type: fc.constantFrom(
        'file' as const,
        'directory' as const,
        'symlink' as const,
        'hardlink' as const,
        'fifo' as const,
        'character-device' as const,
      ),
      mode: fc.integer({ min: 1, max: 0o7777 }),
      uid: fc.nat(5_000_000),
      gid: fc.nat(100),
      user: fc.constantFrom('root', 'daemon', 'a'),
      group: fc.constantFrom('root', 'wheel'),
      mtime: fc.nat(2_000_000_000),
      linkname: name,
      body: fc.uint8Array({ maxLength: 1500 }),
      major: fc.nat(255),
    })
    .map(({ linkname, body, major, ...rest }) => ({
      ...rest,
      ...(rest.type === 'symlink' || rest.type === 'hardlink' ? { linkname } : {}),
      ...(rest.type === 'file' ? { body } : {}),
      ...(rest.type === 'character-device' ? { dev: [major, 3] as const } : {}),
    }));

  it('reads what tar-stream wrote', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(input, { maxLength: 8 }), async (all) => {
        // tar-stream does not write owners of more than six digits.
        const inputs = all.map((one) => ({ ...one, uid: (one.uid ?? 0) % 0o1000000 }));
        const { entries, bodies, odd } = readTar(await packed(inputs));
        expect(odd).to.deep.equal([]);
        expect(entries.map(asInput)).to.deep.equal(inputs.map(({ body: _, ...rest }) => rest));
        const files = inputs.filter(
          (one, i) => one.type === 'file' && inputs.findLastIndex((two) => two.path === one.path) === i,
        );
        for (const { path, body } of files)
          expect(bodies.get(path as string)?.equals(body as Uint8Array)).to.equal(true);
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  for (const format of ['pax', 'gnu'] as const) {
    it(`reads what buildTar wrote as tar-stream does (${format})`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(input, { maxLength: 8 }), async (inputs) => {
          const tar = buildTar(inputs, { format });
          const { entries } = readTar(tar);
          expect(entries.map(asInput)).to.deep.equal(inputs.map(({ body: _, ...rest }) => rest));
          expect(entries.map((entry) => `${entry.name} ${entry.size}`)).to.deep.equal(await listed(tar));
        }),
        { seed: 5, numRuns: 150 },
      );
    });
  }
});

function asInput(entry: TarEntry) {
  const { name: path, type, mode, uid, gid, user, group, mtime, linkname, devMajor, devMinor } = entry;
  return {
    path,
    type,
    mode,
    uid,
    gid,
    user,
    group,
    mtime,
    ...(linkname === undefined ? {} : { linkname }),
    ...(devMajor === undefined ? {} : { dev: [devMajor, devMinor] }),
  };
}

async function packed(inputs: readonly TarInput[]): Promise<Uint8Array> {
  const stream = pack();
  for (const { path, type, mode, uid, gid, user, group, mtime, linkname, body, dev } of inputs) {
    const headers: Partial<Header> & { name: string } = {
      name: path as string,
      type: (type === 'hardlink' ? 'link' : (type ?? 'file')) as NonNullable<Header['type']>,
      mode: mode ?? 0,
      uid: uid ?? 0,
      gid: gid ?? 0,
      uname: user ?? '',
      gname: group ?? '',
      mtime: new Date((mtime ?? 0) * 1000),
      ...(linkname === undefined ? {} : { linkname: linkname as string }),
      ...(dev ? { devmajor: dev[0], devminor: dev[1] } : {}),
    };
    stream.entry(headers, Buffer.from((body ?? '') as Uint8Array));
  }
  stream.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part as Uint8Array);
  return concat(parts);
}

async function listed(tar: Uint8Array): Promise<string[]> {
  const found: string[] = [];
  const stream = extract();
  stream.end(tar);
  for await (const entry of stream) {
    found.push(`${entry.header.name} ${entry.header.size}`);
    entry.resume();
  }
  return found;
}

describe('tarMember on real root file systems', () => {
  for (const name of [
    'almalinux-8-micro-s390x-20230523.tar.xz',
    'almalinux-9-micro-aarch64-20220527.tar.xz',
    'almalinux-9-micro-aarch64-20231124.tar.xz',
    'alpine-minirootfs-3.20.3-x86_64.tar.gz',
    'debian-bookworm-minbase-amd64.tar.xz',
    'debian-bullseye-minbase-amd64.tar.xz',
  ]) {
    it(`lists ${name} as GNU tar does, with its setuid files and capabilities`, async function () {
      const file = needShared(this, 'data', 'rootfs', name);
      const plain: Uint8Array[] = [];
      const bytes = readFileSync(file);
      await decompress(pieces(bytes, 100_000), sniffCodec(bytes), (chunk) => plain.push(new Uint8Array(chunk)), name);
      const { entries, odd } = readTar(concat(plain), { chunk: 50_001, want: () => false });
      expect(odd).to.deep.equal([]);
      expect(entries.map(listing)).to.deep.equal(gnuListing(file));

      const base = file.replace(/\.tar\.[gx]z$/, '');
      const path = (entry: TarEntry): string => entry.name.replace(/^\.?\/?/, '/');
      const flagged = entries.filter((entry) => entry.type === 'file' && entry.mode & 0o6000);
      const modes = flagged.map((e) =>
        [e.mode & 0o4000 ? 'setuid' : 'setgid', listing(e).slice(0, 10), `${e.uid}/${e.gid}`, e.size, path(e)].join(
          '\t',
        ),
      );
      const expected = readFileSync(`${base}.modes.tsv`, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('set'));
      expect(modes.sort()).to.deep.equal(expected.sort());

      const capable = entries.filter((entry) => entry.xattrs?.['security.capability']).map(path);
      const caps = readdirSync(needShared(this, 'data', 'rootfs')).includes(
        `${name.replace(/\.tar\.[gx]z$/, '')}.caps.tsv`,
      );
      expect(capable).to.deep.equal(caps ? readFileSync(`${base}.caps.tsv`, 'utf8').trim().split('\n') : []);
    });
  }
});

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
