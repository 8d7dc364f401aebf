import { X509Certificate } from 'node:crypto';
import { rootCertificates, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { fingerprintOf } from './fingerprint.js';
import type { Purpose } from './http.js';

export type HopRole = 'registry' | 'token' | 'blob-redirect' | 'proxy' | 'repository';

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
}

/** Where extra authorities came from, by SHA-256 fingerprint. */
export type TrustOrigins = ReadonlyMap<string, string>;

/** What was seen of the connections, and how many requests of which kind they carried, tries and redirects included. */
export class ConnectionEvidence {
  readonly requests: Record<Purpose, number> = { manifests: 0, blobs: 0, tags: 0, referrers: 0, auth: 0 };
  readonly #hops = new Map<string, TlsHop>();

  /** One for each host and port, the latest. */
  get hops(): readonly TlsHop[] {
    return [...this.#hops.values()];
  }

  record(hop: TlsHop): void {
    this.#hops.set(hop.host, hop);
  }

  count(purpose: Purpose): void {
    this.requests[purpose] += 1;
  }
}

export function plainHop(host: string, role: HopRole): TlsHop {
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
  };
}

/** What a finished handshake says. */
export function describeHop(
  socket: TLSSocket,
  hop: { readonly host: string; readonly role: HopRole; readonly now: Date; readonly origins: TrustOrigins },
): TlsHop {
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
