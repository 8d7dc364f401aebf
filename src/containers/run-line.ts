import { commandLineLimit, splitCommands, type CommandWords } from './shell-words.js';

/** One option of a run line, under its long name. */
export interface RunOption {
  readonly name: string;
  readonly value: string;
}

/** A `docker run` or `podman create` as a label or a script has it. */
export interface RunLine {
  readonly engine: string;
  readonly options: readonly RunOption[];
}

const engines = new Set(['docker', 'docker-latest', 'podman', 'nerdctl', 'kpod']);
const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh']);
/** A line within a line within a line is nobody's work. */
const nestingLimit = 3;

/**
 * The run lines in a text that a shell would read, those within `sh -c '...'` too. Empty for a text longer than
 * `commandLineLimit`.
 */
export function readRunLines(text: string): readonly RunLine[] {
  return commandsOf(text, 0).flatMap((words) => readRunLine(words) ?? []);
}

/** The simple commands of a text, and of those that it hands to a shell. Empty for a text past the limit. */
export function commandsOf(text: string, depth = 0): readonly CommandWords[] {
  if (text.length > commandLineLimit) return [];
  return splitCommands(text).flatMap((words) => [words, ...nestedCommands(words, depth)]);
}

/** What `sh -c` is given, as commands. */
export function nestedCommands(words: CommandWords, depth = 0): readonly CommandWords[] {
  if (depth >= nestingLimit) return [];
  const shell = words.findIndex((word) => shells.has(programName(word)));
  if (shell < 0) return [];
  const flag = words.findIndex((word, i) => i > shell && /^-[a-z]*c$/.test(word));
  const script = flag < 0 ? undefined : words[flag + 1];
  return script === undefined ? [] : commandsOf(script, depth + 1);
}

/** The file name of a program: `/usr/bin/docker` is docker. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

function readRunLine(words: CommandWords): RunLine | undefined {
  const at = words.findIndex((word) => engines.has(programName(word)));
  if (at < 0) return undefined;
  const run = findRun(words, at + 1);
  return run === undefined
    ? undefined
    : { engine: programName(words[at] ?? ''), options: readOptions(words.slice(run + 1)) };
}

/** Options of the engine itself come before the command: `docker --host ADDRESS container run`. */
function findRun(words: CommandWords, from: number): number | undefined {
  for (let i = from; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === 'run' || word === 'create') return i;
    if (word === 'container' || isPlaceholder(word)) continue;
    if (!word.startsWith('-')) return undefined;
    const next = words[i + 1] ?? '-';
    const standsAlone = word.includes('=') || next === 'run' || next === 'create' || next === 'container';
    if (!standsAlone && !next.startsWith('-')) i++;
  }
  return undefined;
}

const longNames: Readonly<Record<string, string>> = {
  a: 'attach',
  c: 'cpu-shares',
  d: 'detach',
  e: 'env',
  h: 'hostname',
  i: 'interactive',
  l: 'label',
  m: 'memory',
  net: 'network',
  P: 'publish-all',
  p: 'publish',
  q: 'quiet',
  t: 'tty',
  u: 'user',
  v: 'volume',
  w: 'workdir',
};

/** Options of docker run and podman run that take no value unless `=` gives one. */
const switches = new Set(
  (
    'detach disable-content-trust env-host help http-proxy init interactive no-healthcheck no-hostname no-hosts ' +
    'oom-kill-disable passwd privileged publish-all quiet read-only read-only-tmpfs replace rm rmi sig-proxy ' +
    'tls-verify tty unsetenv-all use-api-socket'
  ).split(' '),
);

/** Ends at the image: what follows is its command. */
function readOptions(words: CommandWords): RunOption[] {
  const options: RunOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (isPlaceholder(word)) continue;
    if (!/^-./.test(word) || word === '--') break;
    const read = word.startsWith('--') ? readLong(word.slice(2)) : readShort(word.slice(1));
    options.push(...read.options);
    if (read.waiting !== undefined) options.push({ name: read.waiting, value: words[++i] ?? '' });
  }
  return options;
}

interface ReadOptions {
  readonly options: readonly RunOption[];
  /** The option that takes the next word. */
  readonly waiting?: string;
}

function readLong(body: string): ReadOptions {
  const equals = body.indexOf('=');
  const written = equals < 0 ? body : body.slice(0, equals);
  const name = longNames[written] ?? written;
  if (equals >= 0) return { options: [{ name, value: body.slice(equals + 1) }] };
  return switches.has(name) ? { options: [{ name, value: 'true' }] } : { options: [], waiting: name };
}

/** `-it`, `-dp 80:80`, `-v/data:/data`: switches until one that takes the rest, or the next word. */
function readShort(body: string): ReadOptions {
  const options: RunOption[] = [];
  for (let i = 0; i < body.length; i++) {
    const letter = body.charAt(i);
    const name = longNames[letter] ?? letter;
    const rest = body.slice(i + 1);
    if (!switches.has(name)) {
      return rest === ''
        ? { options, waiting: name }
        : { options: [...options, { name, value: rest.replace(/^=/, '') }] };
    }
    if (rest.startsWith('=')) return { options: [...options, { name, value: rest.slice(1) }] };
    options.push({ name, value: 'true' });
  }
  return { options };
}

/** `atomic run` puts options in place of `${OPT1}`; of all variables only IMAGE stands for the image. */
function isPlaceholder(word: string): boolean {
  const name = /^\$(?:\{(\w+)\}|(\w+))$/.exec(word);
  return name !== null && (name[1] ?? name[2]) !== 'IMAGE';
}
