import { Fields, parseJson } from '../core/json.js';
import { readDescriptor, type Descriptor } from '../oci/descriptor.js';

/**
 * Parses the payload of a notation signature (signature-specification.md, payload): what it speaks of. Only for bytes
 * whose signature holds.
 * @throws ImgcheckError hostile when it is malformed
 */
export function parseNotationPayload(payload: Uint8Array): Descriptor {
  const fields = new Fields(parseJson(payload, 'signature payload'), 'signature payload');
  return readDescriptor(fields.raw('targetArtifact'), 'signature payload.targetArtifact');
}

/** How the target differs from what was expected, expected first; undefined when digest, media type and size are equal. */
export function targetFault(target: Descriptor, expected: Descriptor): string | undefined {
  if (target.digest !== expected.digest)
    return `expected a signature of ${expected.digest}, got one of ${target.digest}`;
  if (target.mediaType !== expected.mediaType) {
    const got = JSON.stringify(target.mediaType.slice(0, 80));
    return `expected a signature of the media type ${JSON.stringify(expected.mediaType)}, got one of ${got}`;
  }
  if (target.size !== expected.size) return `expected a signature of ${expected.size} bytes, got one of ${target.size}`;
  return undefined;
}
