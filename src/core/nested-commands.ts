import { programName, splitShell, type ShellCommand, type ShellWord } from './shell.js';

/** Where the text of a word begins in the source; undefined where it does not stand there as it is read. */
export type PlaceOf = (word: ShellWord) => number | undefined;

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh', 'busybox']);
/** Shells that start shells: nobody goes deeper. */
const nestingLimit = 4;
/** Options that a shell is given; nobody gives so many. */
const optionLimit = 20;

/** Whether a program reads commands as sh does. */
export function isShell(program: string): boolean {
  return shells.has(program);
}

/** The simple commands of a script, and of those that it hands to a shell. */
export function commandsIn(script: string): ShellCommand[] {
  const placeOf = placeIn(script);
  return splitShell(script).flatMap((command) => [command, ...nestedCommands(command, placeOf)]);
}

/**
 * The commands that a command hands to a shell, as in `sudo sh -ec '...'`, and those that they hand on, four deep. Their words
 * have the offset of the script; their own where `placeOf` tells the script's.
 */
export function nestedCommands(command: ShellCommand, placeOf: PlaceOf = () => undefined): ShellCommand[] {
  return nested(command, placeOf, 1);
}

function nested(command: ShellCommand, placeOf: PlaceOf, depth: number): ShellCommand[] {
  const script = scriptOf(command);
  if (!script || depth > nestingLimit) return [];
  const at = placeOf(script);
  return splitShell(script.text)
    .map((inner) => inner.map(({ text, offset }) => ({ text, offset: at === undefined ? script.offset : offset + at })))
    .flatMap((inner) => [inner, ...nested(inner, placeOf, depth + 1)]);
}

/** Finds the words of a source that stand there as they are read, with or without a quote before them. */
export function placeIn(source: string): PlaceOf {
  return ({ text, offset }) => [offset, offset + 1].find((at) => source.startsWith(text, at));
}

/** Wherever in the command the shell stands: behind `sudo`, `chroot /host`, `timeout 60`. */
function scriptOf(command: ShellCommand): ShellWord | undefined {
  for (const [i, { text }] of command.entries()) {
    const script = isShell(programName(text)) ? commandString(command, i + 1) : undefined;
    if (script) return script;
  }
  return undefined;
}

/** The first operand behind the options of a shell, when `-c` is one of them (POSIX, sh). */
function commandString(command: ShellCommand, from: number): ShellWord | undefined {
  let asked = false;
  for (let i = from; i < Math.min(command.length, from + optionLimit); i++) {
    const text = command[i]?.text ?? '';
    if (!/^[-+]./.test(text)) return asked ? command[i] : undefined;
    if (text === '--') return asked ? command[i + 1] : undefined;
    if (/^-[A-Za-z]*c/.test(text)) asked = true;
    if (/^(?:[-+][A-Za-z]*[oO]|--(?:rcfile|init-file))$/.test(text)) i++;
  }
  return undefined;
}
