import { isIP } from 'node:net';
import { ImgcheckError } from '../core/error.js';
import { derTags, insideOf, readDer } from '../x509/asn1.js';
import { extensionOf } from '../x509/extension.js';

/** The names that a certificate vouches for (RFC 5280, section 4.2.1.6). Its subject is not one of them. */
export interface CertificateNames {
  readonly emails: readonly string[];
  readonly hosts: readonly string[];
  readonly uris: readonly string[];
  /** As node:net writes them in their shortest form. */
  readonly addresses: readonly string[];
}

const nameTags = { email: 0x81, host: 0x82, uri: 0x86, address: 0x87 } as const;
const what = 'the subject alternative name of the certificate';

const subjectAltName = '2.5.29.17';

/** Reads the names of a certificate in DER; without the extension there are none. @throws ImgcheckError hostile */
export function readNames(raw: Uint8Array): CertificateNames {
  const extension = extensionOf(raw, subjectAltName);
  const values = extension ? insideOf(readDer(extension, what), what, derTags.sequence) : [];
  const bodies = (wanted: number): Uint8Array[] =>
    values.filter(({ tag }) => tag === wanted).map(({ content }) => content);
  return {
    emails: bodies(nameTags.email).map(readText),
    hosts: bodies(nameTags.host).map(readText),
    uris: bodies(nameTags.uri).map(readText),
    addresses: bodies(nameTags.address).map(readAddress),
  };
}

/** An IA5String. What is not ASCII could look like another name. */
function readText(body: Uint8Array): string {
  if (body.some((byte) => byte === 0 || byte > 0x7f)) throw new ImgcheckError('hostile', `${what} is not ASCII`);
  return Buffer.from(body).toString('latin1');
}

function readAddress(body: Uint8Array): string {
  if (body.byteLength === 4) return body.join('.');
  if (body.byteLength !== 16) throw new ImgcheckError('hostile', `${what} has an address of ${body.byteLength} bytes`);
  return canonicalAddress((Buffer.from(body).toString('hex').match(/.{4}/g) ?? []).join(':'));
}

function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
}

/**
 * True when the names hold the host: without regard to case, `*` standing for exactly the first label of a DNS name,
 * an IP address (brackets or not) equal to an address.
 */
export function namesHost(names: CertificateNames, host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return names.addresses.includes(canonicalAddress(address));
  const wanted = labels(host.replace(/\.$/, ''));
  return names.hosts.some((pattern) => {
    const offered = labels(pattern);
    if (offered.length !== wanted.length || wanted.includes('') || offered.includes('')) return false;
    return offered.every((label, i) => label === wanted[i] || (i === 0 && label === '*'));
  });
}

function labels(name: string): readonly string[] {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).split('.');
}
