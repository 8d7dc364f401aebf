import { removed } from '../core/shell.js';

export interface HeredocStart {
  readonly name: string;
  /** `<<-`: tabs before each line are not part of it. */
  readonly tabs: boolean;
  readonly offset: number;
}

/**
 * The here-documents that a RUN, COPY or ADD opens: words that begin with `<<`, as BuildKit splits them, so none within
 * quotes. Offsets are those of the source.
 */
export function findHeredocs(text: string, start: number): HeredocStart[] {
  const found: HeredocStart[] = [];
  let word = -1;
  let quote = '';
  for (let i = 0; i <= text.length; i++) {
    const c = text.charAt(i);
    const ends = i === text.length || (quote === '' && /\s/.test(c));
    if (!ends) {
      if (c === removed) continue;
      if (word < 0) word = i;
      if (c === '\\' && quote !== "'") i++;
      else if (quote === '' ? c === '"' || c === "'" : c === quote) quote = quote === '' ? c : '';
      continue;
    }
    if (word >= 0) {
      const form = /^<<(-?)([^<]+)$/.exec(text.slice(word, i).replaceAll(removed, ''));
      const name = form?.[2]?.replace(/^(['"])(.*)\1$/, '$2');
      if (form && name && /^[^\s'"]+$/.test(name)) found.push({ name, tabs: form[1] === '-', offset: start + word });
    }
    word = -1;
  }
  return found;
}

export interface Heredoc extends HeredocStart {
  readonly start: number;
  readonly end: number;
  readonly terminated: boolean;
}

/** The bodies of the here-documents, one after the other from the line after `from`, at most to `limit`. */
export function readHeredocs(source: string, from: number, limit: number, opened: readonly HeredocStart[]): Heredoc[] {
  let at = Math.min(from + 1, limit);
  return opened.map((one) => {
    const start = at;
    while (at < limit) {
      const found = source.indexOf('\n', at);
      const end = found < 0 ? limit : Math.min(found, limit);
      const line = source.slice(at, end).replace(/\r$/, '');
      const bodyEnd = at;
      at = Math.min(end + 1, limit);
      if ((one.tabs ? line.replace(/^\t+/, '') : line) === one.name)
        return { ...one, start, end: bodyEnd, terminated: true };
    }
    return { ...one, start, end: limit, terminated: false };
  });
}
