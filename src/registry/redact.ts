/** Query keys that never carry a secret; the value of any other is left out. */
const shown = new Set(['service', 'scope', 'n', 'last', 'ns']);

/** A URL fit for messages: no user, no password, no fragment, and of the query only keys known to be harmless. */
export function redactUrl(url: URL): string {
  const query = [...url.searchParams].map(([key, value]) => (shown.has(key) ? `${key}=${value}` : `${key}=...`));
  return `${url.protocol}//${url.host}${url.pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

const mostSecrets = 4096;

/** Secrets that were sent, so that a server which repeats them does not get them into a message. */
export class Secrets {
  readonly #known = new Set<string>();

  add(...secrets: readonly string[]): void {
    for (const secret of secrets.filter((each) => each !== '')) {
      // Put last again, so that one still in use is not the oldest.
      this.#known.delete(secret);
      this.#known.add(secret);
    }
    // Tokens come by the minute in a long run; an old one is of no use to anybody.
    for (const oldest of this.#known) {
      if (this.#known.size <= mostSecrets) break;
      this.#known.delete(oldest);
    }
  }

  scrub(text: string): string {
    let scrubbed = text;
    for (const secret of [...this.#known].sort((a, b) => b.length - a.length)) {
      scrubbed = scrubbed.replaceAll(secret, '[secret]');
    }
    return scrubbed;
  }
}
