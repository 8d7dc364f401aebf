import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { OuterArchive } from '../../src/source/outer-archive.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { drain, failureOf } from './failure.js';

/** Compressions of the outer file; xz and zstd by their own tools, where those are installed. */
const codecs = {
  none: (bytes: Uint8Array) => bytes,
  gzip: (bytes: Uint8Array) => gzipSync(bytes),
  xz: (bytes: Uint8Array) => tool('xz', bytes),
  zstd: (bytes: Uint8Array) => tool('zstd', bytes),
} as const;

function tool(name: string, bytes: Uint8Array): Uint8Array | undefined {
  const { stdout, error } = spawnSync(name, ['-1', '-c'], { input: bytes, maxBuffer: 1 << 28 });
  return error ? undefined : stdout;
}

/** Bytes that do not compress, the same each time. */
function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    bytes[i] = state >> 16;
  }
  return bytes;
}

const big = noise(5_000_000, 1);
const long = `${'deep/'.repeat(30)}file`;
const members: readonly TarInput[] = [
  { path: 'first', body: 'one' },
  { path: 'empty', body: '' },
  { path: './dotted/name', body: 'two' },
  { path: 'big', body: big },
  { path: long, body: 'far down', xattrs: { 'user.a': 'b' } },
  { path: 'dir/' },
  { path: 'zeros', body: new Uint8Array(4096) },
  { path: 'dir/link', linkname: '../first' },
  { path: 'dir/hard', type: 'hardlink', linkname: 'first' },
  { path: 'inner.gz', body: gzipSync(big) },
  { path: 'last', body: noise(700, 2) },
];

describe('source/outer-archive', () => {
  let dir: string;
  let open: OuterArchive[] = [];

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
  });

  afterEach(async () => {
    for (const archive of open) await archive.close();
    open = [];
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  async function archiveOf(bytes: Uint8Array, name = 'archive'): Promise<OuterArchive> {
    writeFileSync(join(dir, name), bytes);
    const archive = await OuterArchive.open(join(dir, name));
    open.push(archive);
    return archive;
  }

  async function read(archive: OuterArchive, name: string): Promise<Uint8Array> {
    return drain(archive.bytes(await archive.find(name)));
  }

  for (const [codec, compress] of Object.entries(codecs)) {
    describe(`compressed with ${codec}`, () => {
      let whole: Uint8Array;

      before(function () {
        const bytes = compress(buildTar(members));
        if (bytes === undefined) {
          console.log(`      skipped: ${codec} is not installed`);
          return this.skip();
        }
        whole = bytes;
      });

      it('tells so by the first bytes, and hands out each member', async () => {
        const archive = await archiveOf(whole);
        expect(archive.codec).to.equal(codec);
        for (const { path, type, body = '' } of members) {
          if (typeof path !== 'string' || type === 'hardlink' || path.startsWith('dir/')) continue;
          expect(digestOf(await read(archive, path.replace('./', ''))), path).to.equal(
            digestOf(Buffer.from(body as string)),
          );
        }
      });

      it('follows links from member to member', async () => {
        const archive = await archiveOf(whole);
        expect(Buffer.from(await read(archive, 'dir/link')).toString()).to.equal('one');
        expect(Buffer.from(await read(archive, 'dir/hard')).toString()).to.equal('one');
      });

      it('knows how a member is compressed, and its digest', async () => {
        const archive = await archiveOf(whole);
        const [inner, plain] = [await archive.find('inner.gz'), await archive.find('big')];
        expect(await archive.codecOf(inner)).to.equal('gzip');
        expect(await archive.digestOf(inner)).to.equal(digestOf(gzipSync(big)));
        expect(await archive.codecOf(plain)).to.equal('none');
        expect(await archive.digestOf(plain)).to.equal(digestOf(big));
        expect(await archive.codecOf(await archive.find('empty'))).to.equal('none');
      });

      it('hands out several members at once, and lets go of one that is left early', async () => {
        const archive = await archiveOf(whole);
        const names = ['big', 'inner.gz', 'big', 'last'];
        const sizes = await Promise.all(names.map(async (name) => (await read(archive, name)).byteLength));
        expect(sizes).to.deep.equal([big.length, gzipSync(big).length, big.length, 700]);
        for await (const chunk of archive.bytes(await archive.find('big'))) {
          expect(chunk.byteLength).to.be.greaterThan(0);
          break;
        }
      });

      it('refuses an archive that is cut', async () => {
        await failureOf('hostile', () => archiveOf(whole.slice(0, whole.length / 2)));
      });
    });
  }

  describe('of hostile make', () => {
    const cases: readonly { title: string; entries: readonly TarInput[]; find: string; says: RegExp }[] = [
      {
        title: 'a symlink out of the archive',
        entries: [{ path: 'a', linkname: '../../etc/passwd' }],
        find: 'a',
        says: /leads out/,
      },
      {
        title: 'an absolute symlink',
        entries: [
          { path: 'a', linkname: '/b' },
          { path: 'b', body: '' },
        ],
        find: 'a',
        says: /leads out/,
      },
      {
        title: 'links in a circle',
        entries: [
          { path: 'a', linkname: 'b' },
          { path: 'b', linkname: 'a' },
        ],
        find: 'a',
        says: /more than 8 links/,
      },
      {
        title: 'a device in place of a file',
        entries: [{ path: 'a', dev: [1, 3] }],
        find: 'a',
        says: /not a regular file/,
      },
      { title: 'a directory in place of a file', entries: [{ path: 'a/' }], find: 'a', says: /not a regular file/ },
      {
        title: 'two different members of one name',
        entries: [
          { path: 'a', body: 'x' },
          { path: './a', body: 'y' },
        ],
        find: 'a',
        says: /two different members named a/,
      },
    ];
    for (const { title, entries, find, says } of cases) {
      for (const compress of [codecs.none, codecs.gzip]) {
        it(`refuses ${title} (${compress === codecs.none ? 'plain' : 'gzip'})`, async () => {
          const archive = await archiveOf(compress(buildTar(entries)));
          expect((await failureOf('hostile', () => archive.find(find))).message).to.match(says);
        });
      }
    }

    it('takes two equal members of one name for one', async () => {
      for (const compress of [codecs.none, codecs.gzip]) {
        const archive = await archiveOf(
          compress(
            buildTar([
              { path: 'a', body: 'x' },
              { path: 'a', body: 'x' },
            ]),
          ),
        );
        expect(await read(archive, 'a')).to.have.length(1);
      }
    });

    it('cannot be asked for a name outside', async () => {
      const archive = await archiveOf(
        buildTar([
          { path: '../a', body: 'x' },
          { path: 'b', body: 'y' },
        ]),
      );
      await failureOf('missing', () => archive.find('a'));
      expect(Buffer.from(await read(archive, 'b')).toString()).to.equal('y');
    });

    it('refuses a member that claims to be longer than the file', async () => {
      const tar = buildTar([{ path: 'a', body: 'x', raw: { size: '77777777777\0' } }]);
      expect((await failureOf('hostile', () => archiveOf(tar))).message).to.contain('is cut');
      await failureOf('hostile', () => archiveOf(gzipSync(tar)));
    });

    it('refuses bytes that are no tar, and an empty file holds nothing', async () => {
      await failureOf('hostile', () => archiveOf(noise(4096, 3)));
      await failureOf('missing', async () => (await archiveOf(new Uint8Array(0))).find('a'));
    });

    it('refuses gzip data that is damaged', async () => {
      const bytes = gzipSync(buildTar(members));
      bytes.fill(0xff, 2_000_000, 2_000_100);
      await failureOf('hostile', () => archiveOf(bytes));
    });
  });

  it('reads a file that the user reaches through a symlink, and no directory', async () => {
    writeFileSync(join(dir, 'real.tar'), buildTar(members));
    symlinkSync('real.tar', join(dir, 'named.tar'));
    const archive = await OuterArchive.open(join(dir, 'named.tar'));
    open.push(archive);
    expect(archive.has('first')).to.equal(true);
    await failureOf('unsupported', () => OuterArchive.open(dir));
    await failureOf('missing', () => OuterArchive.open(join(dir, 'nowhere')));
  });
});
