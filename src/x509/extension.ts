import { ImgcheckError } from '../core/error.js';
import { contentOf, contextTag, derTags, insideOf, readBoolean, readDer, readObjectId } from './asn1.js';

/** One extension of a certificate. */
export interface Extension {
  readonly critical: boolean;
  /** What its octet string holds. */
  readonly value: Uint8Array;
}

const extensionLimit = 100;
const what = 'the certificate';

/**
 * Reads all extensions of a certificate in DER, by object identifier (RFC 5280, section 4.1).
 * @throws ImgcheckError hostile for what is malformed, for one that is there twice, and for more than 100
 */
export function readExtensions(raw: Uint8Array): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  const [body] = insideOf(readDer(raw, what), what, derTags.sequence);
  const fields = body ? insideOf(body, what, derTags.sequence) : [];
  const wrapped = fields.find(({ tag }) => tag === contextTag(3));
  for (const element of wrapped ? insideOf(readDer(wrapped.content, what), what, derTags.sequence) : []) {
    const [id, ...rest] = insideOf(element, what, derTags.sequence);
    const oid = readObjectId(id, what);
    const critical = rest[0]?.tag === derTags.boolean ? readBoolean(rest.shift(), what) : false;
    if (rest.length !== 1) throw fault(`its extension ${oid} does not have one value`);
    if (extensions.has(oid)) throw fault(`it has the extension ${oid} twice`);
    if (extensions.size >= extensionLimit) throw fault(`it has more than ${extensionLimit} extensions`);
    extensions.set(oid, { critical, value: contentOf(rest[0], derTags.octetString, what) });
  }
  return extensions;
}

/** The value of one extension of a certificate in DER; undefined when it lacks that. @throws ImgcheckError hostile */
export function extensionOf(raw: Uint8Array, oid: string): Uint8Array | undefined {
  return readExtensions(raw).get(oid)?.value;
}

function fault(detail: string): ImgcheckError {
  return new ImgcheckError('hostile', `${what} is malformed: ${detail}`);
}
