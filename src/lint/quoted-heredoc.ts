import { findHeredocs, readHeredocs } from './heredoc.js';
import { readLogicalLine } from './logical-line.js';

/** In place of `<<`, for the parser alone. */
const mark = '\u0001\u0001';

/**
 * Hides `<<` within quotes, where it opens no here-document for BuildKit: the parser would take the rest of the file for
 * its body. As long as the text.
 */
export function maskQuotedHeredocs(text: string, escape: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const line = readLogicalLine(text, at, text.length, escape);
    let next = line.end + 1;
    if (line.text.includes('<<') && /^\s*(?:onbuild\s+)?(?:run|copy|add)\s/i.test(line.text)) {
      const opened = findHeredocs(line.text, at);
      const offsets = new Set(opened.map(({ offset }) => offset));
      for (const found of line.text.matchAll(/(?<=[\s\u0000])<</g)) {
        const offset = at + found.index;
        if (offsets.has(offset)) continue;
        parts.push(text.slice(copied, offset), mark);
        copied = offset + mark.length;
      }
      const last = readHeredocs(text, line.end, text.length, opened).at(-1);
      // A body without an end takes the rest of the file.
      if (last) next = last.terminated ? endOfLine(text, last.end) + 1 : text.length;
    }
    at = next;
  }
  return parts.length === 0 ? text : [...parts, text.slice(copied)].join('');
}

function endOfLine(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found;
}
