/** One secret: what it is and where it stands, nothing of the secret itself, nor anything made from it. */
export interface SecretHit {
  /** In words: `GitHub token`. */
  readonly kind: string;
  /** From 1; absent in what is no text. */
  readonly line?: number;
  /** From 1, in bytes. */
  readonly column?: number;
  /** It opens only with a passphrase. */
  readonly encrypted?: true;
}

/** A secret within a text, from its first character to behind its last. */
export interface SecretSpan {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly encrypted?: true;
}

/** Looks up the lines of positions that come in rising order. */
export class Lines {
  readonly #text: string;
  #line = 1;
  #start = 0;

  constructor(text: string) {
    this.#text = text;
  }

  hit({ kind, from, encrypted }: SecretSpan): SecretHit {
    for (let next = this.#text.indexOf('\n', this.#start); next >= 0 && next < from;) {
      this.#line++;
      this.#start = next + 1;
      next = this.#text.indexOf('\n', this.#start);
    }
    return { kind, line: this.#line, column: from - this.#start + 1, ...(encrypted ? { encrypted } : {}) };
  }
}
