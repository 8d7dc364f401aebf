import { programName, removed, splitShell, withoutWrappers, type ShellCommand, type ShellWord } from '../core/shell.js';
import type { Heredoc } from './heredoc.js';
import type { LogicalLine } from './logical-line.js';

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh', 'busybox']);

interface Run {
  /** The whole file. */
  readonly source: string;
  readonly line: LogicalLine;
  /** Where the logical line begins. */
  readonly offset: number;
  /** Where the last flag, or the keyword, stands. */
  readonly from: number;
  readonly heredocs: readonly Heredoc[];
}

/** The commands of a RUN: shell form, JSON form, here-documents read by a shell, and what `sh -c` is given. */
export function readScript({ source, line, offset, from, heredocs }: Run): ShellCommand[] {
  const skip = from - offset;
  const rest = line.text.slice(skip);
  // The last flag is a word of its own; without flags `from` is the end of the keyword.
  const head = from > offset && /^\S/.test(rest) ? (/\s/.exec(rest)?.index ?? rest.length) : 0;
  const text = rest.slice(head);
  const shift = offset + skip + head;
  const list = jsonWords(text, shift);
  const shown = list ? [list] : splitShell(text).map((command) => moved(command, shift));
  const commands = shown.flatMap((command) => [command, ...nested(source, command)]);
  const [first] = shown;
  const interpreter = first === undefined ? 'sh' : programName(withoutWrappers(first)[0]?.text ?? '');
  if (shown.length > 1 || !shells.has(interpreter)) return commands;
  const bodies = heredocs.filter((one) => {
    const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(source.slice(one.start, Math.min(one.end, one.start + 200)));
    const program = programName(shebang?.[1] ?? 'sh');
    return shells.has(program === 'env' ? (shebang?.[2] ?? '') : program);
  });
  return [
    ...commands,
    ...bodies
      .flatMap((one) => splitShell(joinLines(source.slice(one.start, one.end))).map((c) => moved(c, one.start)))
      .flatMap((command) => [command, ...nested(source, command)]),
  ];
}

/** In a script a backslash before a line end joins the lines. */
function joinLines(text: string): string {
  return text.replace(/\\\r?\n/g, (found) => removed.repeat(found.length));
}

function moved(command: ShellCommand, by: number): ShellCommand {
  return command.map((word) => ({ text: word.text, offset: word.offset + by }));
}

/** The exec form; undefined for anything else, which Docker then gives to the shell. */
function jsonWords(text: string, shift: number): ShellCommand | undefined {
  const json = text.replaceAll(removed, ' ');
  if (!/^\s*\[/.test(json)) return undefined;
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return undefined; // not JSON after all: a command named [, say
  }
  if (!Array.isArray(list) || !list.every((one): one is string => typeof one === 'string')) return undefined;
  const places = [...json.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((found) => found.index + 1 + shift);
  return list.map((one, i) => ({ text: one, offset: places[i] ?? shift }));
}

/** The script behind `sh -c`; with exact places where it stands in the file as it is run. */
function nested(source: string, command: ShellCommand): ShellCommand[] {
  const words = withoutWrappers(command);
  if (!shells.has(programName(words[0]?.text ?? ''))) return [];
  const flag = words.findIndex((word) => /^-[a-z]*c$/i.test(word.text));
  const script = flag < 0 ? undefined : words[flag + 1];
  if (!script) return [];
  const at = placeOf(source, script);
  return splitShell(script.text).map((inner) =>
    inner.map((word) => ({ text: word.text, offset: at === undefined ? script.offset : word.offset + at })),
  );
}

function placeOf(source: string, word: ShellWord): number | undefined {
  return [word.offset, word.offset + 1].find((at) => source.startsWith(word.text, at));
}
