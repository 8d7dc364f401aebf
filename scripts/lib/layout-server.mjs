import { createReadStream, readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * A small read-only registry (distribution-spec 1.1, "Pull" and tags) over an OCI layout, for the demo and for tests.
 * A name `base:1.0` in the layout's index is the tag 1.0 of the repository PREFIX/base.
 *
 * @typedef {{ digest: string, mediaType: string, size: number, annotations?: Record<string, string> }} Descriptor
 * @typedef {{ host: string, close(): Promise<void> }} LayoutServer
 */

const refName = 'org.opencontainers.image.ref.name';

/**
 * Serves the layout over TLS on a free loopback port.
 *
 * @param {string} layout directory
 * @param {{ prefix: string, cert: string, key: string }} options
 * @returns {Promise<LayoutServer>}
 */
export async function serveLayout(layout, { prefix, cert, key }) {
  /** @type {{ manifests: Descriptor[] }} */
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  /** @type {Map<string, Map<string, Descriptor>>} */
  const repositories = new Map();
  for (const descriptor of index.manifests) {
    const [, name = '', tag = 'latest'] = /^([^:]*)(?::(.*))?$/.exec(descriptor.annotations?.[refName] ?? '') ?? [];
    const repository = `${prefix}/${name}`;
    repositories.set(repository, (repositories.get(repository) ?? new Map()).set(tag, descriptor));
  }
  const server = createServer({ cert, key }, (request, response) => {
    answer(layout, repositories, request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    host: `localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * @param {string} layout
 * @param {Map<string, Map<string, Descriptor>>} repositories
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(layout, repositories, request, response) {
  response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  const path = new URL(request.url ?? '/', 'https://localhost').pathname;
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'UNSUPPORTED', 'read only');
  if (path === '/v2/') return send(response, 'application/json', Buffer.from('{}'));
  const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
  const tags = repositories.get(name);
  if (tags === undefined) return refuse(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  if (kind === 'tags')
    return send(response, 'application/json', Buffer.from(JSON.stringify({ name, tags: [...tags.keys()] })));
  const manifest = tags.get(reference) ?? [...tags.values()].find(({ digest }) => digest === reference);
  if (kind === 'manifests' && manifest !== undefined) {
    response.setHeader('Docker-Content-Digest', manifest.digest);
    return send(response, manifest.mediaType, readFileSync(blobPath(layout, manifest.digest)));
  }
  if (kind === 'manifests') return refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const size = /^sha256:[0-9a-f]{64}$/.test(reference)
    ? statSync(blobPath(layout, reference), { throwIfNoEntry: false })?.size
    : undefined;
  if (size === undefined) return refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  response.setHeader('Docker-Content-Digest', reference);
  return sendBlob(request, response, blobPath(layout, reference), size);
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} path
 * @param {number} size
 */
async function sendBlob(request, response, path, size) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = range ? Number(range[1]) : 0;
  const end = Math.min(range?.[2] ? Number(range[2]) : size - 1, size - 1);
  if (range && (start > end || start >= size)) {
    response.setHeader('Content-Range', `bytes */${size}`);
    return refuse(response, 416, 'RANGE_INVALID', 'invalid content range');
  }
  response.writeHead(range ? 206 : 200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': size === 0 ? 0 : end - start + 1,
    'Accept-Ranges': 'bytes',
    ...(range ? { 'Content-Range': `bytes ${start}-${end}/${size}` } : {}),
  });
  if (request.method === 'HEAD' || size === 0) return response.end();
  return pipeline(createReadStream(path, { start, end }), response);
}

/**
 * @param {string} layout
 * @param {string} digest
 */
function blobPath(layout, digest) {
  return join(layout, 'blobs', digest.replace(':', '/'));
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} mediaType
 * @param {Buffer} body
 */
function send(response, mediaType, body) {
  response.setHeader('Content-Type', mediaType);
  response.setHeader('Content-Length', body.length);
  response.end(body); // node leaves out the body of an answer to HEAD
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} code
 * @param {string} message
 */
function refuse(response, status, code, message) {
  response.statusCode = status;
  send(response, 'application/json', Buffer.from(JSON.stringify({ errors: [{ code, message }] })));
}
