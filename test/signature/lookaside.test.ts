import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { lookasideUrl } from '../../src/containers/registries-d.js';
import { digestOf } from '../../src/oci/digest.js';
import { WebClient } from '../../src/registry/web.js';
import { nameOfStore, readLookaside } from '../../src/signature/lookaside.js';
import { inFolder } from '../support/hostile.js';
import { WebServer } from '../support/web-server.js';

const digest = digestOf(Buffer.from('a manifest'));

describe('readLookaside', () => {
  const from = (folder: string) => readLookaside(pathToFileURL(folder).href, 'app', digest, new WebClient());

  function place(folder: string, n: number): string {
    const path = join(folder, `app@${digest.replace(':', '=')}`, `signature-${n}`);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  it('reads files one after the other until one is missing', () =>
    inFolder(async (folder) => {
      writeFileSync(place(folder, 1), 'one');
      writeFileSync(place(folder, 2), 'two');
      const { blobs, error } = await from(folder);
      expect(blobs.map(({ bytes }) => Buffer.from(bytes).toString())).to.deep.equal(['one', 'two']);
      expect(error).to.equal(undefined);
    }));

  const odd: readonly [string, (path: string) => void][] = [
    ['a device without end', (path) => symlinkSync('/dev/zero', path)],
    ['a pipe that nobody writes to', (path) => void spawnSync('mkfifo', [path])],
    ['a folder', (path) => void mkdirSync(path)],
  ];
  for (const [what, put] of odd) {
    it(`does not read ${what} in place of a signature`, () =>
      inFolder(async (folder) => {
        put(place(folder, 1));
        const { blobs, error } = await from(folder);
        expect(blobs).to.deep.equal([]);
        expect(error?.message).to.include('no regular file');
      }));
  }

  it('never shows the token of a store', async () => {
    const server = await WebServer.start();
    const web = new WebClient({
      certificates: () => Promise.resolve({ authorities: [{ pem: server.authority.cert, from: 'test' }], clients: [] }),
    });
    try {
      const base = `${server.origin}/s?sig=t0ken`;
      const { pathname, search } = new URL(lookasideUrl(base, 'app', digest, 1));
      server.put(`${pathname}${search}`, 'one');
      const { blobs } = await readLookaside(base, 'app', digest, web);
      expect(server.requests[0]).to.include('sig=t0ken');
      expect(blobs[0]?.from).to.include('/s/app@').and.not.to.include('t0ken');
      expect(nameOfStore(base)).to.equal(`${server.origin}/s?sig=...`);
      expect(nameOfStore('https://joe:s3cret@store.test/s')).to.equal('https://store.test/s');
    } finally {
      await web.close();
      await server.close();
    }
  });
});
