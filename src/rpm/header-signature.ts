import { createHash, type Hash } from 'node:crypto';
import { isImgcheckError } from '../core/error.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { parseSignature, signatureLimit, type SignaturePacket } from '../openpgp/signature-packet.js';
import type { Header } from './header.js';

/** SIGPGP, SIGGPG (over header and payload); DSAHEADER, RSAHEADER, OPENPGP (over the header). */
export type SignatureTag = 259 | 262 | 267 | 268 | 278;

/** A signature as its packet says; plain data. Nothing of it is believed before a key has checked it. */
export type HeaderSignature = CheckableSignature | UncheckableSignature;

/** A signature over the header, with the digest that it must be over: all that a key is needed for. */
export interface CheckableSignature {
  readonly tag: SignatureTag;
  readonly version: number;
  /** 16 hex digits; undefined where the packet does not say who made it. */
  readonly keyId?: string;
  /** Lower-case hex. */
  readonly fingerprint?: string;
  readonly algorithm: string;
  readonly hash: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Seconds since 1970; undefined for never. */
  readonly expires?: number;
  /** Of the signed region and the packet's trailer, computed; hex. */
  readonly digest: string;
  /** False when the packet was made for another digest, which shows without any key. */
  readonly left16: boolean;
  /** The numbers of the signature, in hex. */
  readonly values: readonly string[];
  readonly problem?: never;
}

/** A signature that no key can check, and why; with what its packet says, where it could be read. */
export interface UncheckableSignature {
  readonly tag: SignatureTag;
  readonly version?: number;
  readonly keyId?: string;
  readonly fingerprint?: string;
  readonly algorithm?: string;
  readonly hash?: string;
  readonly created?: number;
  readonly problem: string;
}

/** What a header holds to tell whether it is as its vendor made it. */
export interface HeaderSeal {
  /** At most 17: what is beyond the 16th is one more that cannot be checked. */
  readonly signatures: readonly HeaderSignature[];
  /** Whether it has a region that signatures are over. */
  readonly region: boolean;
  /** SHA1HEADER, SHA256HEADER and SHA3_256HEADER against the region: integrity alone, for anyone can make them. */
  readonly digests: 'ok' | 'bad' | 'absent';
}

const payloadTags = [259, 262] as const;
const headerTags = [268, 267] as const;
const openPgpTag = 278;
const digestTags = [
  [269, 'sha1'],
  [273, 'sha256'],
  [279, 'sha3-256'],
] as const;

const signatures = 16;
/** Of the base64 of a signature. */
const textLimit = Math.ceil(signatureLimit / 3) * 4;

/**
 * Reads the signatures and digests of a header and hashes its region, at most once an algorithm. With OPENPGP there
 * the older tags do not count, as for rpm 6; those over the payload count only where there is nothing else, for
 * the key id they name. A broken signature is one with a `problem`, never an error.
 */
export function readSeal(header: Header): HeaderSeal {
  const region = new RegionHash(header.signedParts());
  return {
    signatures: readSignatures(header, region),
    region: region.isThere,
    digests: checkDigests(header, region),
  };
}

function readSignatures(header: Header, region: RegionHash): readonly HeaderSignature[] {
  const read = (tag: SignatureTag): HeaderSignature[] =>
    header.has(tag) ? [readSignature(tag, region, () => header.binary(tag) ?? new Uint8Array(0))] : [];
  if (header.has(openPgpTag)) return readOpenPgp(header, region);
  const found = headerTags.flatMap(read);
  return found.length > 0 ? found : payloadTags.flatMap(read);
}

function readOpenPgp(header: Header, region: RegionHash): readonly HeaderSignature[] {
  const texts = attempt(() => header.strings(openPgpTag, textLimit) ?? []);
  if ('problem' in texts) return [{ tag: openPgpTag, problem: texts.problem }];
  const found = texts.value
    .slice(0, signatures)
    .map((text) => readSignature(openPgpTag, region, () => decodeBase64(text, 'signature')));
  if (texts.value.length <= signatures) return found;
  const problem = `expected at most ${signatures} signatures, got ${texts.value.length}: the rest was not read`;
  return [...found, { tag: openPgpTag, problem }];
}

function readSignature(tag: SignatureTag, region: RegionHash, bytes: () => Uint8Array): HeaderSignature {
  const parsed = attempt(() => parseSignature(bytes()));
  if ('problem' in parsed) return { tag, problem: parsed.problem };
  const packet = parsed.value;
  const { version, keyId, fingerprint, algorithm, hash, created, expires, values } = packet;
  const said = {
    tag,
    version,
    ...(keyId === undefined ? {} : { keyId }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    algorithm,
    hash,
  };
  const problem = packet.problem ?? problemOf(tag, packet, region);
  if (problem !== undefined || created === undefined) {
    return { ...said, ...(created === undefined ? {} : { created }), problem: problem ?? 'it has no date' };
  }
  const digest = region.digest(hash, packet.trailer);
  return {
    ...said,
    created,
    ...(expires === undefined ? {} : { expires }),
    digest,
    left16: digest.startsWith(packet.left16),
    values,
  };
}

function problemOf(tag: SignatureTag, { hash }: SignaturePacket, region: RegionHash): string | undefined {
  if (payloadTags.some((one) => one === tag)) return 'it is over the payload too, which no database has';
  if (!region.isThere) return 'the header has no region that a signature could be over';
  return region.canHash(hash) ? undefined : `${hash} is not to be had on this computer`;
}

function checkDigests(header: Header, region: RegionHash): HeaderSeal['digests'] {
  if (!region.isThere) return 'absent';
  let outcome: HeaderSeal['digests'] = 'absent';
  for (const [tag, hash] of digestTags) {
    if (!header.has(tag) || !region.canHash(hash)) continue;
    const stored = attempt(() => header.string(tag, 128)?.toLowerCase());
    if ('problem' in stored || stored.value !== region.digest(hash)) return 'bad';
    outcome = 'ok';
  }
  return outcome;
}

/** The region, hashed once an algorithm however many digests are wanted of it. */
class RegionHash {
  readonly #parts: readonly Uint8Array[];
  readonly #hashes = new Map<string, Hash | undefined>();

  constructor(parts: readonly Uint8Array[] | undefined) {
    this.#parts = parts ?? [];
  }

  get isThere(): boolean {
    return this.#parts.length > 0;
  }

  /** Builds of OpenSSL that keep to FIPS have no MD5. */
  canHash(algorithm: string): boolean {
    return this.#begun(algorithm) !== undefined;
  }

  /** Of the region, and of what follows it; hex. '' where there is no such algorithm. */
  digest(algorithm: string, trailer: Uint8Array = new Uint8Array(0)): string {
    return this.#begun(algorithm)?.copy().update(trailer).digest('hex') ?? '';
  }

  #begun(algorithm: string): Hash | undefined {
    if (!this.#hashes.has(algorithm)) this.#hashes.set(algorithm, this.#hash(algorithm));
    return this.#hashes.get(algorithm);
  }

  #hash(algorithm: string): Hash | undefined {
    let hash: Hash;
    try {
      hash = createHash(algorithm);
    } catch {
      // Unknown to this OpenSSL or forbidden by its policy; the names given are all well-formed.
      return undefined;
    }
    for (const part of this.#parts) hash.update(part);
    return hash;
  }
}

type Tried<T> = { readonly value: T } | { readonly problem: string };

/** What is wrong with one signature is not wrong with its package. */
function attempt<T>(read: () => T): Tried<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (isImgcheckError(error, 'hostile', 'unsupported')) return { problem: error.message };
    throw error;
  }
}
