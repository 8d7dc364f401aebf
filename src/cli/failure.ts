import { ImgcheckError, kinds } from '../core/error.js';
import { escapeText } from '../core/escape.js';

/** One line: kind, subject, message, hint. */
export function formatError(error: ImgcheckError): string {
  const subject = error.subject === undefined ? '' : `${error.subject}: `;
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  return escapeText(`imgcheck: ${error.kind}: ${subject}${error.message}${hint}`);
}

/** By kind; 70 for what is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ImgcheckError ? kinds[error.kind].exit : 70;
}
