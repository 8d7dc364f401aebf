import type { KeyObject, X509Certificate } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import { isIssuedBy, parseChainCertificate, publicKeyOf, type ChainCertificate } from '../x509/chain-certificate.js';
import { renderDistinguishedName, type DistinguishedName } from '../x509/distinguished-name.js';
import { signerKey } from './public-key.js';
import { clip, passed, refused, step, type Refusal, type Step } from './refusal.js';
import { readExtensions } from '../x509/extension.js';

export interface PathTrust {
  /** Whatever one of these issued is believed, itself included. They need not be self-signed. */
  readonly authorities: readonly X509Certificate[];
  /** May stand in between; nothing is believed of them. */
  readonly intermediates: readonly X509Certificate[];
  /** When all of the path must be valid. */
  readonly at: Date;
  /** In words: `today`, or where the time comes from. */
  readonly atIs: string;
}

/** Far more than honest paths need; mutual cross-signatures could make trying all of them endless. */
const signatureChecks = 100;
const codeSigning = '1.3.6.1.5.5.7.3.3';
const anyUsage = '2.5.29.37.0';
const nameConstraints = '2.5.29.30';
/** Bit of the key usage that lets a key sign certificates. */
const keyCertSign = 5;

/** Extensions whose meaning is heeded or does not bear on a signature; any other that is critical refuses. */
const understood: ReadonlySet<string> = new Set([
  '2.5.29.14', // subject key identifier
  '2.5.29.15', // key usage
  '2.5.29.17', // subject alternative name
  '2.5.29.19', // basic constraints
  '2.5.29.31', // CRL distribution points
  '2.5.29.32', // policies
  '2.5.29.35', // authority key identifier
  '2.5.29.37', // extended key usage
]);

/**
 * Looks for a path from the leaf to one of the authorities in which every signature holds and every certificate is
 * valid at the time, meant for code signing (or not limited in its use) and, above the leaf, an authority that may have
 * that many below it (RFC 5280, section 6.1; extended key usage is nested, as Go does it). Names are not judged.
 */
export function verifyPath(leaf: ChainCertificate, trust: PathTrust): Step<readonly ChainCertificate[]> {
  const own = checkLink(leaf, [], trust);
  if (own) return { ok: false, refusal: own };
  if (trust.authorities.some((authority) => isSame(authority, leaf.x509))) return passed([leaf]);
  return new Search(trust).path(leaf);
}

class Search {
  readonly #trust: PathTrust;
  #checks = 0;
  /** The first thing that spoke against a certificate which did sign the one below it. */
  #blame: Refusal | undefined;

  constructor(trust: PathTrust) {
    this.#trust = trust;
  }

  path(leaf: ChainCertificate): Step<readonly ChainCertificate[]> {
    const path = this.#extend([leaf]);
    if (path) return passed(path);
    if (this.#blame) return { ok: false, refusal: this.#blame };
    const { length } = this.#trust.authorities;
    const given = length === 1 ? 'not by the authority given' : `by none of the ${length} authorities given`;
    return refused('untrusted', `the certificate was issued ${given}; its issuer is ${describeName(leaf.issuer)}`);
  }

  #extend(chain: readonly ChainCertificate[]): readonly ChainCertificate[] | undefined {
    for (const authority of this.#trust.authorities) {
      const issuer = this.#issuer(chain, authority);
      if (issuer) return [...chain, issuer];
    }
    for (const intermediate of this.#trust.intermediates) {
      const issuer = this.#issuer(chain, intermediate);
      const path = issuer && this.#extend([...chain, issuer]);
      if (path) return path;
    }
    return undefined;
  }

  /** The candidate, when it issued the last certificate of the chain and may have. */
  #issuer(chain: readonly ChainCertificate[], candidate: X509Certificate): ChainCertificate | undefined {
    const child = chain.at(-1);
    if (!child?.x509.checkIssued(candidate)) return undefined;
    if (this.#checks >= signatureChecks) {
      this.#blame ??= { outcome: 'invalid', reason: `its certificates make more than ${signatureChecks} paths to try` };
      return undefined;
    }
    if (chain.some(({ x509 }) => isSame(x509, candidate))) return undefined;
    this.#checks++;
    const issuer = step(() => parseChainCertificate(candidate.raw));
    if (!issuer.ok) return this.#refuse(issuer.refusal);
    if (!isIssuedBy(child, issuer.value)) return undefined;
    const refusal = checkSignature(child, issuer.value) ?? checkLink(issuer.value, chain, this.#trust);
    return refusal ? this.#refuse(refusal) : issuer.value;
  }

  #refuse(refusal: Refusal): undefined {
    this.#blame ??= refusal;
  }
}

function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return Buffer.compare(one.raw, other.raw) === 0;
}

/** That the signature holds was found already; was it made in a way that still proves something? */
function checkSignature(child: ChainCertificate, issuer: ChainCertificate): Refusal | undefined {
  if (!child.soundlySigned) {
    const who = `the certificate of ${describeName(child.subject)}`;
    return { outcome: 'unsupported', reason: `${who} is not signed with RSA or ECDSA over SHA-2` };
  }
  const key = step(() => signerKey(certificateKey(issuer), 'a certificate'));
  return key.ok ? undefined : key.refusal;
}

/** @throws ImgcheckError unsupported for a key that this OpenSSL does not know */
export function certificateKey(certificate: ChainCertificate): KeyObject {
  const key = publicKeyOf(certificate);
  if (key) return key;
  throw new ImgcheckError('unsupported', 'the key of the certificate is of an unknown kind');
}

/** For people: a distinguished name on one line, bounded. */
export function describeName(name: DistinguishedName): string {
  return clip(renderDistinguishedName(name)) || 'one without a name';
}

/** What speaks against the certificate above those of `below` (none: it is the leaf). */
function checkLink(
  certificate: ChainCertificate,
  below: readonly ChainCertificate[],
  trust: PathTrust,
): Refusal | undefined {
  const isLeaf = below.length === 0;
  const who = isLeaf ? 'the certificate' : `the authority ${describeName(certificate.subject)}`;
  const found = step(() => checkExtensions(certificate.x509.raw, isLeaf));
  if (!found.ok) return found.refusal;
  if (found.value !== undefined) return { outcome: 'unsupported', reason: `${who} ${found.value}` };
  const fault = checkFields(certificate, below.length, trust);
  return fault === undefined ? undefined : { outcome: 'invalid', reason: `${who} ${fault}` };
}

function checkExtensions(raw: Uint8Array, isLeaf: boolean): string | undefined {
  const extensions = readExtensions(raw);
  if (!isLeaf && extensions.has(nameConstraints)) return 'has name constraints, which are not checked here';
  const strange = [...extensions].find(([oid, { critical }]) => critical && !understood.has(oid));
  return strange && `has a critical extension that is not known here: ${strange[0]}`;
}

function checkFields(certificate: ChainCertificate, depth: number, { at, atIs }: PathTrust): string | undefined {
  const { notBefore, notAfter, extendedKeyUsage, basicConstraints, keyUsage } = certificate;
  if (at < notBefore || at > notAfter) {
    return `is valid from ${isoTime(notBefore)} to ${isoTime(notAfter)}, not at ${isoTime(at)} (${atIs})`;
  }
  const usages = extendedKeyUsage?.purposes;
  if (usages && !usages.includes(codeSigning) && !usages.includes(anyUsage)) {
    return 'is not meant for code signing by its extended key usage';
  }
  if (depth === 0) return undefined;
  if (basicConstraints?.ca !== true) return 'may not issue certificates by its basic constraints';
  if (keyUsage && !keyUsage.bits.includes(keyCertSign)) return 'may not sign certificates by its key usage';
  const { pathLength } = basicConstraints;
  if (pathLength !== undefined && depth - 1 > pathLength) {
    return `may have ${pathLength} authorities below it, not ${depth - 1}`;
  }
  return undefined;
}

function isoTime(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
