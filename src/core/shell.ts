/** A word of a command, without its quotes; variables stay as they are written. */
export interface ShellWord {
  readonly text: string;
  readonly offset: number;
}

/** One simple command, without redirections and without the words that only steer (`if`, `!`, `{`). */
export type ShellCommand = readonly ShellWord[];

/** Stands where text was taken away: nothing for the shell, but offsets stay true. */
export const removed = '\u0000';

const steering = new Set(['if', 'then', 'else', 'elif', 'fi', 'while', 'until', 'do', 'done', '!', '{', '}', 'time']);

/**
 * Splits a script into its simple commands, as sh would read it (POSIX shell, 2.2, 2.3 and 2.7): quotes, comments, joined
 * lines, `&&`, `||`, `;`, `|`, line ends, parentheses, redirections and here-documents. What stands in `$(...)` stays part
 * of its word. Linear in the text, and never fails: what is cut short ends with the text.
 */
export function splitShell(text: string, start = 0, end = text.length): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: ShellWord[] = [];
  let word = '';
  let wordAt = -1;
  let skip = false;
  let delimiter: 'wanted' | undefined;
  let bodies: string[] = [];

  const endWord = (): void => {
    if (wordAt < 0) return;
    if (delimiter === 'wanted') bodies.push(word.replace(/^-/, ''));
    else if (!skip && !(words.length === 0 && steering.has(word))) words.push({ text: word, offset: wordAt });
    [word, wordAt, skip, delimiter] = ['', -1, false, undefined];
  };
  const endCommand = (): void => {
    endWord();
    [skip, delimiter] = [false, undefined];
    if (words.length > 0) commands.push(words);
    words = [];
  };

  for (let i = start; i < end; i++) {
    const c = text.charAt(i);
    if (c === removed) continue;
    const joined = joinedLines(text, i, end);
    if (joined > 0) i += joined - 1;
    else if (c === ' ' || c === '\t' || c === '\r') endWord();
    else if (c === '\n') {
      endCommand();
      for (const name of bodies) i = endOfBody(text, i, end, name);
      bodies = [];
    } else if (c === '#' && wordAt < 0) {
      const line = text.indexOf('\n', i);
      i = (line < 0 ? end : Math.min(line, end)) - 1;
    } else if (c === '&' && text.charAt(i + 1) === '>') {
      endWord();
      skip = true;
      i += text.charAt(i + 2) === '>' ? 2 : 1;
    } else if (';&|()'.includes(c)) endCommand();
    else if (c === '<' || c === '>') {
      // A number before it is a file descriptor, not a word.
      if (/^\d+$/.test(word)) [word, wordAt] = ['', -1];
      endWord();
      const operator = /^(?:<<<|<<|>>|<>|>\||[<>]&|[<>])/.exec(text.slice(i, i + 3))?.[0] ?? c;
      if (operator === '<<') delimiter = 'wanted';
      else skip = true;
      i += operator.length - 1;
    } else {
      if (wordAt < 0) wordAt = i;
      const piece = readPiece(text, i, end);
      word += piece.text;
      i = piece.last;
    }
  }
  endCommand();
  return commands;
}

/** Length of a backslash and the line end behind it, which sh reads as nothing; 0 where there is none. */
function joinedLines(text: string, at: number, end: number): number {
  if (text.charAt(at) !== '\\') return 0;
  const length = text.charAt(at + 1) === '\r' ? 3 : 2;
  return at + length <= end && text.charAt(at + length - 1) === '\n' ? length : 0;
}

/** The line end after the delimiter of a here-document, or the end of the text. */
function endOfBody(text: string, from: number, end: number, name: string): number {
  for (let at = from; at < end;) {
    const next = text.indexOf('\n', at + 1);
    const stop = next < 0 ? end : Math.min(next, end);
    if (
      text
        .slice(at + 1, stop)
        .replace(/^\t+/, '')
        .replace(/\r$/, '') === name
    )
      return stop;
    at = stop;
  }
  return end;
}

/** Offset of the next character that was not taken away. */
function nextOf(text: string, at: number): number {
  let next = at + 1;
  while (text.charAt(next) === removed) next++;
  return next;
}

/** One character, or a whole quoted or substituted part: its text, and the offset of its last character. */
function readPiece(text: string, at: number, end: number): { text: string; last: number } {
  const c = text.charAt(at);
  if (c === '\\') {
    const last = nextOf(text, at);
    return { text: last < end ? text.charAt(last) : '', last };
  }
  if (c === "'") {
    const close = text.indexOf("'", at + 1);
    const last = close < 0 || close >= end ? end : close;
    return { text: text.slice(at + 1, last).replaceAll(removed, ''), last };
  }
  if (c === '"') return readQuoted(text, at, end);
  if (c === '`' || (c === '$' && text.charAt(at + 1) === '(')) {
    const last = endOfSubstitution(text, at, end);
    return { text: text.slice(at, last + 1).replaceAll(removed, ''), last };
  }
  return { text: c, last: at };
}

function readQuoted(text: string, at: number, end: number): { text: string; last: number } {
  const parts: string[] = [];
  for (let i = at + 1; i < end; i++) {
    const c = text.charAt(i);
    if (c === '"') return { text: parts.join(''), last: i };
    if (c === removed) continue;
    if (c === '`' || (c === '$' && text.charAt(i + 1) === '(')) {
      const last = endOfSubstitution(text, i, end);
      parts.push(text.slice(i, last + 1).replaceAll(removed, ''));
      i = last;
    } else if (c === '\\' && i + 1 < end) {
      const joined = joinedLines(text, i, end);
      if (joined > 0) {
        i += joined - 1;
        continue;
      }
      i = nextOf(text, i);
      const next = i < end ? text.charAt(i) : '';
      parts.push('$`"\\'.includes(next) ? next : `\\${next}`);
    } else parts.push(c);
  }
  return { text: parts.join(''), last: end };
}

/** Offset of what closes a back-quoted or `$(` part, or the end. */
function endOfSubstitution(text: string, at: number, end: number): number {
  if (text.charAt(at) === '`') {
    const close = text.indexOf('`', at + 1);
    return close < 0 || close >= end ? end : close;
  }
  let depth = 0;
  let quote = '';
  for (let i = at + 1; i < end; i++) {
    const c = text.charAt(i);
    if (c === '\\') i++;
    else if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === "'" || c === '"') quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i;
  }
  return end;
}

/** The file name of a program: `/usr/bin/dnf` is dnf. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

const wrappers = new Set(['sudo', 'env', 'exec', 'command', 'nice', 'nohup', 'eatmydata', 'ionice', 'builtin']);

/** The command behind variable assignments and programs that only run another (`sudo`, `env A=b`). */
export function withoutWrappers(command: ShellCommand): ShellCommand {
  let i = 0;
  for (; i < command.length; i++) {
    const text = command[i]?.text ?? '';
    if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(text)) continue;
    if (!wrappers.has(programName(text))) break;
    while (command[i + 1]?.text.startsWith('-')) i++;
  }
  return command.slice(i);
}
