import { createHash, type Hash } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';

/** `algorithm:hex`, as in image-spec descriptor.md. */
export type Digest = `${'sha256' | 'sha512'}:${string}`;

const forms = { sha256: /^sha256:[0-9a-f]{64}$/, sha512: /^sha512:[0-9a-f]{128}$/ } as const;

export function isDigest(text: string): text is Digest {
  return forms.sha256.test(text) || forms.sha512.test(text);
}

/** @throws ImgcheckError hostile (or the kind given) unless it is a registered, well-formed digest. */
export function parseDigest(text: string, what: string, kind: 'hostile' | 'usage' = 'hostile'): Digest {
  if (isDigest(text)) return text;
  throw new ImgcheckError(kind, `${what} is not a sha256 or sha512 digest: ${text.slice(0, 150)}`);
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** A running hash of the algorithm a digest names, and the word it must end with. */
export class Digester {
  readonly #algorithm: 'sha256' | 'sha512';
  readonly #hash: Hash;

  constructor(like: Digest | 'sha256') {
    this.#algorithm = like.startsWith('sha512') ? 'sha512' : 'sha256';
    this.#hash = createHash(this.#algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Digest {
    return `${this.#algorithm}:${this.#hash.digest('hex')}`;
  }
}

/** `sha256:0123456789ab`: what a person reads. */
export function shortDigest(digest: string): string {
  const at = digest.indexOf(':');
  return digest.slice(0, at + 13);
}
