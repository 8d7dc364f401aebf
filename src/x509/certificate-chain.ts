import { X509Certificate } from 'node:crypto';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { readPem } from './pem.js';

/** The file of authorities of a whole system has about 150 certificates. */
const authorityLimit = 1000;

/**
 * Reads the PEM certificates of a file that the user names.
 * @throws ImgcheckError usage, with the file, for anything else and for a file without any
 */
export function readCertificates(bytes: Uint8Array, from: string): readonly X509Certificate[] {
  let certificates: readonly X509Certificate[];
  try {
    certificates = parseCertificates(new TextDecoder('latin1').decode(bytes), 'the certificate file', authorityLimit);
  } catch (cause) {
    if (!isImgcheckError(cause, 'hostile')) throw cause;
    throw new ImgcheckError('usage', cause.message, { subject: from, cause });
  }
  if (certificates.length > 0) return certificates;
  throw new ImgcheckError('usage', 'expected PEM certificates (BEGIN CERTIFICATE), got none', { subject: from });
}

/**
 * Parses the PEM certificates of a text; text around them is let be.
 * @throws ImgcheckError hostile for a block of another kind, and for more than `limit`
 */
export function parseCertificates(text: string, what: string, limit: number): readonly X509Certificate[] {
  return readPem(text, what, limit).blocks.map(({ label, bytes }, i) => {
    if (label !== 'CERTIFICATE') {
      throw new ImgcheckError('hostile', `${what}: expected a PEM block CERTIFICATE, got ${label}`);
    }
    return parseDer(bytes, `${what}, certificate ${i + 1}`);
  });
}

function parseDer(der: Uint8Array, what: string): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch (cause) {
    throw new ImgcheckError('hostile', `${what} cannot be read`, { cause });
  }
  // OpenSSL lets data after the certificate pass, and PEM inside of PEM.
  if (Buffer.compare(certificate.raw, der) === 0) return certificate;
  throw new ImgcheckError('hostile', `${what} is not the DER of one certificate`);
}
