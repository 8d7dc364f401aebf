import { ImgcheckError } from '../core/error.js';
import { readNames } from './certificate-names.js';
import { parseChainCertificate } from '../x509/chain-certificate.js';
import { readOidcIssuer } from './fulcio.js';

/** What a certificate for one signature says of its holder. True only once its chain was verified. */
export interface SigningCertificate {
  /** E-mail addresses and URIs. */
  readonly names: readonly string[];
  /** Of the OIDC token by which its authority knew the holder. */
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const codeSigning = '1.3.6.1.5.5.7.3.3';

/**
 * Reads the certificate of a keyless signature: it must be for code signing, name its holder and the OIDC issuer.
 * @throws ImgcheckError hostile when it is malformed or for another purpose; unsupported for one without such a name
 */
export function readSigningCertificate(der: Uint8Array): SigningCertificate {
  const { extendedKeyUsage, notBefore, notAfter } = parseChainCertificate(der);
  if (!extendedKeyUsage?.purposes.includes(codeSigning)) {
    throw new ImgcheckError('hostile', 'the signing certificate is not for code signing');
  }
  const { emails, uris } = readNames(der);
  const names = [...emails, ...uris];
  if (names.length === 0) {
    throw new ImgcheckError('unsupported', 'the signing certificate names nobody by e-mail address or URI');
  }
  return { names, issuer: readOidcIssuer(der), notBefore, notAfter };
}

/** True for one that vouches for itself, as roots do. @throws ImgcheckError hostile */
export function isSelfIssued(der: Uint8Array): boolean {
  const { subjectDer, issuerDer } = parseChainCertificate(der);
  return Buffer.compare(subjectDer, issuerDer) === 0;
}
