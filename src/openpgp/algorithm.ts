/** Ways to sign, whichever of its numbers one has. */
export type SignatureAlgorithm = 'rsa' | 'dsa' | 'ecdsa' | 'eddsa' | 'ed25519' | 'ed448';

interface AlgorithmForm {
  readonly name: SignatureAlgorithm;
  /** How many multiprecision integers a signature is, or the bytes of one that is not made of those. */
  readonly integers?: number;
  readonly bytes?: number;
}

/** RFC 9580, section 9.1. `eddsa` is the older form (22) of Ed25519. */
const algorithms: Readonly<Record<number, AlgorithmForm>> = {
  1: { name: 'rsa', integers: 1 },
  3: { name: 'rsa', integers: 1 },
  17: { name: 'dsa', integers: 2 },
  19: { name: 'ecdsa', integers: 2 },
  22: { name: 'eddsa', integers: 2 },
  27: { name: 'ed25519', bytes: 64 },
  28: { name: 'ed448', bytes: 114 },
};

/** RFC 9580, section 9.5, by the names that node:crypto has for them. */
const hashes: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  3: 'ripemd160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
  12: 'sha3-256',
  14: 'sha3-512',
};

export function algorithmOf(id: number): AlgorithmForm | undefined {
  return algorithms[id];
}

export function hashOf(id: number): string | undefined {
  return hashes[id];
}
