import { splitVariable, type Text, type Variable } from './container.js';
import { removed, splitShell, type ShellCommand } from '../core/shell.js';
import type { SourceText } from './source-text.js';

/** What the rules ask of a unit or a drop-in: its command lines, and the environment it gives them. */
export interface SystemdUnit {
  readonly commands: readonly ShellCommand[];
  readonly variables: readonly Variable[];
  /** ListenStream of a socket unit. */
  readonly listens: readonly Text[];
}

/** Whether a text has the section header that every unit with a service or a socket has. */
export function isSystemdUnit(text: string): boolean {
  return /^[ \t]*\[(?:Unit|Service|Socket|Install)\][ \t]*\r?$/m.test(text);
}

/**
 * Reads a unit or drop-in (systemd.syntax(7)): sections, comments, lines joined by a backslash; an empty assignment
 * clears what stood before it in the file.
 * @throws ImgcheckError usage, with file and line, for a line that is neither
 */
export function parseSystemdUnit(source: SourceText): SystemdUnit {
  let section = '';
  const settings = new Map<string, Text[]>();
  for (const line of logicalLines(source.text)) {
    const content = line.text.replaceAll(removed, ' ');
    const trimmed = content.trim();
    const header = /^\[([^\]]+)\]$/.exec(trimmed);
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const equals = content.indexOf('=');
    if (header) section = header[1] ?? '';
    else if (equals < 0 || section === '') {
      throw source.fault(
        line.offset,
        equals < 0 ? 'not a line of a systemd unit: expected NAME=value' : 'no section before the first setting',
      );
    } else {
      const key = `${section}.${content.slice(0, equals).trim()}`;
      const value = content.slice(equals + 1);
      const blanks = value.length - value.trimStart().length;
      const known = settings.get(key) ?? [];
      if (value.trim() === '') known.length = 0;
      else known.push({ text: value.trim(), offset: line.offset + equals + 1 + blanks });
      settings.set(key, known);
    }
  }
  const all = (...keys: string[]): Text[] => keys.flatMap((key) => settings.get(key) ?? []);
  return {
    commands: all('Service.ExecStart', 'Service.ExecStartPre', 'Service.ExecStartPost').flatMap(commandsOf),
    variables: all('Service.Environment').flatMap(commandsOf).flat().map(splitVariable),
    listens: all('Socket.ListenStream'),
  };
}

/** The prefixes of systemd.service(5) are no part of the program's name. */
function commandsOf({ text, offset }: Text): ShellCommand[] {
  const prefix = /^[@\-:+!|]*/.exec(text)?.[0].length ?? 0;
  return splitShell(text.slice(prefix)).map((command) =>
    command.map((word) => ({ text: word.text, offset: word.offset + offset + prefix })),
  );
}

function* logicalLines(text: string): Generator<Text> {
  for (let at = 0; at < text.length;) {
    const parts: string[] = [];
    const offset = at;
    for (;;) {
      const found = text.indexOf('\n', at);
      const end = found < 0 ? text.length : found;
      const line = text.slice(at, end).replace(/\r$/, ' ');
      const from = at;
      at = Math.min(end + 1, text.length);
      const comment = parts.length === 0 && /^\s*[#;]/.test(line);
      if (comment || !/\\[ \t]*$/.test(line) || end === text.length) {
        parts.push(line);
        break;
      }
      const cut = line.lastIndexOf('\\');
      parts.push(line.slice(0, cut), removed.repeat(at - from - cut));
    }
    yield { text: parts.join(''), offset };
  }
}
