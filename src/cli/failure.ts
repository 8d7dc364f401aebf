import { ImgcheckError, kinds } from '../core/error.js';
import { escapeText } from '../core/escape.js';

/** Characters; what is longer came from outside (platforms and names of an index), and a terminal is no place for it. */
const longest = 8192;

/** One line: kind, subject, message, hint. */
export function formatError(error: ImgcheckError): string {
  const subject = error.subject === undefined ? '' : `${error.subject}: `;
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  const line = `imgcheck: ${error.kind}: ${subject}${error.message}${hint}`;
  return escapeText(line.length > longest ? `${line.slice(0, longest)}...` : line);
}

/** By kind; 70 for what is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ImgcheckError ? kinds[error.kind].exit : 70;
}
