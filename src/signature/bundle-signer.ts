import type { Proof } from './bundle-document.js';
import { checkIdentity, isIdentity, type CertificateIdentity } from './certificate-identity.js';
import type { SignerKey } from './public-key.js';
import { clip } from './refusal.js';
import type { Judgement } from './signature.js';
import { isSignedBy, mayBePrehashed, prehashed, type SignedContent } from './signed-content.js';
import { isSelfIssued, readSigningCertificate, type SigningCertificate } from './signing-certificate.js';
import type { SigstoreRoot } from './trusted-root.js';
import { verifyWitnesses, type Witnessed } from './witness.js';

/** Whose signatures count. Of a signature by a key a root is asked only about what came with it: none of that is demanded. */
export type BundleTrust =
  { readonly kind: 'keys'; readonly keys: readonly SignerKey[]; readonly root?: SigstoreRoot } | IdentityTrust;

export interface IdentityTrust {
  readonly kind: 'identities';
  readonly identities: readonly CertificateIdentity[];
  readonly root: SigstoreRoot;
}

/** Who signed, before it is known what the content says. */
export interface SignerJudgement {
  /** The signature is of this content by the signer named, whether or not that one counts. */
  readonly holds: boolean;
  readonly judgement: Omit<Judgement, 'signed'>;
}

/** Clocks differ: a time of the witness that lies no further ahead of ours is now. */
const skew = 300_000;

/**
 * Judges who made a signature: one of the keys, or the holder of a certificate.
 * @throws ImgcheckError integrity, hostile, unsupported for what came with the signature; usage for an empty identity
 */
export function judgeSigner(
  proof: Proof,
  content: SignedContent,
  trust: BundleTrust,
  now: Date,
): Promise<SignerJudgement> {
  return trust.kind === 'keys' ? byKeys(proof, content, trust, now) : byIdentities(proof, content, trust, now);
}

async function byKeys(
  proof: Proof,
  content: SignedContent,
  { keys, root }: BundleTrust & { kind: 'keys' },
  now: Date,
): Promise<SignerJudgement> {
  if (keys.length === 0) return failed('not-checked', 'no key was given to check it with');
  const signer = keys.find(({ key }) => isSignedBy(content, key));
  if (!signer) return refuseKeys(proof, content, keys);
  const judgement = {
    outcome: 'valid',
    reason: `signed by the key ${signer.id} (${signer.from})`,
    signer: signer.id,
  } as const;
  const isLogged = proof.entries.length > 0;
  if (!root || (!isLogged && proof.timestamps.length === 0)) {
    const note = isLogged
      ? 'its transparency log entry was not checked: there is no trusted root'
      : 'no transparency log entry came with it';
    return { holds: true, judgement: { ...judgement, notes: [note] } };
  }
  const witnessed = await verifyWitnesses(proof, content, { kind: 'key', key: signer.key }, root);
  if (!witnessed.ok) return failed(witnessed.refusal.outcome, witnessed.refusal.reason, signer);
  const late = laterThan(now, witnessed.value);
  if (late !== undefined) return failed('invalid', late, signer);
  return { holds: true, judgement: { ...judgement, ...timeOf(witnessed.value) } };
}

/** A signature by another key and a damaged one look alike. */
function refuseKeys({ material, entries }: Proof, content: SignedContent, keys: readonly SignerKey[]): SignerJudgement {
  const kinds = entries.map(({ kind }) => kind);
  if (keys.some(({ key }) => mayBePrehashed(content, key, kinds))) return failed('unsupported', prehashed);
  const made = keys.length === 1 ? 'not by the key given' : `by none of the ${keys.length} keys given`;
  const hint = material.kind === 'certificate' ? '; it names a certificate, which takes an identity to check' : '';
  return failed('untrusted', `made ${made}, or damaged${hint}`);
}

async function byIdentities(
  { material, ...rest }: Proof,
  content: SignedContent,
  { identities, root }: IdentityTrust,
  now: Date,
): Promise<SignerJudgement> {
  for (const identity of identities) checkIdentity(identity, 'the identities of signers');
  if (identities.length === 0) return failed('not-checked', 'no identity was given to check it with');
  if (material.kind !== 'certificate') {
    return failed('not-checked', 'it was made by a bare key: that takes the key to check, not an identity');
  }
  if (material.beside.some(isSelfIssued)) {
    return failed('invalid', 'it brings its own root certificate: roots come from the trusted root alone');
  }
  if (root.material.ctlogs.length === 0) {
    return failed('not-checked', 'the trusted root names no certificate log to look for its certificate in');
  }
  const certificate = readSigningCertificate(material.der);
  const expired = outsideValidity(rest.entries, certificate);
  if (expired !== undefined) return failed('invalid', expired);
  const maker = { kind: 'certificate', der: material.der } as const;
  const witnessed = await verifyWitnesses({ material, ...rest }, content, maker, root);
  if (!witnessed.ok) return failed(witnessed.refusal.outcome, witnessed.refusal.reason);
  const late = laterThan(now, witnessed.value);
  if (late !== undefined) return failed('invalid', late);
  return { holds: true, judgement: { ...compareIdentities(certificate, identities), ...timeOf(witnessed.value) } };
}

function compareIdentities(
  { names, issuer }: SigningCertificate,
  identities: readonly CertificateIdentity[],
): Omit<Judgement, 'signed'> {
  const found = names.find((name) => identities.some((identity) => isIdentity(identity, name, issuer)));
  const name = found ?? names[0] ?? '';
  const words = `${clip(name, 300)}, vouched for by ${clip(issuer, 300)}`;
  const expected = identities.length === 1 ? 'the identity given' : `any of the ${identities.length} identities given`;
  return {
    outcome: found === undefined ? 'untrusted' : 'valid',
    reason: found === undefined ? `signed by ${words}, which is not ${expected}` : `signed by ${words}`,
    signer: name,
    identity: name,
    issuer,
  };
}

/** Only to say it plainly: these times are not yet vouched for, and the chain is judged at those that are. */
function outsideValidity(entries: Proof['entries'], { notBefore, notAfter }: SigningCertificate): string | undefined {
  const times = entries.filter(({ integratedTime }) => integratedTime > 0);
  const outside = times
    .map(({ integratedTime }) => new Date(integratedTime * 1000))
    .find((time) => time < notBefore || time > notAfter);
  if (!outside) return undefined;
  const [at, from, to] = [outside, notBefore, notAfter].map((time) => time.toISOString());
  return `made at ${at}, when its certificate was not valid: it is from ${from} to ${to}`;
}

function laterThan(now: Date, { at }: Witnessed): string | undefined {
  if (!at || at.time.getTime() <= now.getTime() + skew) return undefined;
  return `made at ${at.time.toISOString()}, which lies ahead of the time here, ${now.toISOString()}`;
}

function timeOf({ at }: Witnessed): Pick<Judgement, 'time' | 'timeSource'> {
  return at ? { time: at.time.toISOString(), timeSource: at.source } : {};
}

function failed(outcome: Judgement['outcome'], reason: string, signer?: SignerKey): SignerJudgement {
  return { holds: false, judgement: { outcome, reason, ...(signer ? { signer: signer.id } : {}) } };
}
