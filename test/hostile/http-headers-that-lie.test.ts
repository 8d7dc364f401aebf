import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import { parseReference } from '../../src/oci/reference.js';
import { RegistryClient } from '../../src/registry/client.js';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { issueCertificate, makeAuthority } from '../support/certificate.js';
import { examineHostile, examineReference } from '../support/hostile.js';

describe('answers that are no HTTP, or hardly', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const headers: readonly (readonly [string, Record<string, string>])[] = [
    ['a header of 100 kB', { 'x-long': 'a'.repeat(100_000) }],
    ['a media type of 10 kB', { 'content-type': 'a/'.repeat(5000) }],
    ['a length that is none', { 'content-length': 'many' }],
    ['a length that is too small', { 'content-length': '5' }],
    ['a length that is too large', { 'content-length': '999999' }],
    ['a digest of another kind', { 'docker-content-digest': 'sha256:' }],
    ['a Retry-After of a year', { 'retry-after': '31536000' }],
  ];
  for (const [title, added] of headers) {
    it(`end in an error of ours: ${title}`, async () => {
      const judged = await examineHostile(image, {
        client: { timeouts: { headers: 500, stall: 500 } },
        bend: (registry) =>
          registry.on(/GET .*\/(?:manifests|blobs)\//, (answer) => ({
            ...answer,
            headers: { ...answer.headers, ...added },
          })),
      });
      if (judged.error) expect(judged.error.kind).to.be.oneOf(['network', 'integrity', 'hostile', 'unsupported']);
      else expect(title).to.be.oneOf(['a Retry-After of a year', 'a media type of 10 kB']);
    });
  }

  const raw: readonly (readonly [string, string | Buffer])[] = [
    ['noise', Buffer.alloc(5000, 0xa5)],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['nothing', ''],
    ['another protocol from here on', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['early hints without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000)],
    ['a second answer behind the first', 'HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
    ['half a status line', 'HTTP/1.1 2'],
    ['a status that is none', 'HTTP/1.1 999 \u001b[2J\r\ncontent-length: 0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['chunks of a size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['an escape in a header', 'HTTP/1.1 200 OK\r\ncontent-type: \u001b[2J\r\ncontent-length: 2\r\n\r\n{}'],
  ];
  for (const [title, answer] of raw) {
    it(`end in an error of ours: ${title}`, async () => {
      const authority = makeAuthority('raw');
      const server = createServer(issueCertificate(authority, { names: ['localhost'] }), (socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const authorities = [{ pem: authority.cert, from: 'test' }];
        const client = new RegistryClient({
          certificates: () => Promise.resolve({ authorities, clients: [] }),
          sleep: () => Promise.resolve(),
          timeouts: { headers: 500, stall: 500 },
        });
        const { port } = server.address() as AddressInfo;
        const judged = await examineReference(parseReference(`localhost:${port}/hostile/app:1.0`), {}, client);
        expect(judged.error?.kind).to.be.oneOf(['network', 'hostile', 'unsupported', 'missing']);
      } finally {
        server.close();
      }
    });
  }
});
