import { ImgcheckError } from '../core/error.js';
import type { RegistriesD } from '../containers/registries-d.js';
import type { Descriptor } from '../oci/descriptor.js';
import { shortDigest } from '../oci/digest.js';
import { storedSignatureLimits } from '../registry/stored-signatures.js';
import type { WebClient } from '../registry/web.js';
import type { Image } from '../source/image.js';
import { readAttachment } from './attachment.js';
import type { Discovery, Place, PlaceContent, UntrustedAttestation } from './discovery.js';
import { nameOfStore, readLookaside } from './lookaside.js';
import { readReferrers } from './referrer.js';
import { readSignatureBlob } from './signature-blob.js';
import { signaturePlaces } from './signature-places.js';
import type { Candidate, Origin, PlaceKind } from './signature.js';

export interface DiscoverSettings {
  readonly web: WebClient;
  readonly registriesD: RegistriesD;
  /** Where signatures lie when registries.d names no lookaside store; a file URL. */
  readonly defaultLookaside: string | undefined;
}

/**
 * Looks for signatures and attestations wherever they may lie: kept by the transport itself, in the lookaside store of
 * registries.d, under cosign's tags, among the referrers; for the platform's manifest and for the index it was selected
 * from. A place that cannot be looked into is said to be one; it is never taken for empty.
 */
export async function discoverSignatures(image: Image, settings: DiscoverSettings): Promise<Discovery> {
  const subjects =
    image.resolved.digest === image.descriptor.digest ? [image.descriptor] : [image.descriptor, image.resolved];
  const found = await Promise.all(subjects.map((subject) => discoverFor(subject, image, settings)));
  return {
    candidates: found.flatMap((one) => one.candidates),
    attestations: found.flatMap((one) => one.attestations),
    places: found.flatMap((one) => one.places),
  };
}

async function discoverFor(subject: Descriptor, image: Image, settings: DiscoverSettings): Promise<Discovery> {
  const { source } = image;
  const candidates: Candidate[] = [];
  const attestations: UntrustedAttestation[] = [];
  const places: Place[] = [];
  const look: Look = async (kind, name, read) => {
    try {
      const content = await read();
      if (!content) return false;
      const { attestations: stated = [], error, notes = [] } = content;
      candidates.push(...content.candidates);
      attestations.push(...stated);
      const count = content.candidates.length + stated.length;
      const outcome = error ? 'failed' : count > 0 ? 'found' : 'none';
      places.push({ kind, name, outcome, ...(error ? { error } : {}), notes });
      return true;
    } catch (error) {
      if (!(error instanceof ImgcheckError)) throw error;
      places.push({ kind, name, outcome: 'failed', error, notes: [] });
      return true;
    }
  };
  const what = shortDigest(subject.digest);
  const registry = image.reference.transport === 'docker';
  if (registry || image.reference.transport === 'dir') {
    const has = await look('stored', `signatures kept beside ${what}`, () => readStored(image, subject));
    // The extension stands in for the lookaside store, it does not add to it (docker_image_src.go of containers/image).
    if (registry && !has) await lookAside(subject, image, settings, look);
  }
  if (image.reference.transport !== 'dir' && image.reference.transport !== 'docker-archive') {
    const tagged = async (suffix: 'sig' | 'att'): Promise<PlaceContent> =>
      (await readAttachment(source, subject, suffix)) ?? { candidates: [] };
    await look('cosign-tag', `signature tag of ${what}`, () => tagged('sig'));
    await look('cosign-tag', `attestation tag of ${what}`, () => tagged('att'));
    await look('referrers', `referrers of ${what}`, () => readReferrers(source, subject));
  }
  return { candidates, attestations, places };
}

async function readStored(image: Image, subject: Descriptor): Promise<PlaceContent | undefined> {
  const blobs = await image.source.storedSignatures(subject.digest);
  if (!blobs) return undefined;
  return readBlobs(
    blobs.map((bytes, i) => ({ from: `stored signature ${i + 1}`, bytes })),
    'stored',
    subject,
  );
}

/** Looks into one place and remembers what came of it. False, and nothing remembered, where there is no such place. */
type Look = (kind: PlaceKind, name: string, read: () => Promise<PlaceContent | undefined>) => Promise<boolean>;

async function lookAside(subject: Descriptor, image: Image, settings: DiscoverSettings, look: Look): Promise<void> {
  // The store belongs to the place that the image was read from, not to the name it was asked by.
  const location = image.source.location();
  if (!location) return;
  const { repository } = location;
  const base = signaturePlaces(image.reference, location, settings.registriesD)?.lookaside ?? settings.defaultLookaside;
  if (base === undefined) return;
  await look('lookaside', nameOfStore(base), async () => {
    const { blobs, error } = await readLookaside(base, repository, subject.digest, settings.web);
    return { ...readBlobs(blobs, 'lookaside', subject), ...(error ? { error } : {}) };
  });
}

/** Each blob says by its first bytes of which kind it is; one that says nothing known is left aside, and said. */
function readBlobs(
  blobs: readonly { readonly from: string; readonly bytes: Uint8Array }[],
  place: PlaceKind,
  subject: Descriptor,
): PlaceContent {
  const candidates: Candidate[] = [];
  const notes: string[] = [];
  for (const { from, bytes } of blobs.slice(0, storedSignatureLimits.count)) {
    const origin: Origin = { from, place, subject };
    try {
      const read = readSignatureBlob(bytes);
      candidates.push(
        read.kind === 'cosign'
          ? { mechanism: 'cosign', origin, payload: read.payload, annotations: read.annotations }
          : { mechanism: 'simple-signing', origin, blob: read.blob },
      );
    } catch (error) {
      if (!(error instanceof ImgcheckError)) throw error;
      // It stands where a signature should: it is judged as one, and refused with its reason.
      candidates.push({ mechanism: 'simple-signing', origin, blob: bytes });
      notes.push(`${from}: ${error.message}`);
    }
  }
  return { candidates, notes };
}
