import { X509Certificate } from 'node:crypto';
import { rootCertificates, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { fingerprintOf } from './fingerprint.js';
import type { Purpose } from './http.js';

export type HopRole = 'registry' | 'token' | 'blob-redirect' | 'proxy' | 'repository';

/** Who allowed a connection to go unverified. */
export type Insecurity = 'registries.conf' | '--tls-verify=false';

/** A redirect to another origin. */
export interface HopRedirect {
  /** `host:port`. */
  readonly to: string;
  /** Whether the request had carried credentials or a token: they stayed behind. */
  readonly credentialsWithheld: boolean;
  /** Set when it led from https to plain HTTP and was not followed. */
  readonly refused?: true;
}

export interface Redirect extends HopRedirect {
  readonly from: string;
}

export interface HopCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint256: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly serial: string;
}

/** One host we talked to, as the connection showed it. A proxy by plain HTTP carries our TLS inside and is no weakness. */
export interface TlsHop {
  /** `host:port`. */
  readonly host: string;
  readonly role: HopRole;
  /** `TLSv1.3`, ...; `none` for plain HTTP. */
  readonly protocol: string;
  readonly cipher: string;
  /** Whether chain and name were verified. */
  readonly verified: boolean;
  readonly alpn?: string;
  /** Leaf first; with the root where it is known. */
  readonly chain: readonly HopCertificate[];
  /** DNS names and IP addresses of the leaf. */
  readonly names: readonly string[];
  /** Whole days until the leaf expires; negative when it has. 0 for plain HTTP. */
  readonly daysLeft: number;
  /** The issuer at the top, and where the trust in it came from. */
  readonly ca: string;
  /** Set where nothing had to be verified, whether or not it was. */
  readonly insecure?: Insecurity;
  /**
   * Registries (`host:port`) whose credentials were sent to it: a password or an identity token, not a token made of them.
   * A token server's are others than its own.
   */
  readonly credentialsFor?: readonly string[];
  /** Where it sent us, if to another origin. */
  readonly redirects?: readonly HopRedirect[];
}

/** Where extra authorities came from, by SHA-256 fingerprint. */
export type TrustOrigins = ReadonlyMap<string, string>;

/** A host may send us to as many places before more are no longer kept. */
const mostRedirects = 64;

/** What was seen of the connections, and how many requests of which kind they carried, tries and redirects included. */
export class ConnectionEvidence {
  readonly requests: Record<Purpose, number> = { manifests: 0, blobs: 0, tags: 0, referrers: 0, auth: 0 };
  readonly #hops = new Map<string, TlsHop>();
  readonly #credentials = new Map<string, Set<string>>();
  readonly #redirects = new Map<string, Map<string, HopRedirect>>();
  /** By key, the number of the last request. */
  readonly #lastUsed = new Map<string, number>();
  #requestCount = 0;

  /**
   * One for each host and port, the latest; but two where it was asked both with and without verification, and the worse
   * one where it was asked in both ways without.
   */
  get hops(): readonly TlsHop[] {
    return this.hopsSince(0);
  }

  /** Of a run that looks at several images: where it stands now. */
  mark(): number {
    return this.#requestCount;
  }

  /** The hops that carried a request since the mark, and every proxy: a connection is used again for the next image. */
  hopsSince(mark: number): readonly TlsHop[] {
    const used = [...this.#hops].filter(
      ([key, hop]) => mark === 0 || hop.role === 'proxy' || (this.#lastUsed.get(key) ?? 0) > mark,
    );
    return used.map(([key, hop]) => {
      const credentials = this.#credentials.get(key);
      const redirects = this.#redirects.get(key);
      return {
        ...hop,
        ...(credentials ? { credentialsFor: [...credentials] } : {}),
        ...(redirects ? { redirects: [...redirects.values()] } : {}),
      };
    });
  }

  get redirects(): readonly Redirect[] {
    return this.hops.flatMap(({ host, redirects = [] }) => redirects.map((redirect) => ({ from: host, ...redirect })));
  }

  record(hop: TlsHop): void {
    const key = keyOf(hop.host, hop.insecure);
    const known = this.#hops.get(key);
    if (known && !known.verified && hop.verified) return;
    this.#hops.set(key, hop);
  }

  /** Credentials of `registry` are sent to `host`, both `host:port`. */
  noteCredentials(host: string, registry: string, insecure?: Insecurity): void {
    const key = keyOf(host, insecure);
    const registries = this.#credentials.get(key) ?? new Set();
    this.#credentials.set(key, registries.add(registry));
  }

  noteRedirect({ from, ...redirect }: Redirect, insecure?: Insecurity): void {
    const key = keyOf(from, insecure);
    const known = this.#redirects.get(key) ?? new Map<string, HopRedirect>();
    const before = known.get(redirect.to);
    if (!before && known.size >= mostRedirects) return;
    const credentialsWithheld = redirect.credentialsWithheld || before?.credentialsWithheld === true;
    known.set(redirect.to, { ...before, ...redirect, credentialsWithheld });
    this.#redirects.set(key, known);
  }

  count(purpose: Purpose, host: string, insecure?: Insecurity): void {
    this.requests[purpose] += 1;
    this.#requestCount += 1;
    this.#lastUsed.set(keyOf(host, insecure), this.#requestCount);
  }
}

function keyOf(host: string, insecure: Insecurity | undefined): string {
  return `${host} ${insecure ?? ''}`;
}

export function plainHop(host: string, role: HopRole, insecure?: Insecurity): TlsHop {
  return {
    host,
    role,
    protocol: 'none',
    cipher: 'none',
    verified: false,
    chain: [],
    names: [],
    daysLeft: 0,
    ca: 'none',
    ...(insecure ? { insecure } : {}),
  };
}

/** What is known of a connection before its handshake. */
export interface HopAsked {
  readonly host: string;
  readonly role: HopRole;
  readonly now: Date;
  readonly origins: TrustOrigins;
  readonly insecure?: Insecurity | undefined;
}

/** What a finished handshake says. */
export function describeHop(socket: TLSSocket, hop: HopAsked): TlsHop {
  const certificates = peerChain(socket);
  const [leaf] = certificates;
  const expiry = leaf ? Date.parse(leaf.validTo) : hop.now.getTime();
  return {
    host: hop.host,
    role: hop.role,
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
    verified: socket.authorized,
    ...(socket.alpnProtocol ? { alpn: socket.alpnProtocol } : {}),
    chain: certificates.map(describeCertificate),
    names: leaf ? namesOf(leaf) : [],
    daysLeft: Math.floor((expiry - hop.now.getTime()) / 86_400_000),
    ca: trustOf(certificates.at(-1), hop.origins, socket.authorized),
    ...(hop.insecure ? { insecure: hop.insecure } : {}),
  };
}

/** The peer's chain, leaf first, as far as it is known (at most ten). */
export function peerChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw && chain.length < 10) {
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return chain;
}

/** DNS names and IP addresses that a certificate stands for. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  const names = certificate.subjectAltName?.matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return [...names].slice(0, 100).map(([, name = '']) => name.replaceAll('"', '').trim());
}

/** A distinguished name on one line. */
export function oneLine(name: string): string {
  return name.split('\n').join(', ').slice(0, 300);
}

function describeCertificate(certificate: X509Certificate): HopCertificate {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    fingerprint256: certificate.fingerprint256,
    validFrom: isoDate(certificate.validFrom),
    validTo: isoDate(certificate.validTo),
    serial: certificate.serialNumber,
  };
}

function isoDate(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

let systemRoots: Set<string> | undefined;

function trustOf(top: X509Certificate | undefined, origins: TrustOrigins, verified: boolean): string {
  if (!top) return 'none';
  const issuer = oneLine(top.issuer);
  if (!verified) return `${issuer} (not verified)`;
  const origin = origins.get(top.fingerprint256);
  if (origin !== undefined) return `${issuer} (${origin})`;
  systemRoots ??= new Set(rootCertificates.map(fingerprintOf));
  return `${issuer} (${systemRoots.has(top.fingerprint256) ? 'system' : 'trusted by the runtime'})`;
}
