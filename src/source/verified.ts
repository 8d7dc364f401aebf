import { ImgcheckError, isImgcheckError, kinds } from '../core/error.js';
import { collect, gather, type Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import { digestOf, Digester } from '../oci/digest.js';
import { manifestLimit } from '../oci/manifest.js';
import { formatReference } from '../oci/reference.js';
import { Documents } from './documents.js';
import type { ImageSource, RawManifest, Transport, VerifiedBytes } from './source.js';

/** Pieces are joined to this many bytes before they are hashed: the size decompression works with, so nothing is copied twice. */
const chunkBytes = 262144;

/**
 * The only way from a transport to a source: every byte that comes through is hashed against its descriptor
 * (image-spec descriptor.md). Documents are fetched once more after an integrity failure; for streams the caller decides.
 * Documents that were verified before are not fetched again.
 */
export function verified(transport: Transport, documents = new Documents()): ImageSource {
  return {
    reference: transport.reference,
    resolve: () =>
      again(async () => {
        const raw = await resolveVerified(transport);
        documents.keep(raw.descriptor.digest, raw.bytes);
        return raw;
      }),
    // The one place where the mark is given: checkedStream is what earns it.
    fetch: (descriptor) => checkedStream(transport, descriptor) as Bytes as VerifiedBytes,
    document(descriptor, limit = manifestLimit) {
      const what = describe(descriptor);
      if (descriptor.size > limit) {
        return Promise.reject(
          new ImgcheckError('hostile', `${what} of ${descriptor.size} bytes exceeds its limit of ${limit} bytes`),
        );
      }
      return again(async () => {
        const kept = await documents.find(descriptor);
        if (kept) return kept;
        const bytes = await collect(checkedStream(transport, descriptor), limit, what);
        documents.keep(descriptor.digest, bytes);
        return bytes;
      });
    },
    referrers: (descriptor) => transport.referrers(descriptor),
    tagged: (tag) =>
      again(async () => {
        const raw = await transport.tagged(tag);
        checkRaw(raw);
        return raw;
      }),
    storedSignatures: (digest) => transport.storedSignatures(digest),
    location: () => transport.location(),
    notes: () => transport.notes(),
    close: () => transport.close(),
  };
}

async function resolveVerified(transport: Transport): Promise<RawManifest> {
  const raw = await transport.resolve();
  checkRaw(raw);
  const { bytes } = raw;
  const { reference } = transport;
  // The reference may name another algorithm than the transport used: the bytes themselves are asked.
  if (reference.transport === 'docker' && reference.digest !== undefined) {
    const asked = digestOf(bytes, reference.digest.startsWith('sha512') ? 'sha512' : 'sha256');
    if (asked !== reference.digest) {
      throw digestMismatch(reference.digest, asked, bytes.byteLength, formatReference(reference));
    }
  }
  return raw;
}

function checkRaw({ descriptor, bytes }: RawManifest): void {
  const what = describe(descriptor);
  if (bytes.byteLength > manifestLimit) {
    throw new ImgcheckError('hostile', `${what} exceeds its limit of ${manifestLimit} bytes`);
  }
  checkSize(descriptor, bytes.byteLength, what);
  const got = digestOf(bytes, descriptor.digest.startsWith('sha512') ? 'sha512' : 'sha256');
  if (got !== descriptor.digest) throw digestMismatch(descriptor.digest, got, bytes.byteLength, what);
}

/** Fails before it ends: at once when there are more bytes than there should be, else after the last one. */
async function* checkedStream(transport: Transport, descriptor: Descriptor): AsyncGenerator<Uint8Array> {
  const what = describe(descriptor);
  const digester = new Digester(descriptor.digest);
  let size = 0;
  for await (const chunk of gather(transport.fetch(descriptor), chunkBytes)) {
    size += chunk.byteLength;
    if (size > descriptor.size) {
      throw new ImgcheckError('integrity', `size mismatch: expected ${descriptor.size} bytes, got ${size} or more`, {
        subject: what,
      });
    }
    digester.update(chunk);
    yield chunk;
  }
  checkSize(descriptor, size, what);
  const got = digester.digest();
  if (got !== descriptor.digest) throw digestMismatch(descriptor.digest, got, size, what);
}

/** Runs `work`, and anew after an integrity failure as often as the table of kinds allows. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left: number = kinds.integrity.retries; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left <= 0 || !isImgcheckError(error, 'integrity')) throw error;
    }
  }
}

function checkSize(descriptor: Descriptor, size: number, what: string): void {
  if (size === descriptor.size) return;
  throw new ImgcheckError('integrity', `size mismatch: expected ${descriptor.size} bytes, got ${size}`, {
    subject: what,
  });
}

function digestMismatch(expected: string, got: string, size: number, subject: string): ImgcheckError {
  return new ImgcheckError('integrity', `digest mismatch: expected ${expected}, got ${got} after ${size} bytes`, {
    subject,
    hint: 'the bytes were damaged or replaced on their way or where they are kept: fetch or push the image again',
  });
}

function describe(descriptor: Descriptor): string {
  return `${descriptor.mediaType.slice(0, 120)} ${descriptor.digest}`;
}
