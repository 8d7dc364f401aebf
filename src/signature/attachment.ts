import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import { parseManifest, type Manifest } from '../oci/manifest.js';
import { storedSignatureLimits } from '../registry/stored-signatures.js';
import type { ImageSource, RawManifest } from '../source/source.js';
import type { PlaceContent, UntrustedAttestation } from './discovery.js';
import type { Candidate, Origin } from './signature.js';

const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';
const envelope = 'application/vnd.dsse.envelope.v1+json';
const signatureAnnotation = 'dev.cosignproject.cosign/signature';

/** cosign's SIGNATURE_SPEC: the tag beside an image under which its signatures or attestations lie. */
export function attachmentTag(digest: Digest, suffix: 'sig' | 'att'): string {
  return `${digest.replace(':', '-')}.${suffix}`;
}

/**
 * What cosign put under a tag beside the image: each layer of that manifest is one signature, or one attestation.
 * Undefined when there is no such tag.
 * @throws ImgcheckError of the source; hostile past the limits
 */
export async function readAttachment(
  source: ImageSource,
  subject: Descriptor,
  suffix: 'sig' | 'att',
): Promise<PlaceContent | undefined> {
  const tag = attachmentTag(subject.digest, suffix);
  const raw = await findTagged(source, tag);
  if (!raw) return undefined;
  const manifest = parseManifest(raw.bytes, raw.descriptor.mediaType, tag);
  if (manifest.kind !== 'manifest') throw new ImgcheckError('hostile', 'a manifest was expected', { subject: tag });
  return readSignatureLayers(source, manifest, { from: tag, place: 'cosign-tag', subject });
}

async function findTagged(source: ImageSource, tag: string): Promise<RawManifest | undefined> {
  try {
    return await source.tagged(tag);
  } catch (error) {
    if (isImgcheckError(error, 'missing')) return undefined;
    throw error;
  }
}

/** The layers of a manifest of cosign's older form; one of another media type is an attachment, no signature. */
export async function readSignatureLayers(
  source: ImageSource,
  manifest: Manifest,
  origin: Origin,
): Promise<PlaceContent> {
  const { layers } = manifest;
  if (layers.length > storedSignatureLimits.count) {
    throw new ImgcheckError('hostile', `more than ${storedSignatureLimits.count} signatures for one image`, {
      subject: origin.from,
    });
  }
  const candidates: Candidate[] = [];
  const attestations: UntrustedAttestation[] = [];
  const notes: string[] = [];
  let together = 0;
  for (const [i, layer] of layers.entries()) {
    const { annotations = {}, mediaType } = layer;
    const isSignature = mediaType === simpleSigning && annotations[signatureAnnotation] !== undefined;
    if (!isSignature && mediaType !== envelope) {
      notes.push(`${origin.from}: layer ${i + 1} of type ${mediaType.slice(0, 80)} is no signature`);
      continue;
    }
    together += layer.size;
    if (together > storedSignatureLimits.together) {
      throw new ImgcheckError('hostile', `signatures exceed ${storedSignatureLimits.together} bytes`, {
        subject: origin.from,
      });
    }
    const bytes = await source.document(layer, storedSignatureLimits.bytes);
    const from = layers.length > 1 ? `${origin.from}, layer ${i + 1}` : origin.from;
    if (isSignature) {
      candidates.push({ mechanism: 'cosign', origin: { ...origin, from }, payload: bytes, annotations });
    } else {
      attestations.push({ form: 'envelope', from, subject: origin.subject, envelope: bytes, annotations });
    }
  }
  return { candidates, attestations, notes };
}
