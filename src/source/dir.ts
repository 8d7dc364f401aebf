import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { collect, type Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import { digestOf, type Digest } from '../oci/digest.js';
import { manifestLimit, parseManifest } from '../oci/manifest.js';
import { manifestKind } from '../oci/media-type.js';
import type { LocalReference } from '../oci/reference.js';
import { StoredSignatures, storedSignatureLimits } from '../registry/stored-signatures.js';
import { openBelow, readDocument, readWhole } from './local-file.js';
import { localAnswers } from './local-transport.js';
import type { RawManifest, Transport } from './source.js';

const versionLine = /^Directory Transport Version: 1\.[0-9]+\n?$/;

/**
 * `dir:DIR`: what skopeo's dir transport writes, manifest.json and each blob under its hex digits
 * (with `sha512-` before them since version 1.2); the manifests of an index are `<hex>.manifest.json`.
 */
export async function openDir(reference: LocalReference): Promise<Transport> {
  const root = reference.path;
  await checkVersion(root);
  return {
    reference,
    async resolve(): Promise<RawManifest> {
      const bytes = await readDocument(root, 'manifest.json', manifestLimit);
      const { mediaType } = parseManifest(bytes, undefined, 'manifest.json');
      // The reference names no digest: what lies there is what is meant, and all the rest hangs on its digests.
      return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength }, bytes };
    },
    fetch: (descriptor) => blob(root, descriptor),
    referrers: () => Promise.resolve([]),
    ...localAnswers(reference),
    storedSignatures: (digest) => storedSignatures(root, digest),
    close: () => Promise.resolve(),
  };
}

async function checkVersion(root: string): Promise<void> {
  let text: string;
  try {
    text = Buffer.from(await readDocument(root, 'version', 256)).toString('latin1');
  } catch (error) {
    // The earliest writers left no such file.
    if (isImgcheckError(error, 'missing')) return;
    throw error;
  }
  if (!versionLine.test(text)) {
    throw new ImgcheckError('unsupported', `unknown version of the directory transport: ${text.trim()}`, {
      subject: root,
    });
  }
}

async function* blob(root: string, descriptor: Descriptor): Bytes & AsyncGenerator<Uint8Array> {
  const name = fileName(descriptor.digest);
  if (manifestKind(descriptor.mediaType) !== undefined) {
    // The copy of an index puts its manifests beside it; the index itself is manifest.json.
    for (const candidate of [`${name}.manifest.json`, 'manifest.json']) {
      try {
        const bytes = await collect(
          readWhole(() => openBelow(root, candidate)),
          manifestLimit,
          candidate,
        );
        if (candidate !== 'manifest.json' || digestOf(bytes) === descriptor.digest) return yield bytes;
      } catch (error) {
        if (!isImgcheckError(error, 'missing')) throw error;
      }
    }
  }
  yield* readWhole(() => openBelow(root, name));
}

/** `signature-1`, `signature-2` and so on of manifest.json; with `<hex>.` before it of a manifest beside an index. */
async function storedSignatures(root: string, digest: Digest): Promise<readonly Uint8Array[]> {
  const top = digestOf(
    await readDocument(root, 'manifest.json', manifestLimit),
    digest.startsWith('sha512') ? 'sha512' : 'sha256',
  );
  const prefix = top === digest ? '' : `${fileName(digest)}.`;
  const signatures = new StoredSignatures(root);
  for (let n = 1; ; n++) {
    try {
      signatures.add(await readDocument(root, `${prefix}signature-${n}`, storedSignatureLimits.bytes));
    } catch (error) {
      if (isImgcheckError(error, 'missing') && isAbsence(error.cause)) return signatures.all;
      throw error;
    }
  }
}

function isAbsence(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

function fileName(digest: Digest): string {
  const colon = digest.indexOf(':');
  const hex = digest.slice(colon + 1);
  return digest.startsWith('sha256:') ? hex : `${digest.slice(0, colon)}-${hex}`;
}
