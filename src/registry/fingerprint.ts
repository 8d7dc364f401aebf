import { createHash, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

const plainForm = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/**
 * SHA-256 of a PEM certificate known to be one, upper-case hex with colons, as X509Certificate gives it. Reading the
 * certificate only for that takes thirty times as long, which counts with a whole bundle of them.
 */
export function fingerprintOf(pem: string): string {
  // OpenSSL's TRUSTED form has more after the certificate than the certificate.
  const base64 = plainForm.exec(pem)?.[1];
  if (base64 === undefined) return new X509Certificate(pem).fingerprint256;
  const hex = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex').toUpperCase();
  return hex.replace(/..(?!$)/g, '$&:');
}

let bundled: ReadonlySet<string> | undefined;

/** Whether the text is that of one of Node's own authorities. */
export function isBundled(pem: string): boolean {
  bundled ??= new Set(rootCertificates);
  return bundled.has(pem);
}
