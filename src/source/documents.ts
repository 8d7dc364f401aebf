import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { KeptDocuments } from '../state/kept-documents.js';

/** Of all documents together: configs have some kilobytes, and a run looks at a few dozens of them. */
const heldBytes = 16 * 1024 ** 2;

/**
 * Verified manifests and configs by digest, held for a run: tags of one repository often name the same image, and its
 * config need not be fetched for each. What earlier runs kept is found, too. Only what was verified may be put in.
 */
export class Documents {
  readonly #held = new Map<Digest, Uint8Array>();
  readonly #kept: KeptDocuments | undefined;
  #bytes = 0;

  /** `kept`: those of earlier runs, closed by its owner. */
  constructor(kept?: KeptDocuments) {
    this.#kept = kept;
  }

  /** Undefined also where the descriptor claims another size than the document has: then it is for the source to say. */
  async find({ digest, size }: Pick<Descriptor, 'digest' | 'size'>): Promise<Uint8Array | undefined> {
    const bytes = await this.named(digest);
    return bytes?.byteLength === size ? bytes : undefined;
  }

  /** The document with this digest. */
  async named(digest: Digest): Promise<Uint8Array | undefined> {
    const held = this.#held.get(digest);
    if (held) return held;
    const kept = await this.#kept?.find(digest);
    if (kept) this.#hold(digest, kept);
    return kept;
  }

  /** Keeps a document whose bytes have this digest, for the run while there is room. */
  keep(digest: Digest, bytes: Uint8Array): void {
    if (this.#held.has(digest)) return;
    this.#hold(digest, bytes);
    this.#kept?.keep(digest, bytes);
  }

  #hold(digest: Digest, bytes: Uint8Array): void {
    if (this.#held.has(digest) || this.#bytes + bytes.byteLength > heldBytes) return;
    this.#held.set(digest, bytes);
    this.#bytes += bytes.byteLength;
  }
}
