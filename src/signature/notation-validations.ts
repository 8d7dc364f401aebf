import { ImgcheckError } from '../core/error.js';
import type { ChainCertificate } from '../x509/chain-certificate.js';
import { ambiguousType, coversName, renderDistinguishedName } from '../x509/distinguished-name.js';
import { chainFault, isAnchored, validityFault } from './notation-certificates.js';
import type { NotationEnvelope, SignedAttributes, SigningScheme } from './notation-envelope.js';
import type { NotationStores } from './notation-trust-files.js';
import type { NotationStatement } from './notation-trust.js';
import type { Judgement } from './signature.js';
import { verifyTimestamp, type TimestampJudgement } from './timestamp.js';

/** A validation that did not hold. */
export interface Failure {
  readonly outcome: 'invalid' | 'untrusted' | 'unsupported';
  readonly reason: string;
}

type StoreType = 'ca' | 'signingAuthority' | 'tsa';

/**
 * Authenticity (trust-store-trust-policy.md): the chain keeps the rules, leads to a certificate of the statement's stores
 * for its scheme, and its first subject is one of the trusted identities.
 * @throws ImgcheckError usage when a store cannot be read
 */
export function judgeAuthenticity(
  chain: readonly ChainCertificate[],
  scheme: SigningScheme,
  statement: NotationStatement,
  stores: NotationStores,
): Failure | undefined {
  const fault = chainFault(chain, 'code signing');
  if (fault !== undefined) return untrusted(fault);
  const type = scheme === 'notary.x509' ? 'ca' : 'signingAuthority';
  const trusted = certificatesOf(type, statement, stores);
  const named = `the statement ${JSON.stringify(statement.name)}`;
  if (trusted === undefined)
    return untrusted(`${named} names no trust store ${type}:NAME, which its scheme ${scheme} needs`);
  if (!isAnchored(chain, trusted)) {
    const root = JSON.stringify(renderDistinguishedName(chain.at(-1)?.subject ?? []));
    return untrusted(`none of its certificates is in a trust store ${type}:NAME of ${named}; its root is ${root}`);
  }
  return identityFailure(chain, statement, named);
}

function identityFailure(
  [leaf]: readonly ChainCertificate[],
  { subjects, trustedIdentities }: NotationStatement,
  named: string,
): Failure | undefined {
  if (!subjects || !leaf) return undefined;
  const shown = JSON.stringify(renderDistinguishedName(leaf.subject));
  // The reference implementation cannot match such a name either.
  const ambiguous = ambiguousType(leaf.subject);
  if (ambiguous !== undefined)
    return untrusted(`the subject ${shown} has ${ambiguous} several times, and matches no identity`);
  if (subjects.some((subject) => coversName(leaf.subject, subject))) return undefined;
  return untrusted(`expected ${trustedIdentities.slice(0, 5).join(' or ')} by ${named}, got a signature of ${shown}`);
}

/** Expiry: the signer may say until when the image is meant to be used. */
export function judgeExpiry({ expiry }: SignedAttributes, now: Date): readonly Failure[] {
  if (!expiry || now < expiry) return [];
  return [{ outcome: 'invalid', reason: `the signature expired on ${expiry.toISOString()}` }];
}

export interface TimeJudgement {
  readonly failure?: Failure;
  /** A time that is more than the signer's word. */
  readonly known?: Pick<Judgement, 'time' | 'timeSource'>;
}

/**
 * Authentic timestamp: the chain was valid when a signing authority or a trusted timestamp authority says it was used;
 * where neither is asked, it is valid now.
 * @throws ImgcheckError usage when a store cannot be read
 */
export function judgeTime(
  { attributes, timestamp, signature }: NotationEnvelope,
  chain: readonly ChainCertificate[],
  statement: NotationStatement,
  stores: NotationStores,
  now: Date,
): TimeJudgement {
  const { scheme, signingTime } = attributes;
  if (scheme === 'notary.x509.signingAuthority') {
    const known = { time: signingTime.toISOString(), timeSource: 'signing-authority' } as const;
    return { known, ...failureOf(validityFault(chain, signingTime, signingTime), 'when it was signed') };
  }
  const roots = certificatesOf('tsa', statement, stores);
  const expired = chain.some(({ notAfter }) => now > notAfter);
  if (!roots || (statement.verifyTimestamp === 'afterCertExpiry' && !expired)) {
    return failureOf(validityFault(chain, now, now), 'and no timestamp is asked for');
  }
  if (!timestamp) return { failure: untrusted('it has no timestamp, which the statement asks for') };
  const stamp = judgeTimestamp(timestamp, signature, roots);
  if (!stamp.ok) return { failure: stamp };
  const known = { time: stamp.time.toISOString(), timeSource: 'tsa' } as const;
  if (stamp.earliest < signingTime) {
    const [stamped, said] = [stamp.earliest.toISOString(), signingTime.toISOString()];
    return {
      known,
      failure: untrusted(`it was stamped on ${stamped}, before the signer says that it was made, ${said}`),
    };
  }
  return { known, ...failureOf(validityFault(chain, stamp.earliest, stamp.latest), 'when it was stamped') };
}

/** A token that cannot be read fails this validation, not the whole signature. */
function judgeTimestamp(
  token: Uint8Array,
  signature: Uint8Array,
  roots: readonly ChainCertificate[],
): Extract<TimestampJudgement, { ok: true }> | ({ readonly ok: false } & Failure) {
  try {
    return verifyTimestamp(token, signature, roots);
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return { ok: false, outcome: error.kind === 'unsupported' ? 'unsupported' : 'invalid', reason: error.message };
  }
}

/** What the statement's stores of that type hold together; undefined when it names none. */
function certificatesOf(
  type: StoreType,
  { trustStores }: NotationStatement,
  stores: NotationStores,
): readonly ChainCertificate[] | undefined {
  const names = trustStores.filter((store) => store.startsWith(`${type}:`));
  if (names.length === 0) return undefined;
  return names.flatMap((name) => {
    const store = stores.get(name);
    if (!store) throw new ImgcheckError('usage', 'the trust store was not read', { subject: name });
    if (!store.ok) throw store.error;
    return store.value;
  });
}

function failureOf(fault: string | undefined, when: string): { readonly failure?: Failure } {
  return fault === undefined ? {} : { failure: untrusted(`${fault}, ${when}`) };
}

function untrusted(reason: string): Failure {
  return { outcome: 'untrusted', reason };
}
