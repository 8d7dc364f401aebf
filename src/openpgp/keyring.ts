import { createHash } from 'node:crypto';

/** What a public key is made of; numbers in hex. */
export type KeyParameters =
  | { readonly kind: 'rsa'; readonly n: string; readonly e: string }
  | { readonly kind: 'dsa'; readonly p: string; readonly q: string; readonly g: string; readonly y: string }
  | { readonly kind: 'ecdsa'; readonly curve: EcdsaCurve; readonly x: string; readonly y: string }
  | { readonly kind: 'ed25519' | 'ed448'; readonly point: string };

export type EcdsaCurve = 'P-256' | 'P-384' | 'P-521';

/** The end of a key before its time. */
export interface Revocation {
  /** Seconds since 1970. */
  readonly at: number;
  /** False when the key was only retired or superseded: what it had signed before was not put in doubt. */
  readonly hard: boolean;
}

/** A key, or subkey, that signatures can be checked with; plain data. Its certificate's own signatures were checked. */
export interface SigningKey {
  /** Lower-case hex, as are all ids. */
  readonly fingerprint: string;
  readonly keyId: string;
  /** Of the certificate; the same as `fingerprint` unless this is a subkey. */
  readonly primaryFingerprint: string;
  readonly userId: string;
  readonly parameters: KeyParameters;
  /** Size of the key in bits, where size tells strength: of RSA and DSA. */
  readonly bits?: number;
  /** Seconds since 1970, as are all times. */
  readonly created: number;
  readonly expires?: number;
  readonly revoked?: Revocation;
  readonly canSign: boolean;
  /** When the owner last said so: of two copies of a key, the later one counts. */
  readonly certified: number;
}

/** A certificate, or block, that gives no key to check with. */
export interface SkippedKey {
  /** The file it was in. */
  readonly from: string;
  /** Key id or place. */
  readonly what: string;
  readonly reason: string;
}

/** A set of keys to check signatures with, found by id. */
export class Keyring {
  /** Each key once, by fingerprint. */
  readonly keys: readonly SigningKey[];
  readonly skipped: readonly SkippedKey[];
  /** Names this very set and all that it says, for caches; hex SHA-256. */
  readonly digest: string;
  readonly #byId = new Map<string, SigningKey[]>();

  constructor(keys: readonly SigningKey[], skipped: readonly SkippedKey[] = []) {
    const merged = new Map<string, SigningKey>();
    for (const key of keys) {
      const other = merged.get(key.fingerprint);
      merged.set(key.fingerprint, other ? mergeKeys(other, key) : key);
    }
    this.keys = [...merged.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    this.skipped = skipped;
    this.digest = createHash('sha256')
      .update(JSON.stringify(this.keys.map(canonical)))
      .digest('hex');
    for (const key of this.keys) {
      for (const id of [key.fingerprint, key.keyId]) this.#byId.set(id, [...(this.#byId.get(id) ?? []), key]);
    }
  }

  /** The keys of an id of 16 hex digits, or of a fingerprint, subkeys included; two keys may share an id. */
  find(keyIdOrFingerprint: string): readonly SigningKey[] {
    return this.#byId.get(keyIdOrFingerprint.toLowerCase()) ?? [];
  }
}

/** One keyring of many: a key that is in several is there once, as its owner last certified it. */
export function joinKeyrings(...keyrings: readonly Keyring[]): Keyring {
  return new Keyring(
    keyrings.flatMap((one) => one.keys),
    keyrings.flatMap((one) => one.skipped),
  );
}

/** What was revoked in either copy stays revoked. */
function mergeKeys(a: SigningKey, b: SigningKey): SigningKey {
  const newer = b.certified > a.certified ? b : a;
  const revocations = [a.revoked, b.revoked].filter((one) => one !== undefined);
  const revoked = worstRevocation(revocations);
  return revoked ? { ...newer, revoked } : newer;
}

/** The hard one, else the earliest. */
export function worstRevocation(all: readonly Revocation[]): Revocation | undefined {
  return [...all].sort((a, b) => Number(b.hard) - Number(a.hard) || a.at - b.at)[0];
}

/** All that a verdict may depend on, in a fixed order. */
function canonical(key: SigningKey): readonly unknown[] {
  const { fingerprint, primaryFingerprint, userId, created, expires, revoked, canSign } = key;
  return [
    fingerprint,
    primaryFingerprint,
    userId,
    created,
    expires ?? null,
    revoked?.at ?? null,
    revoked?.hard,
    canSign,
  ];
}
