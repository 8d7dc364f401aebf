import { settle } from '../core/attempt.js';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { collect, type Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import { digestOf } from '../oci/digest.js';
import { manifestLimit, parseManifest, type Index } from '../oci/manifest.js';
import { manifestKind } from '../oci/media-type.js';
import type { LocalReference } from '../oci/reference.js';
import { chooseInLayout, chooseTagged } from './layout-choice.js';
import { localAnswers } from './local-transport.js';
import type { RawManifest, Transport } from './source.js';

/** What a layout is kept in: a directory or an archive. */
export interface LayoutFiles {
  /** A file at the top. @throws ImgcheckError missing; hostile past `limit` bytes */
  document(name: string, limit: number): Promise<Uint8Array>;
  /** The file at blobs/<algorithm>/<hex>, and no other. */
  blob(digest: Digest): Bytes;
  close(): Promise<void>;
}

/** At most this many manifests of a layout are read in search of referrers. */
const referrerSearch = 256;

/** An OCI image layout (image-spec image-layout.md), wherever its files are. */
export function layoutTransport(reference: LocalReference, files: LayoutFiles): Transport {
  let opened: Promise<Index> | undefined;
  const index = (): Promise<Index> => (opened ??= readIndex(files, reference.path));

  async function resolve(): Promise<RawManifest> {
    const descriptor = chooseInLayout((await index()).manifests, reference);
    if (manifestKind(descriptor.mediaType) === undefined) {
      throw new ImgcheckError('unsupported', `unknown manifest media type ${descriptor.mediaType.slice(0, 120)}`);
    }
    return { descriptor, bytes: await collect(files.blob(descriptor.digest), manifestLimit, 'manifest') };
  }

  async function referrers(subject: Descriptor): Promise<readonly Descriptor[]> {
    const found: Descriptor[] = [];
    const { manifests } = await index();
    for (const entry of manifests.slice(0, referrerSearch)) {
      if (entry.digest === subject.digest || manifestKind(entry.mediaType) === undefined) continue;
      // Another image of the layout that is absent or broken is none of this image's business.
      const named = await settle(() => readSubject(files, entry), ['hostile', 'integrity']);
      if (named.ok && named.value === subject.digest) found.push(entry);
    }
    return found;
  }

  async function tagged(tag: string): Promise<RawManifest> {
    const descriptor = chooseTagged((await index()).manifests, tag, reference);
    return { descriptor, bytes: await collect(files.blob(descriptor.digest), manifestLimit, 'manifest') };
  }

  return {
    ...localAnswers(reference),
    reference,
    resolve,
    tagged,
    fetch: (descriptor) => files.blob(descriptor.digest),
    referrers,
    close: () => files.close(),
  };
}

async function readIndex(files: LayoutFiles, path: string): Promise<Index> {
  const marker = new Fields(parseJson(await files.document('oci-layout', 4096), 'oci-layout'), 'oci-layout');
  const version = marker.string('imageLayoutVersion');
  if (!version.startsWith('1.')) {
    throw new ImgcheckError(
      'unsupported',
      `unknown image layout version: expected 1.0.0, got ${version.slice(0, 40)}`,
      {
        subject: path,
      },
    );
  }
  const index = parseManifest(await files.document('index.json', manifestLimit), undefined, 'index.json');
  if (index.kind !== 'index') throw new ImgcheckError('hostile', 'index.json is not an index', { subject: path });
  return index;
}

async function readSubject(files: LayoutFiles, entry: Descriptor): Promise<Digest | undefined> {
  const bytes = await collect(files.blob(entry.digest), Math.min(entry.size, manifestLimit), 'manifest');
  if (digestOf(bytes, entry.digest.startsWith('sha512') ? 'sha512' : 'sha256') !== entry.digest) {
    throw new ImgcheckError('integrity', 'digest mismatch', { subject: entry.digest });
  }
  return parseManifest(bytes, entry.mediaType).subject?.digest;
}
