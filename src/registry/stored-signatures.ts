import { ImgcheckError } from '../core/error.js';

/** How many signatures of one manifest are read, and bytes of each and of all: those of containers/image, and 16 MiB. */
export const storedSignatureLimits = { count: 128, bytes: 4 * 1024 ** 2, together: 16 * 1024 ** 2 } as const;

/** Gathers the signatures that one place keeps for a manifest, within the limits. */
export class StoredSignatures {
  readonly #subject: string;
  readonly #signatures: Uint8Array[] = [];
  #bytes = 0;

  /** `subject`: the place, for messages. */
  constructor(subject: string) {
    this.#subject = subject;
  }

  get all(): readonly Uint8Array[] {
    return this.#signatures;
  }

  /** @throws ImgcheckError hostile past a limit */
  add(signature: Uint8Array): void {
    const { count, bytes, together } = storedSignatureLimits;
    this.#bytes += signature.byteLength;
    if (this.#signatures.length >= count) throw this.#excess(`there are more than ${count} signatures`);
    if (signature.byteLength > bytes) throw this.#excess(`a signature exceeds its limit of ${bytes} bytes`);
    if (this.#bytes > together) throw this.#excess(`the signatures together exceed their limit of ${together} bytes`);
    this.#signatures.push(signature);
  }

  #excess(message: string): ImgcheckError {
    return new ImgcheckError('hostile', message, { subject: this.#subject });
  }
}
