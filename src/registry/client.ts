import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import { isDigest, type Digest } from '../oci/digest.js';
import { manifestLimit } from '../oci/manifest.js';
import { manifestAccept, mediaTypes } from '../oci/media-type.js';
import { isTag, parseRegistryReference } from '../oci/reference.js';
import { readBlob } from './blob.js';
import type { CertificateSource } from './certs.js';
import type { CredentialSource } from './credentials.js';
import { fetchDocument } from './document.js';
import type { ConnectionEvidence } from './evidence.js';
import type { HttpRequest, Purpose, Timeouts } from './http.js';
import { listReferrers, listTags, readReferrers, type TagLimits, type TagList } from './listing.js';
import { mediaTypeOf, readHead, verifyManifest, type FetchedManifest, type ManifestHead } from './manifest.js';
import type { Environment } from './proxy.js';
import { responseError } from './response-error.js';
import { deadline, type Sleep } from './retry.js';
import { sessionOptions } from './session-options.js';
import { Session, type SessionOptions } from './session.js';
import { readSignatureExtension, supportsSignatures } from './signature-extension.js';

export interface RegistryOptions {
  /** Anonymous when left out. */
  readonly credentials?: CredentialSource;
  /** Only the authorities that Node brings along when left out. */
  readonly certificates?: CertificateSource;
  /** False: certificates are not verified, and plain HTTP is spoken with servers that know no TLS. */
  readonly tlsVerify?: boolean;
  /** For the proxy settings. */
  readonly env?: Environment;
  readonly now?: () => Date;
  readonly timeouts?: Partial<Timeouts>;
  /** Ends everything; what is under way rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly userAgent?: string;
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

const defaultTagLimits: TagLimits = { pages: 100, tags: 20_000 };

/** The reads of the distribution specification, from any number of registries. Nothing but manifests comes verified. */
export class RegistryClient {
  /** What was seen of the connections so far, the insecure sibling's included. */
  readonly evidence: ConnectionEvidence;
  readonly #given: RegistryOptions;
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #extensions = new Map<string, Promise<boolean>>();
  #insecure: RegistryClient | undefined;

  /** `shared` is for siblings. */
  constructor(options: RegistryOptions = {}, shared = sessionOptions(options)) {
    this.#given = options;
    this.#options = shared;
    this.evidence = shared.connect.evidence;
  }

  /**
   * A sibling for locations that registries.conf calls insecure: certificates need not hold, and plain HTTP is spoken with
   * servers that know no TLS. It shares evidence, credentials, tokens and secrets, and is closed with this client.
   */
  get insecure(): RegistryClient {
    if (this.#options.connect.insecure) return this;
    const connect = { ...this.#options.connect, insecure: 'registries.conf' } as const;
    return (this.#insecure ??= new RegistryClient(this.#given, { ...this.#options, connect }));
  }

  /**
   * The manifest or index that a tag or digest names, whole. The digest asked for, the one in the header and the
   * bytes agree.
   * @throws ImgcheckError missing, auth, network, tls; integrity; hostile past 4 MiB
   */
  async manifest(registry: string, repository: string, reference: string): Promise<FetchedManifest> {
    return this.#manifest(registry, repository, reference, 'manifests');
  }

  /** What the registry says of a manifest; undefined when it gives no digest and size to go by. */
  async headManifest(registry: string, repository: string, reference: string): Promise<ManifestHead | undefined> {
    const session = this.#session(registry, repository);
    const request = this.#request(session, 'manifests', repository, manifestPath(reference), manifestAccept);
    const response = await session.send({ ...request, method: 'HEAD' });
    if (response.status === 200) {
      await response.discard();
      return readHead(response, reference);
    }
    if (response.status === 405 || response.status === 501) {
      await response.discard();
      return undefined;
    }
    throw await responseError(response, this.#asked(`the manifest ${reference}`));
  }

  /** A blob's bytes, unverified, never more than the descriptor says; a broken stream is resumed. */
  async *blob(registry: string, repository: string, descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    const session = this.#session(registry, repository);
    const request = this.#request(session, 'blobs', repository, `blobs/${descriptor.digest}`, ['*/*']);
    yield* readBlob(session.send, request, descriptor, this.#options);
  }

  /** The tags of a repository, within limits (100 pages, 20,000 tags). @throws ImgcheckError as manifest */
  async tags(registry: string, repository: string, limits: TagLimits = defaultTagLimits): Promise<TagList> {
    const session = this.#session(registry, repository);
    const request = this.#request(session, 'tags', repository, 'tags/list?n=1000', ['application/json']);
    return listTags(session.send, request, limits, this.#options);
  }

  /**
   * The artifacts that name a digest as their subject: by the referrers API, else by the fallback tag; none is [].
   * @throws ImgcheckError as manifest
   */
  async referrers(registry: string, repository: string, digest: Digest): Promise<readonly Descriptor[]> {
    const session = this.#session(registry, repository);
    const request = this.#request(session, 'referrers', repository, `referrers/${digest}`, [mediaTypes.ociIndex]);
    const listed = await listReferrers(session.send, request, this.#options);
    if (listed) return listed;
    try {
      const fallback = await this.#manifest(registry, repository, fallbackTag(digest), 'referrers');
      return readReferrers(fallback.bytes, fallback.mediaType);
    } catch (error) {
      if (isImgcheckError(error, 'missing')) return [];
      throw error;
    }
  }

  /**
   * The simple signatures that the registry itself keeps for a manifest (X-Registry-Supports-Signatures); undefined where
   * it keeps none for anybody, which it is asked once.
   * @throws ImgcheckError as manifest; hostile past 128 signatures, 4 MiB of one or 16 MiB of all
   */
  async signatures(registry: string, repository: string, digest: Digest): Promise<readonly Uint8Array[] | undefined> {
    const session = this.#session(registry, repository);
    if (!(await this.#hasExtension(registry, session, repository))) return undefined;
    const path = `/extensions/v2/${repository}/signatures/${digest}`;
    const request = this.#request(session, 'referrers', repository, path, ['application/json']);
    return readSignatureExtension(session.send, request, this.#options);
  }

  /** Ends every connection, the insecure sibling's included; what is under way fails. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#sessions.values(), ...(this.#insecure ? [this.#insecure] : [])].map((one) => one.close()),
    );
  }

  #hasExtension(registry: string, session: Session, repository: string): Promise<boolean> {
    const known = this.#extensions.get(registry);
    if (known) return known;
    const request = this.#request(session, 'referrers', repository, '/v2/', ['application/json']);
    const asked = supportsSignatures(session.sendBare, request, this.#options);
    this.#extensions.set(registry, asked);
    // A failure is no answer: the next one asks again.
    asked.catch(() => this.#extensions.delete(registry));
    return asked;
  }

  async #manifest(registry: string, repository: string, reference: string, purpose: Purpose): Promise<FetchedManifest> {
    const session = this.#session(registry, repository);
    const request = this.#request(session, purpose, repository, manifestPath(reference), manifestAccept);
    const { response, bytes } = await fetchDocument(
      session.send,
      request,
      {
        what: 'the manifest',
        limit: manifestLimit,
        check: (content, answer) => void verifyManifest(content, answer, reference),
      },
      this.#options,
    );
    if (!bytes) throw await responseError(response, this.#asked(`the manifest ${reference}`));
    return { mediaType: mediaTypeOf(response), digest: verifyManifest(bytes, response, reference), bytes };
  }

  #asked(what: string): Parameters<typeof responseError>[1] {
    return { what, missingHint: 'check the tag and the name of the repository', secrets: this.#options.secrets };
  }

  /** The names end up in URLs: only ones of the grammar may. */
  #session(registry: string, repository: string): Session {
    parseRegistryReference(`${registry}/${repository}`);
    const session = this.#sessions.get(registry) ?? new Session(registry, this.#options);
    this.#sessions.set(registry, session);
    return session;
  }

  #request(
    session: Session,
    purpose: Purpose,
    repository: string,
    path: string,
    accept: readonly string[],
  ): HttpRequest {
    return {
      method: 'GET',
      url: new URL(path.startsWith('/') ? path : `${repository}/${path}`, session.base),
      headers: {
        accept: accept.join(', '),
        'accept-encoding': 'identity',
        'user-agent': this.#given.userAgent ?? 'imgcheck',
      },
      purpose,
      repository,
      signal: deadline(this.#options.timeouts.total, this.#given.signal, session.base.host),
    };
  }
}

function manifestPath(reference: string): string {
  if (!isTag(reference) && !isDigest(reference)) {
    throw new ImgcheckError('usage', 'neither a tag nor a digest', { subject: reference });
  }
  return `manifests/${reference}`;
}

/** distribution-spec, Referrers Tag Schema. */
function fallbackTag(digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}-${hex.slice(0, 64)}`;
}

export type { FetchedManifest, ManifestHead, TagLimits, TagList };
