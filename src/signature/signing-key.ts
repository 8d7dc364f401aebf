import type { SigningKey } from '../openpgp/keyring.js';
import { refusalOf } from '../openpgp/refusal.js';
import type { Refusal } from './refusal.js';

/** Shorter keys of RSA and DSA are factored for sport. */
const leastBits = 1024;
/** NIST SP 800-57 has ruled out shorter ones since 2014. */
const soundBits = 2048;
const weakHashes: Readonly<Record<string, string>> = { sha1: 'SHA-1', ripemd160: 'RIPEMD-160' };

/** Why a key does not count, and whether it did when it signed. */
export interface KeyRefusal extends Refusal {
  readonly notes: readonly string[];
}

/**
 * Why a signature that the key did make at that time does not count now: as for podman, the key must be good then and
 * now. Times in seconds since 1970. Undefined when it counts.
 */
export function judgeSigningKey(created: number, key: SigningKey, now: number): KeyRefusal | undefined {
  const { bits, revoked, expires } = key;
  if (bits !== undefined && bits < leastBits) {
    return { outcome: 'untrusted', reason: `a key of ${bits} bits can be broken by anyone`, notes: [] };
  }
  const refusal = refusalOf(created, key);
  if (refusal !== undefined) {
    const isEarly = !revoked && created < key.created;
    return { outcome: isEarly ? 'invalid' : 'untrusted', reason: refusal, notes: [stateThen(created, key)] };
  }
  if (expires === undefined || expires > now) return undefined;
  return {
    outcome: 'untrusted',
    reason: `the key expired on ${dayOf(expires)}`,
    notes: [stateThen(created, key)],
  };
}

/** What is accepted although it would not be chosen today. */
export function weaknesses(hash: string, { parameters, bits }: SigningKey): readonly string[] {
  const found: string[] = [];
  const weakHash = weakHashes[hash];
  if (weakHash !== undefined) found.push(`weak: made with ${weakHash}`);
  if (bits !== undefined && bits < soundBits) {
    found.push(`weak: ${parameters.kind.toUpperCase()} key of ${bits} bits`);
  }
  return found;
}

function stateThen(created: number, key: SigningKey): string {
  const { revoked, ...rest } = key;
  const when = `when it signed on ${dayOf(created)}`;
  if (refusalOf(created, rest) !== undefined || (revoked && created >= revoked.at)) {
    return `the key was not valid ${when}`;
  }
  if (revoked?.hard) return `the key was not yet revoked ${when}, but its revocation puts in doubt all that it signed`;
  return `the key was valid ${when}`;
}

/** `2026-11-24`. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
