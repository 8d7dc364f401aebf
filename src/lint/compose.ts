import { volumeSource } from '../containers/host-path.js';
import { splitVariable, type Container, type Text, type Variable } from './container.js';
import { expandVariables } from './expand.js';
import { securityOptions } from './security-options.js';
import { splitShell } from '../core/shell.js';
import { entriesAt, itemsAt, switchAt, textAt, textsAt, valueAt, type YamlNode } from './yaml-node.js';

/** Whether a document is a Compose file: services that are a map, and no object of Kubernetes. */
export function isCompose(document: YamlNode): boolean {
  return valueAt(document, 'services')?.type === 'map' && valueAt(document, 'apiVersion') === undefined;
}

/** The services of a Compose file. What `extends` and `include` take from other files is not seen. */
export function composeContainers(document: YamlNode): Container[] {
  return entriesAt(document, 'services')
    .filter(([, entry]) => entry.value.type === 'map')
    .map(([name, { offset, value }]) => serviceOf(name, offset, value));
}

function serviceOf(name: string, offset: number, node: YamlNode): Container {
  const written = valueAt(node, 'build') ? undefined : textAt(node, 'image');
  const image = written && fixed(written);
  const privileged = switchAt(node, 'privileged');
  const user = textAt(node, 'user');
  const readOnlyRoot = switchAt(node, 'read_only');
  return {
    origin: 'compose',
    name: `service ${name}`,
    group: `service ${name}`,
    offset,
    ...(image ? { image } : {}),
    ...(privileged ? { privileged } : {}),
    added: textsAt(node, 'cap_add'),
    dropped: textsAt(node, 'cap_drop'),
    ...(user ? { user: { text: user.text.split(':')[0] ?? '', offset: user.offset } } : {}),
    ...(readOnlyRoot ? { readOnlyRoot } : {}),
    ...securityOptions(textsAt(node, 'security_opt')),
    hostPaths: itemsAt(node, 'volumes').flatMap(hostPathOf),
    hostNamespaces: [
      ...hostOf(node, 'network_mode', 'network'),
      ...hostOf(node, 'pid', 'PID'),
      ...hostOf(node, 'ipc', 'IPC'),
      ...hostOf(node, 'uts', 'UTS'),
      ...hostOf(node, 'userns_mode', 'user'),
      ...hostOf(node, 'cgroup', 'cgroup'),
    ],
    variables: [...variablesOf(node, 'environment'), ...variablesOf(node, 'build', 'args')],
    command: [...wordsOf(node, 'entrypoint'), ...wordsOf(node, 'command')],
  };
}

/** With the defaults of its variables; undefined when one has none. */
function fixed({ text, offset }: Text): Text | undefined {
  const known = expandVariables(text, () => undefined, { dollars: true });
  return known === undefined ? undefined : { text: known, offset };
}

function hostOf(node: YamlNode, key: string, name: string): Text[] {
  const mode = textAt(node, key);
  return mode?.text === 'host' ? [{ text: name, offset: mode.offset }] : [];
}

function hostPathOf(volume: YamlNode): Text[] {
  if (volume.type === 'map') {
    const source = textAt(volume, 'source');
    return textAt(volume, 'type')?.text === 'bind' && source ? [fixed(source) ?? source] : [];
  }
  const short = textAt(volume);
  const known = short && fixed(short);
  const source = known && volumeSource(known.text);
  return source === undefined ? [] : [{ text: source, offset: known?.offset ?? volume.offset }];
}

/** A map, or a list of NAME=value; what is interpolated without a default has no literal value. */
function variablesOf(node: YamlNode, ...path: readonly string[]): Variable[] {
  const literal = (text: string): string | undefined => expandVariables(text, () => undefined, { dollars: true });
  const fromMap = entriesAt(node, ...path).map(([name, { offset, value }]) => {
    const text = value.type === 'scalar' && value.value !== null ? value.text : undefined;
    return { name, value: text === undefined ? undefined : literal(text), offset };
  });
  const fromList = textsAt(node, ...path)
    .map(splitVariable)
    .map((one) => ({ ...one, value: one.value === undefined ? undefined : literal(one.value) }));
  return [...fromMap, ...fromList];
}

function wordsOf(node: YamlNode, key: string): Text[] {
  const line = textAt(node, key);
  return line
    ? splitShell(line.text)
        .flat()
        .map(({ text }) => ({ text, offset: line.offset }))
    : textsAt(node, key);
}
