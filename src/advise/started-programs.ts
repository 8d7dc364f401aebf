import { programName, splitShell } from '../core/shell.js';
import type { RunConfig } from '../oci/config.js';

/** A program that the image's command names. */
export interface StartedProgram {
  /** As it is written. */
  readonly word: string;
  /** The file name alone. */
  readonly name: string;
  /** What follows it. */
  readonly args: readonly string[];
}

/** What can be told of the image's command without reading any of its scripts. */
export interface StartedPrograms {
  /** In the order in which they are named, wrappers first. */
  readonly programs: readonly StartedProgram[];
  /** The last one named, which is what runs; undefined without a command. */
  readonly main: StartedProgram | undefined;
  /** A program that starts others which the command does not name. */
  readonly script: StartedProgram | undefined;
}

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);
/** They start the program that follows, after so many words of their own beside options. */
const starters: ReadonlyMap<string, number> = new Map([
  ...words('tini tini-static dumb-init catatonit docker-init env exec command builtin nice ionice nohup stdbuf', 0),
  ...words('setpriv sudo runuser busybox eatmydata valgrind strace', 0),
  ...words('gosu su-exec chpst timeout chroot s6-setuidgid', 1),
]);
/** Options of those that take the next word. */
const valued = /^(?:-[ugnk]|--(?:user|group|reuid|regid|groups|signal))$/;
const scriptName = /\.(?:sh|bash|pl|py|rb)$|entry-?point|^(?:run|start|launch|boot|init)(?:[-_.]|$)|^supervisord$|^s6-/;
/** Wrappers in wrappers, and scripts in quotes, go no deeper in anything that somebody wrote. */
const depthLimit = 4;
const textLimit = 64 * 1024;
/** Nobody starts as many by one command. */
const programLimit = 200;

function words(names: string, own: number): (readonly [string, number])[] {
  return names.split(' ').map((name) => [name, own]);
}

/** Reads Entrypoint and Cmd as the engine joins them; what `sh -c` is given, and what wrappers start, too. */
export function startedPrograms({ entrypoint, cmd }: Pick<RunConfig, 'entrypoint' | 'cmd'>): StartedPrograms {
  const programs: StartedProgram[] = [];
  follow([...entrypoint, ...cmd].slice(0, 1000), 0, programs);
  const script = programs.find(({ name }) => scriptName.test(name));
  return { programs, main: programs.at(-1), script };
}

function follow(words: readonly string[], depth: number, found: StartedProgram[]): void {
  const from = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const word = from < 0 ? undefined : words[from];
  if (word === undefined || word === '' || found.length >= programLimit) return;
  const args = words.slice(from + 1);
  const name = programName(word);
  found.push({ word, name, args });
  if (depth >= depthLimit) return;
  if (shells.has(name)) {
    const flag = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
    const text = flag < 0 ? undefined : args[flag + 1];
    if (text !== undefined && text.length <= textLimit) {
      for (const command of splitShell(text))
        follow(
          command.map((one) => one.text),
          depth + 1,
          found,
        );
    } else if (flag < 0) followRest(args, 0, depth, found);
    return;
  }
  const own = starters.get(name);
  if (own !== undefined) followRest(args, own, depth, found);
  // Entry scripts of images run what they are given when they are done.
  else if (scriptName.test(name)) followRest(args, 0, depth, found);
}

function followRest(args: readonly string[], own: number, depth: number, found: StartedProgram[]): void {
  let at = 0;
  for (let left = own; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (valued.test(arg)) at++;
    else if (!arg.startsWith('-') && left-- <= 0) break;
  }
  follow(args.slice(at), depth + 1, found);
}
