import { removed } from '../core/shell.js';

export interface LogicalLine {
  /** As long as the source from its start: what continuation and comments took is `removed`, so offsets stay true. */
  readonly text: string;
  /** Offset in the source where it ends, before the line break. */
  readonly end: number;
}

/**
 * The first logical line of an instruction: physical lines joined by the escape character, without comment and blank
 * lines between them. `start` must not be inside such a comment.
 */
export function readLogicalLine(source: string, start: number, limit: number, escape: string): LogicalLine {
  const parts: string[] = [];
  let at = start;
  let continued = false;
  while (at < limit) {
    const found = source.indexOf('\n', at);
    const end = found < 0 ? limit : Math.min(found, limit);
    const line = source.slice(at, end);
    const after = Math.min(end + 1, limit);
    if (continued && /^\s*(?:#|$)/.test(line)) {
      parts.push(removed.repeat(after - at));
    } else {
      const cut = continuationAt(line, escape);
      if (cut < 0) {
        parts.push(line);
        return { text: parts.join(''), end };
      }
      continued = true;
      parts.push(line.slice(0, cut), removed.repeat(after - at - cut));
    }
    at = after;
  }
  return { text: parts.join(''), end: limit };
}

/** Where the escape character stands that joins the line to the next; -1 for a line that ends here. */
function continuationAt(line: string, escape: string): number {
  let last = line.length - 1;
  while (last >= 0 && ' \t\r'.includes(line.charAt(last))) last--;
  return last >= 0 && line.charAt(last) === escape ? last : -1;
}
