import type { ShellCommand } from '../core/shell.js';

/** One option of a run line, under its long name. */
export interface RunOption {
  readonly name: string;
  readonly value: string;
  /** Of the word that holds the value. */
  readonly offset: number;
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

/** The options of `docker run` and `podman create`, from the words behind it. They end at the image: what follows is its command. */
export function readRunOptions(words: ShellCommand): RunOption[] {
  const options: RunOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const { text, offset } = words[i] ?? { text: '', offset: 0 };
    if (isPlaceholder(text)) continue;
    if (!/^-./.test(text) || text === '--') break;
    const read = text.startsWith('--') ? readLong(text.slice(2)) : readShort(text.slice(1));
    options.push(...read.options.map((one) => ({ ...one, offset })));
    if (read.waiting !== undefined) {
      const next = words[++i] ?? { text: '', offset };
      options.push({ name: read.waiting, value: next.text, offset: next.offset });
    }
  }
  return options;
}

/** Whether the value of a switch turns it off, as Go reads booleans. */
export function isOff(value: string): boolean {
  return /^(?:false|0|f)$/i.test(value);
}

/** `atomic run` puts options in place of `${OPT1}`; of all variables only IMAGE stands for the image. */
export function isPlaceholder(word: string): boolean {
  const name = /^\$(?:\{(\w+)\}|(\w+))$/.exec(word);
  return name !== null && (name[1] ?? name[2]) !== 'IMAGE';
}

interface ReadOptions {
  readonly options: readonly Omit<RunOption, 'offset'>[];
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
  const options: Omit<RunOption, 'offset'>[] = [];
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
