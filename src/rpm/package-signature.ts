import type { Keyring, SigningKey } from '../openpgp/keyring.js';
import { refusalOf } from '../openpgp/refusal.js';
import { verifyDigest } from '../openpgp/verify.js';
import type { CheckableSignature, HeaderSignature } from './header-signature.js';
import type { RpmPackage } from './package.js';

/**
 * `valid`: a known key signed this very header. `bad`: the header or a signature was changed, or the key might not
 * sign then. `unknown-key`: no key at hand made it. `unsigned`: no signature. `unsupported`: there is one that
 * cannot be checked here. `not-checked`: no keys were given.
 */
export type SignatureOutcome = 'valid' | 'bad' | 'unknown-key' | 'unsigned' | 'unsupported' | 'not-checked';

/** What a signature is worth with the keys at hand; plain data, of no time: it may be kept by header and key set. */
export interface PackageSignatureVerdict {
  readonly outcome: SignatureOutcome;
  /** Of a valid signature: the certificate's fingerprint and its owner. */
  readonly signer?: { readonly fingerprint: string; readonly userId: string };
  /** Of the signature that was decisive, as its packet says. */
  readonly keyId?: string;
  /** What is weak by today's measure, as `SHA-1, DSA-1024`; the signature is valid all the same. */
  readonly weak?: string;
  /** Seconds since 1970: when the signer's key ends. It was valid when it signed; whether it is past is the reader's clock. */
  readonly keyExpires?: number;
  /** Seconds since 1970: when the signature itself ends. */
  readonly signatureExpires?: number;
  readonly reason: string;
}

/** Of many signatures none of which is valid, the first of these decides. */
const order = ['bad', 'unknown-key', 'unsupported', 'not-checked'] as const;

/**
 * Judges whether a package's header is as a holder of one of the keys signed it. Of several signatures one valid
 * one is enough, unless another names a key at hand that did not make it.
 */
export function judgeSignature(one: RpmPackage, keyring: Keyring | undefined): PackageSignatureVerdict {
  if (!one.region) return { outcome: 'unsupported', reason: 'the header has no region that a signature could be over' };
  if (one.digests === 'bad') return { outcome: 'bad', reason: 'the header does not fit its own digest' };
  const verdicts = one.signatures.map((signature) => judgeOne(signature, keyring));
  const decisive =
    verdicts.find(({ forged }) => forged) ??
    verdicts.find(({ verdict }) => verdict.outcome === 'valid') ??
    order.flatMap((outcome) => verdicts.filter(({ verdict }) => verdict.outcome === outcome))[0];
  return decisive?.verdict ?? { outcome: 'unsigned', reason: 'the header has no signature' };
}

/** Judges one signature alone; `judgeSignature` is for the package. */
export function judgeHeaderSignature(
  signature: HeaderSignature,
  keyring: Keyring | undefined,
): PackageSignatureVerdict {
  return judgeOne(signature, keyring).verdict;
}

interface Judged {
  readonly verdict: PackageSignatureVerdict;
  /** It names a key at hand, which did not make it: no other signature makes up for that. */
  readonly forged: boolean;
}

function judgeOne(signature: HeaderSignature, keyring: Keyring | undefined): Judged {
  const said = signature.keyId === undefined ? {} : { keyId: signature.keyId };
  const judged = (outcome: SignatureOutcome, reason: string, forged = false): Judged => ({
    verdict: { outcome, ...said, reason },
    forged,
  });
  if (signature.problem !== undefined) return judged('unsupported', signature.problem);
  const id = signature.fingerprint ?? signature.keyId;
  const keys = (id === undefined ? undefined : keyring?.find(id)) ?? [];
  if (!signature.left16) return judged('bad', 'the signature was made for another header', keys.length > 0);
  if (!keyring) return judged('not-checked', 'no keys were given');
  if (keys.length === 0)
    return judged(
      'unknown-key',
      id === undefined ? 'it does not name its key' : `the key ${id} is not among those given`,
    );
  const key = keys.find((candidate) => verifyDigest(signature, candidate));
  if (!key) return judged('bad', 'the signature does not fit the header', true);
  const refused = refusalOf(signature.created, key);
  return refused === undefined ? { verdict: accept(signature, key), forged: false } : judged('bad', refused);
}

function accept(signature: CheckableSignature, key: SigningKey): PackageSignatureVerdict {
  const weak = weaknessOf(signature, key);
  return {
    outcome: 'valid',
    signer: { fingerprint: key.primaryFingerprint, userId: key.userId },
    keyId: key.keyId,
    ...(weak === undefined ? {} : { weak }),
    ...(key.expires === undefined ? {} : { keyExpires: key.expires }),
    ...(signature.expires === undefined ? {} : { signatureExpires: signature.expires }),
    reason: `signed by ${key.userId}`,
  };
}

/** Digests and key sizes that NIST SP 800-131A no longer lets anyone sign with. */
function weaknessOf({ hash }: CheckableSignature, { parameters, bits = 0 }: SigningKey): string | undefined {
  const words: string[] = [];
  const weakHash = { md5: 'MD5', sha1: 'SHA-1', ripemd160: 'RIPEMD-160' }[hash];
  if (weakHash !== undefined) words.push(weakHash);
  if ((parameters.kind === 'rsa' || parameters.kind === 'dsa') && bits < 2048) {
    words.push(`${parameters.kind.toUpperCase()}-${bits}`);
  }
  return words.length > 0 ? words.join(', ') : undefined;
}
