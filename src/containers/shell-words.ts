/** A longer text is no command line that anybody wrote. */
export const commandLineLimit = 64 * 1024;

/** The words of one simple command, without their quotes. */
export type CommandWords = readonly string[];

const ends = new Set([';', '&', '|', '\n', '(', ')']);
const blanks = new Set([' ', '\t', '\r']);

/**
 * The simple commands of a line as sh splits it (POSIX shell, 2.2 and 2.3): quotes and backslashes taken away, variables
 * and `$(...)` left as they are written, redirections left out. Linear, and never fails: what is cut short ends with the
 * text.
 */
export function splitCommands(text: string): readonly CommandWords[] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let redirects = false;
  const endWord = (): void => {
    if (word !== undefined && !redirects) words.push(word);
    if (word !== undefined) redirects = false;
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    redirects = false;
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    // A backslash before a line end joins the lines.
    if (c === '\\' && text.charAt(i + 1) === '\n') i++;
    else if (blanks.has(c)) endWord();
    else if (ends.has(c)) endCommand();
    else if (c === '<' || c === '>') {
      // A number right before it names a descriptor.
      if (word !== undefined && /^\d+$/.test(word)) word = undefined;
      endWord();
      redirects = true;
      while ('<>&'.includes(text.charAt(i + 1) || ' ')) i++;
    } else if (c === '#' && word === undefined) {
      const line = text.indexOf('\n', i);
      i = (line < 0 ? text.length : line) - 1;
    } else {
      const { piece, last } = readPiece(text, i);
      word = (word ?? '') + piece;
      i = last;
    }
  }
  endCommand();
  return commands;
}

interface Piece {
  readonly piece: string;
  /** Index of its last character. */
  readonly last: number;
}

/** One character, or a quoted or substituted part as a whole. */
function readPiece(text: string, at: number): Piece {
  const c = text.charAt(at);
  if (c === '\\') return { piece: text.charAt(at + 1), last: at + 1 };
  if (c === "'") {
    const close = text.indexOf("'", at + 1);
    const last = close < 0 ? text.length : close;
    return { piece: text.slice(at + 1, last), last };
  }
  if (c === '"') return readQuoted(text, at);
  if (c === '`' || (c === '$' && text.charAt(at + 1) === '(')) {
    const last = endOfSubstitution(text, at);
    return { piece: text.slice(at, last + 1), last };
  }
  return { piece: c, last: at };
}

/** Between double quotes a backslash only stands before what would have a meaning there. */
function readQuoted(text: string, at: number): Piece {
  let piece = '';
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') return { piece, last: i };
    if (c === '\\' && i + 1 < text.length) {
      const next = text.charAt(++i);
      if (next !== '\n') piece += '$`"\\'.includes(next) ? next : `\\${next}`;
    } else piece += c;
  }
  return { piece, last: text.length };
}

/** What stands in it is left to the shell; here only its end counts. */
function endOfSubstitution(text: string, at: number): number {
  if (text.charAt(at) === '`') {
    const close = text.indexOf('`', at + 1);
    return close < 0 ? text.length : close;
  }
  let depth = 0;
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i;
  }
  return text.length;
}
