import type { KeyObject } from 'node:crypto';
import { isIssuedBy, isSameCertificate, publicKeyOf, type ChainCertificate } from '../x509/chain-certificate.js';
import { renderDistinguishedName } from '../x509/distinguished-name.js';

/** What a chain's first certificate is for. */
export type Purpose = 'code signing' | 'timestamping';

/** `PS256` and so on, by the names of JWS (RFC 7518). */
export type SignatureAlgorithm = 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512';

const purposeIds = { 'code signing': '1.3.6.1.5.5.7.3.3', timestamping: '1.3.6.1.5.5.7.3.8' } as const;
/** signature-specification.md, leaf certificates; OCSP signing is refused by the reference implementation. */
const foreignPurposes: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'any purpose',
  '1.3.6.1.5.5.7.3.1': 'servers',
  '1.3.6.1.5.5.7.3.2': 'clients',
  '1.3.6.1.5.5.7.3.4': 'e-mail',
  '1.3.6.1.5.5.7.3.9': 'OCSP',
  [purposeIds.timestamping]: 'timestamps',
};
const digitalSignature = 0;
const nonRepudiation = 1;
const keyCertSign = 5;

const rsaAlgorithms: Readonly<Record<number, SignatureAlgorithm>> = { 2048: 'PS256', 3072: 'PS384', 4096: 'PS512' };
const curveAlgorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** The one algorithm that notation allows for a key (signature-specification.md, algorithm selection). */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return rsaAlgorithms[modulusLength];
  return key.asymmetricKeyType === 'ec' ? curveAlgorithms[namedCurve] : undefined;
}

/**
 * Why a chain, first the signer's certificate and last the root, breaks notation's rules for certificates
 * (signature-specification.md, certificate requirements); undefined when it keeps them. Trust and validity in time are
 * other questions.
 */
export function chainFault(chain: readonly ChainCertificate[], purpose: Purpose): string | undefined {
  const [leaf, ...authorities] = chain;
  if (!leaf) return 'there is no certificate';
  for (const [i, certificate] of chain.entries()) {
    const issuer = chain[i + 1];
    const self = isIssuedBy(certificate, certificate);
    if (!certificate.soundlySigned) return `${nameOf(certificate)} is signed by an algorithm that no longer counts`;
    if (issuer && self) return `${nameOf(certificate)} is self-signed, yet not the last of its chain`;
    if (issuer && !isIssuedBy(certificate, issuer)) {
      return `${nameOf(certificate)} was not issued by the next certificate, ${nameOf(issuer)}`;
    }
    if (!issuer && !self) return `the chain does not end with a root: ${nameOf(certificate)} is not self-signed`;
  }
  return leafFault(leaf, purpose) ?? authorities.map((ca, depth) => authorityFault(ca, depth, purpose)).find(Boolean);
}

/** Whether one certificate of the chain is among the trusted ones. */
export function isAnchored(chain: readonly ChainCertificate[], trusted: readonly ChainCertificate[]): boolean {
  return chain.some((certificate) => trusted.some((anchor) => isSameCertificate(certificate, anchor)));
}

/** The certificate of a chain that is not valid throughout from `from` to `to`, and why; undefined when all are. */
export function validityFault(chain: readonly ChainCertificate[], from: Date, to: Date): string | undefined {
  for (const certificate of chain) {
    if (from < certificate.notBefore) {
      return `${nameOf(certificate)} is valid only from ${certificate.notBefore.toISOString()}`;
    }
    if (to > certificate.notAfter) return `${nameOf(certificate)} expired on ${certificate.notAfter.toISOString()}`;
  }
  return undefined;
}

/**
 * A chain from a certificate to one of the roots, through the certificates at hand; undefined when there is none.
 * At most 8 certificates long and 200 signatures tried.
 */
export function buildChain(
  leaf: ChainCertificate,
  among: readonly ChainCertificate[],
  roots: readonly ChainCertificate[],
): readonly ChainCertificate[] | undefined {
  let tries = 200;
  const extend = (
    chain: readonly ChainCertificate[],
    last: ChainCertificate,
  ): readonly ChainCertificate[] | undefined => {
    if (roots.some((root) => isSameCertificate(root, last))) return chain;
    if (chain.length >= 8) return undefined;
    for (const next of [...roots, ...among]) {
      if (chain.some((used) => isSameCertificate(used, next)) || tries-- <= 0) continue;
      const found = isIssuedBy(last, next) ? extend([...chain, next], next) : undefined;
      if (found) return found;
    }
    return undefined;
  };
  return extend([leaf], leaf);
}

function leafFault(leaf: ChainCertificate, purpose: Purpose): string | undefined {
  const name = nameOf(leaf);
  if (leaf.basicConstraints?.ca) return `${name} belongs to an authority, and may not sign itself`;
  const usage = usageFault(leaf, purpose);
  if (usage !== undefined) return usage;
  const bits = leaf.keyUsage?.bits ?? [];
  if (!bits.includes(digitalSignature)) return `the key of ${name} is not meant for signatures`;
  if (bits.some((bit) => bit !== digitalSignature && bit !== nonRepudiation)) {
    return `the key of ${name} is meant for more than signatures`;
  }
  const key = publicKeyOf(leaf);
  if (purpose === 'code signing' && (!key || !algorithmOf(key)))
    return `the key of ${name} is of a kind or size not allowed`;
  const { purposes, critical } = leaf.extendedKeyUsage ?? { purposes: [], critical: false };
  if (purpose === 'timestamping') {
    // RFC 3161, section 2.3: this one purpose, and critical.
    const alone = purposes.length === 1 && purposes[0] === purposeIds.timestamping && critical;
    return alone ? undefined : `${name} is not meant for timestamps alone`;
  }
  const foreign = purposes.find((id) => foreignPurposes[id] !== undefined);
  return foreign === undefined
    ? undefined
    : `${name} is meant for ${foreignPurposes[foreign]}, not for signatures over code`;
}

function authorityFault(authority: ChainCertificate, below: number, purpose: Purpose): string | undefined {
  const { basicConstraints: constraints } = authority;
  const name = nameOf(authority);
  if (!constraints?.ca) return `${name} issued a certificate, yet belongs to no authority`;
  if (!constraints.critical && purpose === 'code signing') return `the basic constraints of ${name} are not critical`;
  if (constraints.pathLength !== undefined && constraints.pathLength < below) {
    return `${name} allows ${constraints.pathLength} authorities below it, the chain has ${below}`;
  }
  const usage = usageFault(authority, purpose);
  if (usage !== undefined) return usage;
  return authority.keyUsage?.bits.includes(keyCertSign)
    ? undefined
    : `the key of ${name} is not meant for certificates`;
}

/** The chains of timestamp authorities are not of notation's making: there the extension need not be critical. */
function usageFault(certificate: ChainCertificate, purpose: Purpose): string | undefined {
  if (!certificate.keyUsage) return `${nameOf(certificate)} does not say what its key is for`;
  if (certificate.keyUsage.critical || purpose === 'timestamping') return undefined;
  return `the key usage of ${nameOf(certificate)} is not critical`;
}

function nameOf(certificate: ChainCertificate): string {
  return `certificate ${JSON.stringify(renderDistinguishedName(certificate.subject).slice(0, 200))}`;
}
