import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';

/** Of all documents together: configs have some kilobytes, and a run looks at a few dozens of them. */
const keptBytes = 16 * 1024 ** 2;

/**
 * Verified manifests and configs by digest, kept for a run: tags of one repository often name the same image, and its
 * config need not be fetched for each. Only what was verified may be put in.
 */
export class Documents {
  readonly #kept = new Map<Digest, Uint8Array>();
  #bytes = 0;

  /** Undefined also where the descriptor claims another size than the document has: then it is for the source to say. */
  find({ digest, size }: Descriptor): Uint8Array | undefined {
    const bytes = this.#kept.get(digest);
    return bytes?.byteLength === size ? bytes : undefined;
  }

  /** Keeps a document whose bytes have this digest, while there is room. */
  keep(digest: Digest, bytes: Uint8Array): void {
    if (this.#kept.has(digest) || this.#bytes + bytes.byteLength > keptBytes) return;
    this.#kept.set(digest, bytes);
    this.#bytes += bytes.byteLength;
  }
}
