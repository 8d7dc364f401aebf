import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { secrets, type SecretFile } from '../../src/analyzers/secrets.js';
import { factsOf } from '../../src/layer/facts.js';
import { TarReader } from '../../src/archive/tar.js';
import { plantedKeys, plantedTokens } from '../support/planted-secrets.js';
import { needShared } from '../support/shared.js';
import type { TarInput } from '../support/build-tar.js';
import { walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

const [token = { kind: '', secret: '' }] = plantedTokens();
const [key = { kind: '', secret: '' }] = plantedKeys();
const body = `TOKEN=${token.secret}\n`;

async function factsOfLayer(content: readonly TarInput[]): Promise<readonly SecretFile[]> {
  return factsOf(await walked(content), secrets);
}

/** `path: kind line:column, ...[ place]`, and what is left to say of the layer. */
async function found(content: readonly TarInput[]): Promise<string[]> {
  return (await factsOfLayer(content)).map(({ path, hits, place, more, search }) => {
    if (search) return `${search.unlisted} unlisted, ${search.partly} partly, ${search.unread} unread`;
    const words = hits.map(({ kind, line, column }) => `${kind} ${line}:${column}`);
    return `${path}: ${words.join(', ')}${more ? ` and ${more} more` : ''}${place ? ` (${place})` : ''}`;
  });
}

describe('analyzers/secrets', () => {
  describe('of the root file systems of the collection', () => {
    for (const name of rootfsNames()) {
      it(`finds none in ${name}`, async function () {
        needShared(this, 'data', 'rootfs');
        const facts = factsOf(await walkedRootfs(name), secrets);
        expect(facts.filter((one) => one.search === undefined)).to.deep.equal([]);
      });
    }

    for (const name of [
      'busybox-1.37.0-glibc-amd64.oci.tar',
      'busybox-1.38.0-glibc-arm64v8.oci.tar',
      'dive-test-docker-image.tar',
    ]) {
      it(`finds none in the layers of ${name}`, async function () {
        const archive = await readFile(needShared(this, 'data', 'rootfs', name));
        let layers = 0;
        for (const { bytes } of membersOf(archive)) {
          const tar = layerOf(bytes);
          if (!tar) continue;
          layers++;
          const facts = factsOf(await walked(tar), secrets);
          expect(facts.filter((one) => one.search === undefined)).to.deep.equal([]);
        }
        expect(layers).to.be.greaterThan(0);
      });
    }
  });

  it('finds tokens, keys and credentials of files in a layer', async () => {
    expect(
      await found([
        { path: 'app/a.txt', body },
        { path: 'root/.ssh/id_rsa', body: key.secret },
        { path: 'root/.netrc', body: 'machine r.io login b password hunter22' },
        { path: 'app/clean.txt', body: 'nothing' },
        { path: 'app/', mode: 0o755 },
      ]),
    ).to.deep.equal([
      'app/a.txt: GitHub token 1:7',
      'root/.ssh/id_rsa: private key 1:1',
      'root/.netrc: password in .netrc 1:31',
    ]);
  });

  it('keeps nothing of a secret, nor anything made from it', async () => {
    const planted = [...plantedTokens(), ...plantedKeys()];
    const facts = JSON.stringify(
      await factsOfLayer(planted.map(({ secret }, i) => ({ path: `app/${i}`, body: secret }))),
    );
    for (const { kind, secret } of planted) {
      expect(facts).to.include(kind);
      for (const piece of secret.match(/[A-Za-z0-9+/]{12}/g) ?? []) expect(facts).to.not.include(piece);
    }
  });

  it('searches all of a file of 1 MiB, the first 64 KiB of a longer one, and says so', async () => {
    const padded = (before: number, size: number): string => `${' '.repeat(before)}${body}`.padEnd(size, ' ');
    expect(
      await found([
        { path: 'a', body: padded((1 << 20) - 100, 1 << 20) },
        { path: 'b', body: padded(65_000, (1 << 20) + 1) },
        { path: 'c', body: padded(65_536, (1 << 20) + 1) },
      ]),
    ).to.deep.equal(['a: GitHub token 1:1048483', 'b: GitHub token 1:65007', '0 unlisted, 2 partly, 0 unread']);
  });

  it('tells what lies in documentation and tests of packages, and does not let it crowd out the rest', async () => {
    const many = Array.from({ length: 250 }, (_, i) => ({ path: `usr/share/doc/x/${i}`, body }));
    const all = await found([...many, { path: 'app/a', body }]);
    expect(all).to.have.length(201);
    expect(all.at(0)).to.equal('usr/share/doc/x/0: GitHub token 1:7 (documentation)');
    expect(all.at(-1)).to.equal('app/a: GitHub token 1:7');
  });

  it('lists 200 files of a layer and 20 secrets of a file, and counts the others', async () => {
    const many = Array.from({ length: 203 }, (_, i) => ({ path: `app/${i}`, body: i === 0 ? body.repeat(22) : body }));
    const all = await found(many);
    expect(all).to.have.length(201);
    expect(all[0]).to.match(/^app\/0: (GitHub token \d+:7,? ?){20} ?and 2 more$/);
    expect(all.at(-1)).to.equal('3 unlisted, 0 partly, 0 unread');
  });

  it('forgets what a later entry of the layer replaced', async () => {
    expect(
      await found([
        { path: 'a', body },
        { path: 'a', body: 'clean' },
      ]),
    ).to.deep.equal([]);
    expect(
      await found([
        { path: 'a', body: 'clean' },
        { path: 'a', body },
      ]),
    ).to.deep.equal(['a: GitHub token 1:7']);
  });

  it('knows a hard link by what it leads to, in the layer', async () => {
    expect(
      await found([
        { path: 'a', body },
        { path: 'b', type: 'hardlink', linkname: 'a' },
        { path: 'c', type: 'hardlink', linkname: 'd' },
      ]),
    ).to.deep.equal(['a: GitHub token 1:7', 'b: GitHub token 1:7']);
  });

  it('looks at nothing but files', async () => {
    expect(
      await found([
        { path: token.secret, type: 'symlink', linkname: token.secret },
        { path: 'd/' },
        { path: 'e', body: '' },
      ]),
    ).to.deep.equal([]);
  });

  it('gives the same facts in pieces of any size', async () => {
    const content = [
      { path: 'x', body: 'z'.repeat(1000) },
      { path: 'a', body: ' '.repeat(300_000) + body },
    ];
    expect(await found(content)).to.deep.equal(['a: GitHub token 1:300007']);
  });
});

/** The files of an outer archive. */
function membersOf(archive: Uint8Array): { readonly name: string; readonly bytes: Buffer }[] {
  const members: { name: string; bytes: Buffer }[] = [];
  let parts: Buffer[] = [];
  const reader = new TarReader(
    {
      entry: ({ name, type }) => type === 'file' && members.push({ name, bytes: Buffer.alloc(0) }) > 0,
      body: (chunk) => void parts.push(Buffer.from(chunk)),
      endBody: () => {
        const last = members.at(-1);
        if (last) last.bytes = Buffer.concat(parts);
        parts = [];
      },
      odd: () => undefined,
    },
    'archive',
  );
  reader.write(archive);
  return members;
}

/** The tar of a layer, where the file is one. */
function layerOf(bytes: Buffer): Uint8Array | undefined {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return plain.toString('latin1', 257, 262) === 'ustar' ? plain : undefined;
}
