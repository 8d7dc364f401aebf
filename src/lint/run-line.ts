import type { Container, Text } from './container.js';
import type { Property } from './dockerfile-instructions.js';
import { securityOptions } from './security-options.js';
import { programName, splitShell, type ShellCommand } from '../core/shell.js';

const engines = new Set(['docker', 'podman', 'nerdctl']);

/** The `docker run` lines in a label, as `atomic run` would run them. */
export function readRunLine({ name, raw, valueOffset }: Property): Container[] {
  return splitShell(raw)
    .map((command) => command.map((word) => ({ text: word.text, offset: word.offset + valueOffset })))
    .flatMap((command) => {
      const engine = command.findIndex((word) => engines.has(programName(word.text)));
      const run = command.findIndex((word, i) => i > engine && (word.text === 'run' || word.text === 'create'));
      return engine < 0 || run < 0 ? [] : [containerOf(command.slice(run + 1), `label ${name}`, valueOffset)];
    });
}

function containerOf(words: ShellCommand, name: string, offset: number): Container {
  const options = readOptions(words);
  const of = (...names: string[]): Text[] =>
    options.filter((one) => names.includes(one.name)).map((one) => ({ text: one.value, offset: one.offset }));
  const privileged = options.find((one) => one.name === 'privileged' && one.value !== 'false');
  const [user] = of('user', 'u');
  const [readOnly] = of('read-only');
  return {
    origin: 'label',
    name,
    group: name,
    offset,
    ...(privileged ? { privileged: { on: true, offset: privileged.offset } } : {}),
    added: of('cap-add'),
    dropped: of('cap-drop'),
    ...(user ? { user: { text: user.text.split(':')[0] ?? '', offset: user.offset } } : {}),
    ...(readOnly ? { readOnlyRoot: { on: readOnly.text !== 'false', offset: readOnly.offset } } : {}),
    ...securityOptions(of('security-opt')),
    hostPaths: [
      ...of('volume', 'v')
        .map((one) => ({ text: one.text.split(':')[0] ?? '', offset: one.offset }))
        .filter((one) => one.text.startsWith('/')),
      ...of('mount').flatMap((one) => {
        const source = /(?:^|,)(?:source|src)=([^,]+)/.exec(one.text)?.[1];
        return source?.startsWith('/') ? [{ text: source, offset: one.offset }] : [];
      }),
    ],
    hostNamespaces: [
      ...of('net', 'network').filter(isHost).map(as('network')),
      ...of('pid').filter(isHost).map(as('PID')),
      ...of('ipc').filter(isHost).map(as('IPC')),
      ...of('uts').filter(isHost).map(as('UTS')),
      ...of('userns').filter(isHost).map(as('user')),
    ],
    variables: of('env', 'e').map((one) => {
      const equals = one.text.indexOf('=');
      return equals < 0
        ? { name: one.text, value: undefined, offset: one.offset }
        : { name: one.text.slice(0, equals), value: one.text.slice(equals + 1), offset: one.offset };
    }),
    command: [],
  };
}

function isHost({ text }: Text): boolean {
  return text === 'host';
}

function as(name: string): (text: Text) => Text {
  return ({ offset }) => ({ text: name, offset });
}

/** Options of run that stand alone; all others take the next word unless `=` gives the value. */
const alone =
  /^(?:privileged|read-only|rm|detach|interactive|tty|init|no-healthcheck|publish-all|oom-kill-disable|sig-proxy|disable-content-trust|[dit]+P?|P|q|quiet)$/;

function readOptions(words: ShellCommand): { name: string; value: string; offset: number }[] {
  const options: { name: string; value: string; offset: number }[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word?.text.startsWith('-')) break; // the image: what follows is its command
    const body = word.text.replace(/^--?/, '');
    const equals = body.indexOf('=');
    const short = /^([a-zA-Z])(.+)$/.exec(body);
    if (equals >= 0) options.push({ name: body.slice(0, equals), value: body.slice(equals + 1), offset: word.offset });
    else if (alone.test(body)) options.push({ name: body, value: 'true', offset: word.offset });
    else if (!word.text.startsWith('--') && short && 'vue'.includes(short[1] ?? ''))
      options.push({ name: short[1] ?? '', value: short[2] ?? '', offset: word.offset });
    else {
      const value = words[++i];
      if (value) options.push({ name: body, value: value.text, offset: value.offset });
    }
  }
  return options;
}
