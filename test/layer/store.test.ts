import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { rpmdb } from '../../src/analyzers/rpmdb.js';
import { specialFiles } from '../../src/analyzers/special-files.js';
import type { LayerFacts } from '../../src/layer/facts.js';
import { FactsStore } from '../../src/layer/store.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { noting, plainType, walked } from './walked.js';

const analyzers = [noting(['a'])];

describe('layer/store', () => {
  let folder: string;
  let facts: LayerFacts;
  let descriptor: Descriptor;
  before(async () => {
    facts = await walked(
      [
        { path: 'a', body: 'content' },
        { path: 'usr/bin/ping', mode: 0o4755, xattrs: { 'security.capability': Uint8Array.of(1, 0, 0, 2, 0xff) } },
        { path: Uint8Array.of(0x66, 0xff, 0x66), mode: 0o2755 },
        { path: '.wh.b' },
        { path: 'c', type: 'hardlink', linkname: 'below' },
        { path: 'd/.wh..wh..opq' },
        { path: '/absolute' },
      ],
      { analyzers: [...analyzers, rpmdb, specialFiles] },
    );
    descriptor = { mediaType: plainType, digest: facts.digest, size: facts.size };
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What a store gives, and how often it had to gather. */
  async function ask(store: FactsStore, asked = descriptor, by = analyzers): Promise<[LayerFacts, boolean, number]> {
    let gathered = 0;
    const { facts: given, cached } = await store.facts(asked, by, () => {
      gathered++;
      return Promise.resolve({ ...facts, digest: asked.digest });
    });
    return [given, cached, gathered];
  }
  const files = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());

  it('keeps facts between runs, as they were', async () => {
    expect((await ask(new FactsStore(folder))).slice(1)).to.deep.equal([false, 1]);
    const [kept, cached, gathered] = await ask(new FactsStore(folder));
    expect(kept).to.deep.equal(facts);
    expect([cached, gathered]).to.deep.equal([true, 0]);
    expect(kept.paths.files).to.be.instanceOf(Float64Array);
    expect(kept.paths.key).to.be.instanceOf(Uint8Array);
    expect(kept.found['special-files']).to.have.length(2);
  });

  it('keeps a Buffer as the bytes that it is', async () => {
    const bytes = Buffer.from([1, 2, 255]);
    const odd = { ...facts, found: { odd: [{ path: 'a', bytes }] } };
    await new FactsStore(folder).facts(descriptor, analyzers, () => Promise.resolve(odd));
    const [kept] = await ask(new FactsStore(folder));
    expect(kept.found).to.deep.equal({ odd: [{ path: 'a', bytes: new Uint8Array(bytes) }] });
  });

  it('leaves no part of a file behind, and nobody else to read it', async () => {
    await ask(new FactsStore(folder));
    expect(files()).to.have.length(1);
    expect(files().map((path) => statSync(path).mode & 0o077)).to.deep.equal([0]);
  });

  it('keeps nothing without a folder', async () => {
    const store = new FactsStore(undefined);
    expect((await ask(store)).slice(1)).to.deep.equal([false, 1]);
    expect((await ask(store)).slice(1)).to.deep.equal([false, 1]);
    expect(store.writeError).to.equal(undefined);
  });

  const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['is empty', () => Buffer.alloc(0)],
    ['was cut', (bytes) => bytes.subarray(0, bytes.length - 10)],
    ['has a flipped bit', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte)))],
    ['has no checksum', (bytes) => bytes.subarray(65)],
    ['is something else', () => Buffer.from('{}')],
  ];
  for (const [title, damage] of damages) {
    it(`gathers anew and writes again what ${title}`, async () => {
      await ask(new FactsStore(folder));
      const [file = ''] = files();
      writeFileSync(file, damage(readFileSync(file)));
      expect((await ask(new FactsStore(folder))).slice(1)).to.deep.equal([false, 1]);
      expect((await ask(new FactsStore(folder))).slice(1)).to.deep.equal([true, 0]);
    });
  }

  const others: readonly (readonly [string, Partial<Descriptor>, typeof analyzers])[] = [
    ['another digest', { digest: digestOf(Buffer.from('other')) }, analyzers],
    ['another compression of the same bytes', { mediaType: `${plainType}+gzip` }, analyzers],
    ['another version of an analyzer', {}, [noting(['a'], { version: 2 })]],
    ['another analyzer', {}, [noting(['a'], { name: 'other' })]],
    ['one analyzer more', {}, [...analyzers, noting([], { name: 'other' })]],
  ];
  for (const [title, change, by] of others) {
    it(`does not take the facts of one for those of ${title}`, async () => {
      await ask(new FactsStore(folder));
      expect((await ask(new FactsStore(folder), { ...descriptor, ...change }, by)).slice(1)).to.deep.equal([false, 1]);
    });
  }

  it('takes facts under another media type of the same compression, and analyzers in any order', async () => {
    const two = [...analyzers, noting([], { name: 'other' })];
    await ask(new FactsStore(folder), descriptor, two);
    const docker = { ...descriptor, mediaType: 'application/vnd.docker.image.rootfs.diff.tar' };
    expect((await ask(new FactsStore(folder), docker, two.reverse())).slice(1)).to.deep.equal([true, 0]);
  });

  it('gathers once for all who ask at the same time, and tells each that it was not kept', async () => {
    const store = new FactsStore(folder);
    let gathered = 0;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        store.facts(descriptor, analyzers, async () => {
          gathered++;
          await new Promise((resolve) => setTimeout(resolve, 10));
          return facts;
        }),
      ),
    );
    expect(gathered).to.equal(1);
    expect(answers.map(({ cached }) => cached)).to.deep.equal(Array(5).fill(false));
  });

  it('passes on why facts could not be gathered, and tries again the next time', async () => {
    const store = new FactsStore(folder);
    const failed = await store
      .facts(descriptor, analyzers, () => Promise.reject(new Error('no network')))
      .catch((error: unknown) => error);
    expect(failed).to.be.an('error').with.property('message', 'no network');
    expect((await ask(store)).slice(1)).to.deep.equal([false, 1]);
  });

  it('says that it could not write, and gives the facts all the same', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const store = new FactsStore(file);
    expect((await ask(store)).slice(1)).to.deep.equal([false, 1]);
    expect(store.writeError).to.match(/ENOTDIR|EEXIST/);
    expect((await ask(store)).slice(1)).to.deep.equal([false, 1]);
  });

  it('refuses a media type that is no layer’s', async () => {
    const error = await ask(new FactsStore(folder), { ...descriptor, mediaType: 'text/plain' }).catch(
      (e: unknown) => e,
    );
    expect(error).to.have.property('kind', 'unsupported');
  });

  it('can be written to by two processes at once', async () => {
    const script = `
      const { FactsStore } = await import(${JSON.stringify(new URL('../../src/layer/store.ts', import.meta.url).href)});
      const facts = ${JSON.stringify({ digest: descriptor.digest, found: {}, whiteouts: [] })};
      facts.whiteouts.push('x'.repeat(300_000));
      for (let i = 0; i < 40; i++) {
        const analyzers = [{ name: 'a', version: i % 4, paths: [], maxBytes: 0 }];
        const store = new FactsStore(${JSON.stringify(folder)});
        const given = await store.facts(${JSON.stringify(descriptor)}, analyzers, async () => facts);
        if (store.writeError !== undefined || given.facts.whiteouts[0].length !== 300_000) process.exit(1);
      }`;
    const codes = await Promise.all([run(script), run(script)]);
    expect(codes).to.deep.equal([0, 0]);
    expect(files()).to.have.length(4);
  });
});

function run(script: string): Promise<number | null> {
  const args = ['--import', 'tsx', '--no-warnings', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.on('close', resolve));
}
