import { constants, verify } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import { parseChainCertificate, publicKeyOf, type ChainCertificate } from '../x509/chain-certificate.js';
import { attributeOf, renderDistinguishedName } from '../x509/distinguished-name.js';
import { judgeAuthenticity, judgeExpiry, judgeTime, type Failure } from './notation-validations.js';
import { algorithmOf, type SignatureAlgorithm } from './notation-certificates.js';
import { parseCoseEnvelope } from './notation-cose.js';
import type { NotationEnvelope } from './notation-envelope.js';
import { parseJwsEnvelope } from './notation-jws.js';
import { parseNotationPayload, targetFault } from './notation-payload.js';
import type { NotationStores } from './notation-trust-files.js';
import type { NotationStatement, Validation } from './notation-trust.js';
import type { Judgement } from './signature.js';

const sizeLimit = 1024 * 1024;

/**
 * Verifies a signature envelope of notation by a statement of a trust policy (trust-store-trust-policy.md, signature
 * verification): what its level enforces refuses, what it logs becomes a note. Integrity is always enforced, and nobody
 * is `valid` whom the stores and identities do not vouch for, whatever the level. Revocation is never checked, which a
 * note says. A plugin is never run: what needs one is `unsupported`.
 * @throws ImgcheckError usage when a trust store that the statement names cannot be read
 */
export function verifyNotation(
  envelope: Uint8Array,
  form: 'jws' | 'cose',
  expected: Descriptor,
  statement: NotationStatement,
  stores: NotationStores,
  now: Date,
): Judgement {
  if (statement.level === 'skip') {
    return { outcome: 'not-checked', reason: `the statement ${JSON.stringify(statement.name)} skips verification` };
  }
  const opened = refusing(() => openEnvelope(envelope, form));
  if ('outcome' in opened) return opened;
  const { signature, chain } = opened;
  const signer = describeSigner(opened);
  const target = refusing(() => parseNotationPayload(signature.payload));
  if ('outcome' in target) return { ...target, ...signer };
  const bound = { ...signer, signed: { digest: target.digest } };
  const other = targetFault(target, expected);
  if (other !== undefined) return { outcome: 'invalid', reason: other, ...bound };
  const { attributes } = signature;
  if (attributes.beyond !== undefined) return { outcome: 'unsupported', reason: attributes.beyond, ...bound };

  const authenticity = judgeAuthenticity(chain, attributes.scheme, statement, stores);
  const time = judgeTime(signature, chain, statement, stores, now);
  const failures: readonly (Failure & { readonly validation: Validation })[] = [
    ...(authenticity ? [{ validation: 'authenticity' as const, ...authenticity }] : []),
    ...(time.failure ? [{ validation: 'authenticTimestamp' as const, ...time.failure }] : []),
    ...judgeExpiry(attributes, now).map((failure) => ({ validation: 'expiry' as const, ...failure })),
  ];
  const known = { ...bound, ...(!authenticity && time.known) };
  const enforced = failures.find(({ validation }) => statement.actions[validation] === 'enforce');
  const refusal = enforced ?? authenticity;
  const logged = failures.filter((failure) => failure.reason !== refusal?.reason).map(({ reason }) => reason);
  const notes = [...logged, revocationNote(statement)];
  if (refusal) return { outcome: refusal.outcome, reason: refusal.reason, ...known, notes };
  const reason = `the signature holds, and the statement ${JSON.stringify(statement.name)} trusts its signer`;
  return { outcome: 'valid', reason, ...known, notes };
}

interface OpenedEnvelope {
  readonly signature: NotationEnvelope;
  /** Never empty. */
  readonly chain: readonly ChainCertificate[];
  readonly leaf: ChainCertificate;
}

/** Integrity: the envelope can be read, and the key of its first certificate made the signature. */
function openEnvelope(bytes: Uint8Array, form: 'jws' | 'cose'): OpenedEnvelope {
  if (bytes.byteLength > sizeLimit) {
    throw broken(`a signature envelope of ${bytes.byteLength} bytes exceeds ${sizeLimit}`);
  }
  const signature = form === 'jws' ? parseJwsEnvelope(bytes) : parseCoseEnvelope(bytes);
  const chain = signature.chain.map(parseChainCertificate);
  const [leaf] = chain;
  if (!leaf) throw broken('the signature does not bring the certificate of its signer');
  const key = publicKeyOf(leaf);
  const algorithm = key && algorithmOf(key);
  if (!algorithm) {
    throw new ImgcheckError('unsupported', 'the key of the signer is of a kind or size that notation does not allow');
  }
  if (signature.algorithm !== algorithm) {
    throw broken(`expected the algorithm ${algorithm} of the signer’s key, got ${signature.algorithm}`);
  }
  const { hash, ...options } = algorithms[algorithm];
  if (!verify(hash, signature.signedBytes, { key, ...options }, signature.signature)) {
    throw broken('the signature does not hold');
  }
  return { signature, chain, leaf };
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } as const;
const ecdsa = { dsaEncoding: 'ieee-p1363' } as const;
/** RFC 7518, section 3.1: the salt is as long as the hash. */
const algorithms: Readonly<Record<SignatureAlgorithm, { readonly hash: string } & (typeof pss | typeof ecdsa)>> = {
  PS256: { hash: 'sha256', ...pss },
  PS384: { hash: 'sha384', ...pss },
  PS512: { hash: 'sha512', ...pss },
  ES256: { hash: 'sha256', ...ecdsa },
  ES384: { hash: 'sha384', ...ecdsa },
  ES512: { hash: 'sha512', ...ecdsa },
};

function describeSigner({ signature, chain, leaf }: OpenedEnvelope): Partial<Judgement> {
  const root = chain.at(-1) ?? leaf;
  const identity = attributeOf(leaf.subject, 'CN') ?? firstAlternativeName(leaf);
  return {
    signer: renderDistinguishedName(leaf.subject),
    ...(identity !== undefined && { identity }),
    issuer: renderDistinguishedName(root.subject),
    time: signature.attributes.signingTime.toISOString(),
    timeSource: 'signer',
  };
}

/** Node writes `DNS:host, email:a@b`; a value with a comma stands in quotes, and is then no plain name. */
function firstAlternativeName({ x509 }: ChainCertificate): string | undefined {
  return /^(?:DNS|email|URI):([^",]{1,300})(?:,|$)/.exec(x509.subjectAltName ?? '')?.[1];
}

function revocationNote({ actions, name }: NotationStatement): string {
  const enforced = actions.revocation === 'enforce' ? `, though the statement ${JSON.stringify(name)} enforces it` : '';
  return `revocation was not checked${enforced}`;
}

/** What an envelope that cannot be read amounts to, in place of an error. */
function refusing<T extends object>(work: () => T): T | (Judgement & { readonly outcome: 'invalid' | 'unsupported' }) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ImgcheckError) || (error.kind !== 'hostile' && error.kind !== 'unsupported')) throw error;
    return { outcome: error.kind === 'hostile' ? 'invalid' : 'unsupported', reason: error.message };
  }
}

function broken(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
