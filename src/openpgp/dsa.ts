import { FixedBase } from './fixed-base.js';
import type { KeyParameters } from './keyring.js';
import { bitLength, fromHex, invertMod, leftmostBits } from './modular.js';

/** Checks one signature, two numbers in hex, over a digest that is already made. */
export type DigestVerifier = (digest: string, r: string, s: string) => boolean;

/** The checks of DSA signatures by one key (FIPS 186-4, section 4.7); node:crypto wants the message, not its digest. */
export function dsaVerifier(key: Extract<KeyParameters, { kind: 'dsa' }>): DigestVerifier {
  const [p, q] = [fromHex(key.p), fromHex(key.q)];
  const group = { identity: 1n, add: (a: bigint, b: bigint) => (a * b) % p };
  const g = new FixedBase(group, fromHex(key.g), bitLength(q));
  const y = new FixedBase(group, fromHex(key.y), bitLength(q));
  return (digest, rHex, sHex) => {
    const [r, s] = [fromHex(rHex), fromHex(sHex)];
    if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
    const w = invertMod(s, q);
    const [u1, u2] = [(leftmostBits(digest, q) * w) % q, (r * w) % q];
    return ((g.times(u1) * y.times(u2)) % p) % q === r;
  };
}
