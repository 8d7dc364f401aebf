import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { WebClient } from '../../src/registry/web.js';
import { formatNevra } from '../../src/repodata/nevra.js';
import { MetadataCache } from '../../src/repository/metadata-cache.js';
import { openRepository } from '../../src/repository/repository.js';
import type { RepositoryIndex } from '../../src/repository/repository-index.js';
import { drain, failureOf } from '../source/failure.js';
import { answerOf, redirectTo } from '../support/fake-answer.js';
import { WebServer } from '../support/web-server.js';
import { makeRepository, primary, updateinfo } from './rig.js';

const bash = { name: 'bash', evr: '5.2-1' };

describe('MetadataCache', () => {
  let server: WebServer;
  let web: WebClient;
  let cache: string;

  beforeEach(async () => {
    server = await WebServer.start();
    cache = mkdtempSync(join(tmpdir(), 'imgcheck-cache-'));
    web = open(server);
  });

  afterEach(async () => {
    await web.close();
    await server.close();
    rmSync(cache, { recursive: true, force: true });
  });

  function open(of: WebServer): WebClient {
    const authorities = [{ pem: of.authority.cert, from: 'the test' }];
    return new WebClient({
      certificates: () => Promise.resolve({ authorities, clients: [] }),
      sleep: () => Promise.resolve(),
    });
  }

  function serve(files: ReadonlyMap<string, Uint8Array>): void {
    for (const [path, bytes] of files) server.put(`/os/${path}`, bytes);
  }

  function index(folder: string | undefined = cache): Promise<RepositoryIndex> {
    const settings = { web, ...(folder === undefined ? {} : { cache: folder }) };
    return openRepository(`${server.origin}/os`, settings).index({ names: new Set(['bash']) });
  }

  function kept(): string[] {
    const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((entry) => join(entry.parentPath, entry.name));
  }

  const repomd = 'GET /os/repodata/repomd.xml';

  it('fetches repomd.xml alone when the rest is kept', async () => {
    serve(makeRepository(primary(bash), updateinfo({ id: 'A', builds: [bash] })));
    const first = await index();
    expect(server.requests).to.deep.equal([
      repomd,
      'GET /os/repodata/updateinfo.xml.gz',
      'GET /os/repodata/primary.xml.gz',
    ]);
    server.requests.length = 0;
    expect(await index()).to.deep.equal(first);
    expect(server.requests).to.deep.equal([repomd]);
    expect(first.packages.map(formatNevra)).to.deep.equal(['bash-0:5.2-1.x86_64']);
    expect(first.advisories.length).to.equal(1);
  });

  it('fetches anew what is spoilt on disk', async () => {
    serve(makeRepository(primary(bash)));
    const first = await index();
    const [path = ''] = kept();
    const whole = readFileSync(path);
    for (const spoilt of [whole.subarray(0, 50), Buffer.from('nonsense'), Buffer.alloc(0)]) {
      writeFileSync(path, spoilt);
      expect(await index()).to.deep.equal(first);
      expect(readFileSync(path).equals(whole)).to.equal(true);
    }
  });

  it('keeps nothing that did not verify', async () => {
    serve(makeRepository({ ...primary(bash), checksum: '0'.repeat(64) }));
    await failureOf('integrity', () => index());
    expect(kept()).to.deep.equal([]);
  });

  it('says that nothing could be kept, and answers all the same', async () => {
    serve(makeRepository(primary(bash)));
    const notFolder = join(cache, 'file');
    writeFileSync(notFolder, '');
    const found = await index(notFolder);
    expect(found.packages.length).to.equal(1);
    expect(found.remarks.join()).to.match(/metadata could not be kept for the next run: E/);
  });

  it('leaves nothing behind of a stream that breaks off or is left', async () => {
    const [file] = [{ type: 'x', href: 'x', checksum: { algorithm: 'sha256' as const, hex: 'a'.repeat(64) } }];
    const store = new MetadataCache(cache);
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('some');
      throw new Error('broken');
    };
    const error: unknown = await drain(store.keep(file as never, broken())).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'broken');
    for await (const _ of store.keep(file as never, broken())) break;
    expect(kept()).to.deep.equal([]);
  });

  describe('on the network', () => {
    it('reads all of it once more when a mirror is caught in the middle of an update', async () => {
      const [old, fresh] = [makeRepository(primary(bash)), makeRepository(primary({ name: 'bash', evr: '6-1' }))];
      const path = 'repodata/repomd.xml';
      serve(fresh);
      server.put(`/os/${path}`, old.get(path) ?? '', fresh.get(path) ?? '');
      expect((await index()).packages.map(formatNevra)).to.deep.equal(['bash-0:6-1.x86_64']);
    });

    it('does so for a file that is gone, but once', async () => {
      const files = new Map(makeRepository(primary(bash)));
      files.delete('repodata/primary.xml.gz');
      serve(files);
      const error = await failureOf('missing', () => index());
      expect(error.message).to.equal('the server does not have repodata/primary.xml.gz');
      expect(error.hint).to.match(/in the middle of an update/);
      expect(server.requests.filter((request) => request === repomd).length).to.equal(2);
    });

    it('follows redirects and goes on after a break', async () => {
      const files = makeRepository(
        primary(...Array.from({ length: 3000 }, (_, i) => ({ name: 'bash', evr: `${i}-1` }))),
      );
      const bytes = files.get('repodata/primary.xml.gz') ?? new Uint8Array();
      serve(files);
      const elsewhere = `${server.origin.replace('localhost', '127.0.0.1')}/elsewhere`;
      server.put('/os/repodata/primary.xml.gz', redirectTo(elsewhere));
      server.put('/elsewhere', { ...answerOf(200, {}, bytes), cutAt: 30_000 }, bytes);
      expect((await index()).packages.map(formatNevra)).to.deep.equal(['bash-0:2999-1.x86_64']);
    });

    it('fetches from an xml:base', async () => {
      const files = makeRepository({
        ...primary(bash),
        location: `<location xml:base="${server.origin}/base/" href="p.xml.gz"/>`,
      });
      serve(files);
      server.put('/base/p.xml.gz', files.get('repodata/primary.xml.gz') ?? '');
      expect((await index()).packages.length).to.equal(1);
    });

    it('remarks that plain HTTP can be altered on the way', async () => {
      const plain = await WebServer.start({ plain: true });
      try {
        for (const [path, bytes] of makeRepository(primary(bash))) plain.put(`/${path}`, bytes);
        const found = await openRepository(plain.origin, { web }).index({ names: new Set(['bash']) });
        expect(found.packages.length).to.equal(1);
        expect(found.remarks[0]).to.equal('it was read over plain HTTP: what it says can have been altered on the way');
        expect(web.evidence.hops[0]).to.include({ protocol: 'none', role: 'repository' });
      } finally {
        await plain.close();
      }
    });

    it('names the repository in what goes wrong', async () => {
      serve(makeRepository({ ...primary(bash), plain: '<metadata>' }));
      const error = await failureOf('hostile', () => index());
      expect(error.subject).to.equal(`${server.origin}/os/`);
    });
  });
});
