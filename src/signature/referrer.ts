import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import { shortDigest } from '../oci/digest.js';
import { manifestLimit, parseManifest, type Manifest } from '../oci/manifest.js';
import { storedSignatureLimits } from '../registry/stored-signatures.js';
import type { ImageSource } from '../source/source.js';
import { readSignatureLayers } from './attachment.js';
import type { PlaceContent, UntrustedAttestation } from './discovery.js';
import { cosignSign, inspectBundle, type UntrustedPurpose } from './sigstore-bundle.js';
import type { Candidate, Origin } from './signature.js';

/** A registry may list thousands of referrers, SBOMs and the like: of those that may be signatures so many are opened. */
const openLimit = 64;

const notation = 'application/vnd.cncf.notary.signature';
const cosignArtifact = 'application/vnd.dev.cosign.artifact.sig.v1+json';
/** Of any version: one that is not known here is unsupported, not absent. */
const bundleForm = /^application\/vnd\.dev\.sigstore\.bundle[.+]/;
const envelopeForms: Readonly<Record<string, 'notation-jws' | 'notation-cose'>> = {
  'application/jose+json': 'notation-jws',
  'application/cose': 'notation-cose',
};

/**
 * The signatures and attestations among the artifacts that name the image as their subject (distribution-spec,
 * Listing Referrers). The list only says where to look: each manifest is opened, and must name the subject itself.
 * `error` says that one may have been missed: a list too long, or a signature that could not be had or is of a new form.
 * @throws ImgcheckError of the source, for the list
 */
export async function readReferrers(source: ImageSource, subject: Descriptor): Promise<PlaceContent> {
  const listed = await source.referrers(subject);
  const worth = [...listed.filter(isSaidToBeSigned), ...listed.filter((one) => one.artifactType === undefined)];
  const candidates: Candidate[] = [];
  const attestations: UntrustedAttestation[] = [];
  const notes: string[] = [];
  let missed: ImgcheckError | undefined;
  if (worth.length > openLimit) {
    const message = `${worth.length - openLimit} of ${worth.length} referrers were not opened`;
    missed = new ImgcheckError('hostile', message, { subject: subject.digest });
    notes.push(message);
  }
  let together = 0;
  for (const descriptor of worth.slice(0, openLimit)) {
    if (together > storedSignatureLimits.together) {
      missed ??= new ImgcheckError('hostile', `signatures exceed ${storedSignatureLimits.together} bytes`, {
        subject: subject.digest,
      });
      break;
    }
    const from = `referrer ${shortDigest(descriptor.digest)}`;
    try {
      const content = await readReferrer(source, descriptor, { from, place: 'referrers', subject });
      together += bytesOf(content);
      candidates.push(...content.candidates);
      attestations.push(...(content.attestations ?? []));
      notes.push(...(content.notes ?? []));
    } catch (error) {
      // One that is broken, or that the registry lists but does not have, says nothing of the others.
      if (!isImgcheckError(error, 'hostile', 'integrity', 'unsupported', 'missing')) throw error;
      notes.push(`${from} cannot be read: ${error.message}`);
      // What is malformed can be no signature that counts; of the rest nobody knows what it is.
      if (isSaidToBeSigned(descriptor) && error.kind !== 'hostile') missed ??= error;
    }
  }
  return { candidates, attestations, notes, ...(missed ? { error: missed } : {}) };
}

function bytesOf({ candidates, attestations = [] }: PlaceContent): number {
  const pieces = [
    ...candidates.map((one) => ('bundle' in one ? one.bundle : 'envelope' in one ? one.envelope : undefined)),
    ...attestations.map((one) => (one.form === 'bundle' ? one.candidate.bundle : one.envelope)),
  ];
  return pieces.reduce((sum, piece) => sum + (piece?.byteLength ?? 0), 0);
}

function isSaidToBeSigned({ artifactType }: Descriptor): boolean {
  return artifactType !== undefined && isSignatureType(artifactType);
}

function isSignatureType(artifactType: string): boolean {
  return artifactType === notation || artifactType === cosignArtifact || bundleForm.test(artifactType);
}

async function readReferrer(source: ImageSource, descriptor: Descriptor, origin: Origin): Promise<PlaceContent> {
  const bytes = await source.document(descriptor, manifestLimit);
  const manifest = parseManifest(bytes, descriptor.mediaType, 'referrer');
  if (manifest.kind !== 'manifest') throw new ImgcheckError('hostile', 'a manifest was expected, an index came');
  const type = manifest.artifactType ?? manifest.config.mediaType;
  if (!isSignatureType(type)) return { candidates: [] };
  const { subject } = manifest;
  if (subject?.digest !== origin.subject.digest) {
    throw new ImgcheckError('hostile', `its subject is ${subject?.digest ?? 'nothing'}, not ${origin.subject.digest}`);
  }
  if (type === cosignArtifact) return readSignatureLayers(source, manifest, origin);
  return readSingleLayer(source, manifest, type, origin);
}

async function readSingleLayer(
  source: ImageSource,
  manifest: Manifest,
  type: string,
  origin: Origin,
): Promise<PlaceContent> {
  const [layer, second] = manifest.layers;
  if (!layer || second) throw new ImgcheckError('hostile', `expected one layer, got ${manifest.layers.length}`);
  const bytes = await source.document(layer, storedSignatureLimits.bytes);
  if (type === notation) {
    const mechanism = envelopeForms[layer.mediaType];
    if (!mechanism) throw new ImgcheckError('unsupported', `unknown envelope ${layer.mediaType.slice(0, 80)}`);
    return { candidates: [{ mechanism, origin, envelope: bytes }] };
  }
  const candidate = { mechanism: 'sigstore-bundle', origin, bundle: bytes } as const;
  const purpose = purposeOf(bytes);
  return purpose?.content === 'dsse' && purpose.predicateType !== cosignSign
    ? { candidates: [], attestations: [{ form: 'bundle', from: origin.from, candidate }] }
    : { candidates: [candidate] };
}

/** Undefined of a bundle that cannot be read: it stands where a signature should, and is refused as one, with its reason. */
function purposeOf(bundle: Uint8Array): UntrustedPurpose | undefined {
  try {
    return inspectBundle(bundle);
  } catch (error) {
    if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
    return undefined;
  }
}
