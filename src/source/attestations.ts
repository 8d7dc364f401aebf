import { isProvenance, readProvenance, type Provenance } from '../attestation/provenance.js';
import { parseStatement, statementLimit, statementNames, type Statement } from '../attestation/statement.js';
import { settle } from '../core/attempt.js';
import { ImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import { shortDigest } from '../oci/digest.js';
import { manifestLimit, parseManifest } from '../oci/manifest.js';
import { manifestKind } from '../oci/media-type.js';
import type { Image } from './image.js';

/** A statement about the image that lies beside it in its index. Unsigned by itself: whoever pushed the index wrote it. */
export interface StatedAttestation {
  /** The attestation manifest: a signature of it covers the statement. */
  readonly manifest: Descriptor;
  /** Where the statement lies. */
  readonly layer: Descriptor;
  readonly statement: Statement;
  /** What the statement holds, where that is SLSA provenance. */
  readonly provenance?: Provenance;
  readonly remark?: undefined;
}

/** What claims to be one, and does not count. */
export interface RefusedAttestation {
  readonly manifest: Descriptor;
  readonly layer?: Descriptor;
  readonly statement?: undefined;
  /** Why, in words. */
  readonly remark: string;
}

export type FoundAttestation = StatedAttestation | RefusedAttestation;

const inToto = 'application/vnd.in-toto+json';
const predicateAnnotation = 'in-toto.io/predicate-type';
const mostManifests = 4;
const mostLayers = 16;
/** Of all statements of one image: as objects they take many times as much memory. */
const mostBytes = 2 * statementLimit;

/**
 * The in-toto statements that BuildKit puts beside an image in its index (docs/attestations/attestation-storage.md), of
 * the predicate types that are wanted; only they are fetched, where the manifest tells the types. A statement that names
 * another image, is broken, too large or not to be had is a remark: nothing that lies beside an image stops it.
 */
export async function readAttestations(
  image: Image,
  wants: (predicateType: string) => boolean = isProvenance,
): Promise<readonly FoundAttestation[]> {
  const found: FoundAttestation[] = [];
  const wanted: { readonly manifest: Descriptor; readonly layer: Descriptor }[] = [];
  const manifests = attestationManifests(image);
  for (const manifest of manifests.slice(0, mostManifests)) {
    const opened = await attempt(() => openManifest(image, manifest));
    if (!opened.ok) found.push({ manifest, remark: opened.remark });
    else wanted.push(...opened.value.filter((layer) => mayBe(layer, wants)).map((layer) => ({ manifest, layer })));
  }
  let bytes = mostBytes;
  for (const { manifest, layer } of wanted.slice(0, mostLayers)) {
    const one = await attempt(() => readLayer(image, layer, bytes));
    if (!one.ok) found.push({ manifest, layer, remark: one.remark });
    else if (wants(one.value.statement.predicateType)) found.push({ manifest, layer, ...one.value });
    // What could not be read was read all the same, up to its size.
    bytes -= Math.min(layer.size, statementLimit);
  }
  const left = manifests[mostManifests] ?? wanted[mostLayers]?.manifest;
  if (left) found.push({ manifest: left, remark: 'it has more attestations than are read' });
  return found;
}

function mayBe({ annotations }: Descriptor, wants: (predicateType: string) => boolean): boolean {
  const type = annotations?.[predicateAnnotation];
  return type === undefined || wants(type);
}

function attestationManifests({ index, descriptor }: Image): readonly Descriptor[] {
  const found = new Map<string, Descriptor>();
  for (const entry of index?.manifests ?? []) {
    if (entry.annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest') continue;
    if (entry.annotations['vnd.docker.reference.digest'] === descriptor.digest) found.set(entry.digest, entry);
  }
  return [...found.values()];
}

async function openManifest(image: Image, entry: Descriptor): Promise<readonly Descriptor[]> {
  if (manifestKind(entry.mediaType) !== 'manifest')
    throw new ImgcheckError('unsupported', `unknown manifest media type ${entry.mediaType.slice(0, 120)}`);
  const manifest = parseManifest(await image.source.document(entry, manifestLimit), entry.mediaType);
  if (manifest.kind !== 'manifest') throw new ImgcheckError('hostile', 'a manifest was expected, an index came');
  const { subject } = manifest;
  if (subject && (subject.digest !== image.descriptor.digest || subject.size !== image.descriptor.size))
    throw wrongSubject(shortDigest(subject.digest), image);
  return manifest.layers.filter((layer) => layer.mediaType === inToto);
}

async function readLayer(
  image: Image,
  layer: Descriptor,
  bytesLeft: number,
): Promise<Pick<StatedAttestation, 'statement' | 'provenance'>> {
  if (bytesLeft <= 0) throw new ImgcheckError('hostile', `all attestations have more than ${mostBytes} bytes`);
  const statement = parseStatement(await image.source.document(layer, Math.min(statementLimit, bytesLeft)));
  const hint = layer.annotations?.[predicateAnnotation];
  if (hint !== undefined && hint !== statement.predicateType) {
    const got = statement.predicateType.slice(0, 120);
    throw new ImgcheckError('hostile', `expected a predicate of type ${hint.slice(0, 120)}, got ${got}`);
  }
  if (!statementNames(statement, image.descriptor.digest)) {
    const [digest] = statement.subjects.flatMap(({ digests }) => [...digests].map((pair) => pair.join(':')));
    throw wrongSubject(digest === undefined ? 'nothing' : shortDigest(digest), image);
  }
  const provenance = readProvenance(statement);
  return { statement, ...(provenance ? { provenance } : {}) };
}

function wrongSubject(got: string, { descriptor }: Image): ImgcheckError {
  return new ImgcheckError('hostile', `it speaks of ${got.slice(0, 80)}, not of ${shortDigest(descriptor.digest)}`);
}

/** What came of it, or why it does not count. */
async function attempt<T>(
  work: () => Promise<T>,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly remark: string }> {
  const result = await settle(work, ['hostile', 'integrity']);
  if (result.ok) return result;
  return { ok: false, remark: `an attestation does not count: ${result.error.message}` };
}
