import { isShell, nestedCommands, placeIn } from '../core/nested-commands.js';
import { programName, removed, splitShell, withoutWrappers, type ShellCommand } from '../core/shell.js';
import type { Heredoc } from './heredoc.js';
import type { LogicalLine } from './logical-line.js';

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
  const placeOf = placeIn(source);
  const withNested = (command: ShellCommand): ShellCommand[] => [command, ...nestedCommands(command, placeOf)];
  const commands = shown.flatMap(withNested);
  const [first] = shown;
  const interpreter = first === undefined ? 'sh' : programName(withoutWrappers(first)[0]?.text ?? '');
  if (shown.length > 1 || !isShell(interpreter)) return commands;
  const bodies = heredocs.filter((one) => {
    const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(source.slice(one.start, Math.min(one.end, one.start + 200)));
    const program = programName(shebang?.[1] ?? 'sh');
    return isShell(program === 'env' ? (shebang?.[2] ?? '') : program);
  });
  return [
    ...commands,
    ...bodies
      .flatMap((one) => splitShell(source.slice(one.start, one.end)).map((command) => moved(command, one.start)))
      .flatMap(withNested),
  ];
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
