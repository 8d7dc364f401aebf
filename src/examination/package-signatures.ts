import type { Keyring } from '../openpgp/keyring.js';
import { judgeSignature, type PackageSignatureVerdict, type SignatureOutcome } from '../rpm/package-signature.js';
import type { Content } from './examination.js';

/** Verdicts on the packages' own signatures, by header digest, and what they add up to. */
export interface PackageSignatures {
  /** False when no keys were given: then nothing is said to be valid. */
  readonly keys: boolean;
  readonly of: ReadonlyMap<string, PackageSignatureVerdict>;
  readonly counts: Readonly<Record<SignatureOutcome, number>>;
}

export function judgePackageSignatures({ packages }: Content, keyring: Keyring | undefined): PackageSignatures {
  const counts = { valid: 0, bad: 0, 'unknown-key': 0, unsigned: 0, unsupported: 0, 'not-checked': 0 };
  const of = new Map<string, PackageSignatureVerdict>();
  for (const { package: one } of packages.packages) {
    const verdict = of.get(one.headerDigest) ?? judgeSignature(one, keyring);
    of.set(one.headerDigest, verdict);
    counts[verdict.outcome]++;
  }
  return { keys: keyring !== undefined, of, counts };
}
