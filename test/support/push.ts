import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { attachmentTag } from '../../src/signature/attachment.js';
import type { CosignSignature } from '../../src/signature/cosign.js';

/** Puts blobs and manifests into a real registry, as the distribution specification has it. */
export class Pusher {
  readonly #origin: string;
  readonly #agent: Agent;

  /** `host` as written in references, `ca` the file of its authority. */
  constructor(host: string, ca: string) {
    this.#origin = `https://${host}`;
    this.#agent = new Agent({ connect: { ca: readFileSync(ca) } });
  }

  async blob(repository: string, bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    const digest = digestOf(bytes);
    const opened = await this.#send('POST', `/v2/${repository}/blobs/uploads/`, 202);
    const place = new URL(String(opened.headers['location']), this.#origin);
    place.searchParams.set('digest', digest);
    await this.#send('PUT', `${place.pathname}${place.search}`, 201, bytes, 'application/octet-stream');
    return { mediaType, digest, size: bytes.byteLength };
  }

  async manifest(repository: string, content: object, tag?: string): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(content));
    const { mediaType } = content as { mediaType: string };
    const digest = digestOf(bytes);
    await this.#send('PUT', `/v2/${repository}/manifests/${tag ?? digest}`, 201, bytes, mediaType);
    return { mediaType, digest, size: bytes.byteLength };
  }

  /** What `cosign sign` leaves: a manifest under the tag made of the image's digest, a layer for each signature. */
  async cosignTag(repository: string, image: string, signatures: readonly CosignSignature[]): Promise<void> {
    const layers: object[] = [];
    for (const { payload, annotations } of signatures) {
      const blob = await this.blob(repository, payload, 'application/vnd.dev.cosign.simplesigning.v1+json');
      layers.push({ ...blob, annotations });
    }
    await this.manifest(
      repository,
      await this.#artifact(repository, layers),
      attachmentTag(image as `sha256:${string}`, 'sig'),
    );
  }

  /** What cosign 3 leaves on a registry without the referrers API: a bundle, listed under the fallback tag. */
  async bundleReferrer(repository: string, subject: Descriptor, bundle: object): Promise<void> {
    const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    const layer = await this.blob(repository, Buffer.from(JSON.stringify(bundle)), artifactType);
    const config = await this.blob(repository, Buffer.from('{}'), 'application/vnd.oci.empty.v1+json');
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const artifact = { schemaVersion: 2, mediaType, artifactType, config, layers: [layer], subject };
    const referrer = await this.manifest(repository, artifact);
    const manifests = [{ ...referrer, artifactType }];
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
    await this.manifest(repository, index, subject.digest.replace(':', '-'));
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #artifact(repository: string, layers: readonly object[]): Promise<object> {
    const config = await this.blob(repository, Buffer.from('{}'), 'application/vnd.oci.image.config.v1+json');
    return { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers };
  }

  async #send(method: 'POST' | 'PUT', path: string, status: number, body?: Uint8Array, type?: string) {
    const answer = await request(`${this.#origin}${path}`, {
      dispatcher: this.#agent,
      method,
      ...(body === undefined ? {} : { body }),
      headers: type === undefined ? { 'content-length': '0' } : { 'content-type': type },
    });
    const text = await answer.body.text();
    if (answer.statusCode !== status) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 200)}`);
    return answer;
  }
}
