import { hostNamespaceOf } from '../containers/host-namespace.js';
import { hostPathsOf } from '../containers/host-path.js';
import { readRunLines } from '../containers/run-line.js';
import { isOff, type RunOption } from '../containers/run-option.js';
import { splitVariable, type Container, type Text } from './container.js';
import { dockerfileLimit, type Property } from './dockerfile-instructions.js';
import { securityOptions } from './security-options.js';

/** What the run lines in a label run, as `atomic run` would. */
export function labelContainers({ name, raw, valueOffset }: Property): Container[] {
  return readRunLines(raw, dockerfileLimit).map(({ options }) => {
    const placed = options.map((one) => ({ ...one, offset: one.offset + valueOffset }));
    return containerOf(placed, `label ${name}`, valueOffset);
  });
}

function containerOf(options: readonly RunOption[], name: string, offset: number): Container {
  const textsOf = (option: string): Text[] => options.filter((one) => one.name === option).map(textOf);
  const privileged = options.find((one) => one.name === 'privileged' && !isOff(one.value));
  const readOnly = options.findLast((one) => one.name === 'read-only');
  const user = textsOf('user').at(-1);
  return {
    origin: 'label',
    name,
    group: name,
    offset,
    ...(privileged ? { privileged: { on: true, offset: privileged.offset } } : {}),
    added: textsOf('cap-add').flatMap(listOf),
    dropped: textsOf('cap-drop').flatMap(listOf),
    ...(user ? { user: { text: user.text.split(':')[0] ?? '', offset: user.offset } } : {}),
    ...(readOnly ? { readOnlyRoot: { on: !isOff(readOnly.value), offset: readOnly.offset } } : {}),
    ...securityOptions(textsOf('security-opt')),
    hostPaths: options.flatMap((one) => hostPathsOf(one).map((text) => ({ text, offset: one.offset }))),
    hostNamespaces: options.flatMap((one) => {
      const text = hostNamespaceOf(one);
      return text === undefined ? [] : [{ text, offset: one.offset }];
    }),
    variables: textsOf('env').map(splitVariable),
    command: [],
  };
}

function textOf({ value, offset }: RunOption): Text {
  return { text: value, offset };
}

/** Podman takes several, with commas between them. */
function listOf({ text, offset }: Text): Text[] {
  return text.split(',').map((one) => ({ text: one, offset }));
}
