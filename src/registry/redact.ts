/** Query keys that never carry a secret; the value of any other is left out. */
const shown = new Set(['service', 'scope', 'n', 'last', 'ns']);

/** A URL fit for messages: no user, no password, no fragment, and of the query only keys known to be harmless. */
export function redactUrl(url: URL): string {
  const query = [...url.searchParams].map(([key, value]) => (shown.has(key) ? `${key}=${value}` : `${key}=...`));
  return `${url.protocol}//${url.host}${url.pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** Secrets that were sent, so that a server which repeats them does not get them into a message. */
export class Secrets {
  readonly #known = new Set<string>();

  add(...secrets: readonly string[]): void {
    for (const secret of secrets) if (secret !== '') this.#known.add(secret);
  }

  scrub(text: string): string {
    let scrubbed = text;
    for (const secret of [...this.#known].sort((a, b) => b.length - a.length)) {
      scrubbed = scrubbed.replaceAll(secret, '[secret]');
    }
    return scrubbed;
  }
}
