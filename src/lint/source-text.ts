import { ImgcheckError } from '../core/error.js';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** Bytes of one file: no manifest or Dockerfile that people write comes near. */
export const sizeLimit = 4 * 1024 * 1024;

/** The text of one file, with the place of every offset in it. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lines: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const lines = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
    this.#lines = lines;
  }

  place(offset: number): Place {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  /** The offset of a line and a column, both from 0. */
  offset(line: number, column: number): number {
    return (this.#lines[line] ?? this.text.length) + column;
  }

  /** Why the file cannot be judged, with its place. */
  fault(offset: number, message: string, hint?: string): ImgcheckError {
    const { line, column } = this.place(offset);
    return new ImgcheckError('usage', message, { subject: `${this.file}:${line}:${column}`, hint });
  }
}

/**
 * The text of a file that should be one of ours: UTF-8, of at most 4 MiB, without NUL. A byte order mark is left out.
 * @throws ImgcheckError usage, with file, line and column
 */
export function readSource(file: string, bytes: Uint8Array): SourceText {
  if (bytes.length > sizeLimit) {
    throw new ImgcheckError('usage', `the file exceeds ${sizeLimit} bytes`, { subject: `${file}:1:1` });
  }
  const lenient = new SourceText(file, new TextDecoder('utf-8').decode(bytes));
  const nul = lenient.text.indexOf('\u0000');
  const broken = brokenCharacter(lenient.text, bytes);
  if (broken >= 0 && (nul < 0 || broken < nul)) throw lenient.fault(broken, 'the file is not UTF-8');
  if (nul >= 0) throw lenient.fault(nul, 'the file is not text: it holds a NUL byte');
  return lenient;
}

/** Offset of the first character that stands for bytes which are no UTF-8; -1 for none. */
function brokenCharacter(text: string, bytes: Uint8Array): number {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let from = 0;
  let read = mark;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    read += Buffer.byteLength(text.slice(from, at));
    if (bytes[read] !== 0xef || bytes[read + 1] !== 0xbf || bytes[read + 2] !== 0xbd) return at;
    read += 3;
    from = at + 1;
  }
  return -1;
}

/** The file and place that a fault names; undefined for an error that names none. */
export function placeOfFault(error: ImgcheckError): Place | undefined {
  const found = /:(\d+):(\d+)$/.exec(error.subject ?? '');
  return found ? { line: Number(found[1]), column: Number(found[2]) } : undefined;
}
