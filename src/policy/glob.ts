/** Characters; no path, package name or reference that people write comes near. */
export const globLimit = 1024;

/** One step of a glob: what it takes, and whether it may be passed over. */
type Token =
  | { readonly kind: 'one'; readonly char: string }
  /** `?`: one character of a name. */
  | { readonly kind: 'any' }
  /** `*`: the rest of a name. */
  | { readonly kind: 'name' }
  /** `**`: the rest, slashes included. */
  | { readonly kind: 'rest' }
  /** A slash and a double star between slashes: no folder, or any number of them. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'inside' };

/**
 * Whether a text is one that the glob names: `*` and `?` stand for characters other than a slash, two stars for any, two
 * stars between slashes for any number of folders, and a backslash takes the next character as it is. It takes steps in
 * proportion to both lengths, whatever the text is.
 */
export function globMatcher(glob: string): (text: string) => boolean {
  const tokens = tokensOf([...glob]);
  return (text) => {
    let now = new Places(tokens);
    let next = new Places(tokens);
    now.stand(0);
    for (const char of text) {
      next.clear();
      for (let i = 0; i < now.count; i++) take(tokens, now.at(i), char, next);
      if (next.count === 0) return false;
      [now, next] = [next, now];
    }
    return now.has(tokens.length);
  };
}

/** The steps of a glob that the text read so far may have led to, each once. */
class Places {
  readonly #tokens: readonly Token[];
  readonly #list: Uint16Array;
  /** Which are in the list: those marked with its age. */
  readonly #marks: Uint32Array;
  #age = 1;
  count = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#list = new Uint16Array(tokens.length + 1);
    this.#marks = new Uint32Array(tokens.length + 1);
  }

  clear(): void {
    this.#age += 1;
    this.count = 0;
  }

  at(index: number): number {
    return this.#list[index] ?? 0;
  }

  has(place: number): boolean {
    return this.#marks[place] === this.#age;
  }

  /** Here, and wherever one gets from here without taking a character. */
  stand(place: number): void {
    for (let at = place; !this.has(at); at += 1) {
      this.#marks[at] = this.#age;
      this.#list[this.count++] = at;
      const kind = this.#tokens[at]?.kind;
      if (kind === 'folders') this.stand(at + 2);
      else if (kind !== 'name' && kind !== 'rest') return;
    }
  }
}

function tokensOf(chars: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    const double = char === '*' && chars[i + 1] === '*';
    if (double && (i === 0 || chars[i - 1] === '/') && chars[i + 2] === '/') {
      tokens.push({ kind: 'folders' }, { kind: 'inside' });
      i += 2;
    } else if (double) {
      tokens.push({ kind: 'rest' });
      i += 1;
    } else if (char === '*') tokens.push({ kind: 'name' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char === '\\' && i + 1 < chars.length) tokens.push({ kind: 'one', char: chars[++i] ?? '' });
    else tokens.push({ kind: 'one', char });
  }
  return tokens;
}

/** Where one character leads to from a step. */
function take(tokens: readonly Token[], at: number, char: string, next: Places): void {
  const token = tokens[at];
  switch (token?.kind) {
    case undefined:
    case 'folders':
      return;
    case 'one':
      if (char === token.char) next.stand(at + 1);
      return;
    case 'any':
      if (char !== '/') next.stand(at + 1);
      return;
    case 'name':
      if (char !== '/') next.stand(at);
      return;
    case 'rest':
      next.stand(at);
      return;
    case 'inside':
      next.stand(at);
      if (char === '/') next.stand(at + 1);
  }
}
