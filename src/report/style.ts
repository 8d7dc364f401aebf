export { formatBytes } from '../core/byte-size.js';

/** How text may look where it is shown. */
export interface Style {
  /** Columns; lines are cut or wrapped to it. */
  readonly width: number;
  readonly color: boolean;
  /** False in the C locale: plain ASCII drawing. */
  readonly unicode: boolean;
}

export type Tint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const codes: Readonly<Record<Tint, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export function tint(style: Style, tint: Tint, text: string): string {
  if (!style.color || text === '') return text;
  const [on, off] = codes[tint];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Cut to `width` columns with an ellipsis. */
export function cut(style: Style, text: string, width: number): string {
  const chars = [...text];
  if (chars.length <= width) return text;
  const mark = style.unicode ? '…' : '...';
  return chars.slice(0, Math.max(0, width - mark.length)).join('') + mark;
}

/** Cut to `width` columns at its start: the end of a reference says more than its beginning. */
export function cutStart(style: Style, text: string, width: number): string {
  const chars = [...text];
  if (chars.length <= width) return text;
  const mark = style.unicode ? '…' : '...';
  return mark + chars.slice(chars.length - Math.max(0, width - mark.length)).join('');
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - [...text].length)) + text;
}

/** Wraps at spaces; what has none and is too long stays whole, so that it can be copied. Lines after the first are indented. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  // Intl would load its tables for this alone.
  return `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')} ${count === 1 ? one : many}`;
}
