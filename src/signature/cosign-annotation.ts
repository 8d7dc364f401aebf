import type { X509Certificate } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { parseCertificates } from '../x509/certificate-chain.js';

/** The annotations of a layer that is a signature (cosign, SIGNATURE_SPEC.md). */
export const cosignAnnotations = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  bundle: 'dev.sigstore.cosign/bundle',
} as const;

export type CosignAnnotation = keyof typeof cosignAnnotations;
export type Annotations = Readonly<Record<string, string>>;

/** Ten certificates of RSA 4096 take less than a sixth of it. */
const annotationLimit = 128 * 1024;
const chainLimit = 10;

/** The text of one; undefined when it is not there. @throws ImgcheckError hostile past 128 KiB */
export function annotationOf(annotations: Annotations, name: CosignAnnotation): string | undefined {
  const key = cosignAnnotations[name];
  const text = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  if (text === undefined || text.length <= annotationLimit) return text;
  throw new ImgcheckError('hostile', `the annotation ${key} of ${text.length} characters exceeds ${annotationLimit}`);
}

/** The text of one that must be there. @throws ImgcheckError hostile when it is not */
export function requireAnnotation(annotations: Annotations, name: CosignAnnotation): string {
  const text = annotationOf(annotations, name);
  if (text !== undefined) return text;
  throw new ImgcheckError('hostile', `it lacks the annotation ${cosignAnnotations[name]}`);
}

/** The signature's bytes. Line breaks in its base64 are let pass, as the field does. @throws ImgcheckError hostile */
export function readSignature(annotations: Annotations): Uint8Array {
  const text = requireAnnotation(annotations, 'signature').replace(/[\r\n]/g, '');
  if (text === '') throw new ImgcheckError('hostile', `the annotation ${cosignAnnotations.signature} is empty`);
  return decodeBase64(text, `the annotation ${cosignAnnotations.signature}`);
}

/** The certificate of whoever signed: exactly one. @throws ImgcheckError hostile for none, several, or a bare key */
export function readLeaf(annotations: Annotations): X509Certificate {
  const text = requireAnnotation(annotations, 'certificate');
  const [leaf, ...more] = parseCertificates(text, `the annotation ${cosignAnnotations.certificate}`, chainLimit);
  if (leaf && more.length === 0) return leaf;
  const got = leaf ? more.length + 1 : 'none';
  throw new ImgcheckError('hostile', `expected one certificate in ${cosignAnnotations.certificate}, got ${got}`);
}

/**
 * The certificates that may stand between leaf and root. The last of the annotation is where its writer says that the
 * root stands: it is left out, since a root is what the user names.
 * @throws ImgcheckError hostile for more than ten
 */
export function readIntermediates(annotations: Annotations): readonly X509Certificate[] {
  const text = annotationOf(annotations, 'chain') ?? '';
  return parseCertificates(text, `the annotation ${cosignAnnotations.chain}`, chainLimit).slice(0, -1);
}
