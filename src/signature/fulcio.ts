import { ImgcheckError } from '../core/error.js';
import type { ChainCertificate } from '../x509/chain-certificate.js';
import type { CertificateNames } from './certificate-names.js';
import { readDer } from '../x509/asn1.js';
import { clip, passed, refused, step, type Step } from './refusal.js';
import { readExtensions } from '../x509/extension.js';

/** Who must have been vouched for, and by whom (containers-policy.json(5), fulcio). */
export interface FulcioIdentity {
  readonly oidcIssuer: string;
  readonly subjectEmail: string;
}

/** Who made a signature, by a certificate that holds. */
export interface VouchedIdentity {
  readonly identity: string;
  readonly issuer: string;
}

/** Extensions of Fulcio that say who vouched: plain bytes once, a UTF8String now. */
const issuerIds = { first: '1.3.6.1.4.1.57264.1.1', second: '1.3.6.1.4.1.57264.1.8' } as const;

/**
 * Judges whether a certificate of Fulcio, whose path holds, is for the e-mail address, and the OpenID Connect issuer
 * vouched for it: both equal to the letter.
 */
export function judgeFulcioIdentity(
  certificate: ChainCertificate,
  names: CertificateNames,
  trust: FulcioIdentity,
): Step<VouchedIdentity> {
  const issuer = step(() => readOidcIssuer(certificate.x509.raw));
  if (!issuer.ok) return issuer;
  if (issuer.value !== trust.oidcIssuer) {
    return refused('untrusted', `expected the OIDC issuer ${trust.oidcIssuer}, got ${clip(issuer.value)}`);
  }
  if (!names.emails.includes(trust.subjectEmail)) return refuseName('e-mail address', trust.subjectEmail, names.emails);
  return passed({ identity: trust.subjectEmail, issuer: issuer.value });
}

/** An identity that was expected, and those of the certificate (at most three of them named). */
export function refuseName(kind: string, expected: string, names: readonly string[]): Step<never> {
  const got = names.slice(0, 3).map((name) => clip(name, 80));
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return refused('untrusted', `expected the ${kind} ${expected}, got ${got.join(', ') || 'none'}${more}`);
}

/**
 * The OpenID Connect issuer that a certificate in DER names.
 * @throws ImgcheckError hostile when it names none, two that differ, or one that is not text
 */
export function readOidcIssuer(raw: Uint8Array): string {
  const extensions = readExtensions(raw);
  const first = extensions.get(issuerIds.first);
  const second = extensions.get(issuerIds.second);
  const texts = [
    ...(first ? [decodeText(first.value)] : []),
    ...(second ? [decodeText(readDer(second.value, 'the OIDC issuer of the certificate', utf8String).content)] : []),
  ];
  const [issuer, other = issuer] = texts;
  if (issuer === undefined) throw fault('the certificate names no OIDC issuer, as Fulcio has them do');
  if (issuer !== other) throw fault('the certificate names two OIDC issuers');
  return issuer;
}

const utf8String = 0x0c;

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ImgcheckError('hostile', 'the OIDC issuer of the certificate is not UTF-8', { cause });
  }
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
