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

/** For --verbose: a line for each error below the one that was told, the innermost last. */
export function formatCauses(error: ImgcheckError): string {
  const lines: string[] = [];
  for (let cause = error.cause; cause instanceof Error && lines.length < 16; cause = cause.cause) {
    const line = `  caused by ${cause.name}: ${cause.message}`;
    lines.push(escapeText(line.length > longest ? `${line.slice(0, longest)}...` : line));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The same error, its subject beginning with the image that it is about: for commands that are given several. */
export function aboutImage(name: string, error: ImgcheckError): ImgcheckError {
  const { kind, message, subject, hint } = error;
  const known = subject === undefined || name.includes(subject);
  const told = known ? name : subject.includes(name) ? subject : `${name}: ${subject}`;
  return new ImgcheckError(kind, message, { subject: told, hint, cause: error });
}
