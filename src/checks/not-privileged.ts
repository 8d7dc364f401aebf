import { capabilityName, isHostCapability } from '../containers/capability-name.js';
import { isEngineSocket } from '../containers/engine-socket.js';
import { hostNamespaceOf } from '../containers/host-namespace.js';
import { hostPathsOf, opensHost } from '../containers/host-path.js';
import { isOff, type RunOption } from '../containers/run-option.js';
import { splitOption } from '../containers/security-option.js';
import type { Check, Finding } from './check.js';
import { listed, shown } from './finding-words.js';
import { judgeRunLabels, runLabels, unreadRunLabels } from './run-labels.js';

export const notPrivileged: Check = {
  id: 'not-privileged',
  asks: 'Does the image leave the walls around its container where they are?',
  reason:
    'A label that has the container run privileged, with capabilities that open the host, in its namespaces or with its files makes whoever breaks into it root on the host.',
  remedy:
    'Take the option out of the label, and give the one capability, device or folder that is needed; a child image overrides the label with its own.',
  guide: '7.3',
  mendedByRebuild: false,
  evaluate(examination) {
    if (!examination.content) {
      return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    }
    const findings = judgeRunLabels(examination, notPrivileged.remedy, wordsOf);
    const [first, ...rest] = [...findings, ...unreadRunLabels(examination)];
    if (first) return [first, ...rest];
    const labels = runLabels(examination).filter(({ lines }) => lines.length > 0);
    const names = labels.map(({ label }) => label);
    const added = labels.flatMap(({ lines }) => lines.flatMap(({ options }) => options.flatMap(capabilitiesOf)));
    const more = added.length > 0 ? `; capabilities added: ${listed([...new Set(added)].map(shown))}` : '';
    const message =
      names.length === 0
        ? 'no label says how to run it'
        : `the labels that say how to run it ask for no privilege (${listed(names.map(shown))})${more}`;
    const passed: Finding = { outcome: 'pass', message, evidence: [] };
    return [passed];
  },
};

/** Devices that programs of users open anyway: FUSE, graphics, sound, tunnels; and those that a vendor's plugin hands out. */
const harmlessDevice =
  /^(?:\/dev\/(?:dri(?:\/[^:]*)?|fuse|net\/tun|null|zero|full|random|urandom|snd(?:\/[^:]*)?)|[\w.-]+\.[a-z]+\/[^:=]+=[^:]+)(?::|$)/;

function wordsOf(option: RunOption): readonly string[] {
  const { name, value } = option;
  const paths = hostPathsOf(option).filter((path) => opensHost(path) && !isEngineSocket(path));
  if (paths.length > 0) return paths.map((path) => `the host’s ${shown(path)}`);
  switch (name) {
    case 'privileged':
      return isOff(value) ? [] : ['--privileged'];
    case 'cap-add':
      return capabilitiesOf(option)
        .filter(isHostCapability)
        .map((one) => `the capability ${one}`);
    case 'device':
      return harmlessDevice.test(value) ? [] : [`the device ${shown(value)}`];
    case 'security-opt':
      return walls(value);
    default: {
      const namespace = hostNamespaceOf(option);
      return namespace === undefined ? [] : [`the host’s ${namespace} namespace`];
    }
  }
}

function capabilitiesOf({ name, value }: RunOption): readonly string[] {
  return name === 'cap-add' ? value.split(',').map(capabilityName) : [];
}

/** AppArmor, and the masks over /proc and /sys; SELinux and seccomp are questions of their own. */
function walls(value: string): readonly string[] {
  const [word, rest] = splitOption(value);
  if (word === 'apparmor' && rest === 'unconfined') return ['no AppArmor profile'];
  if (word === 'systempaths' && rest === 'unconfined') return ['/proc and /sys without masks'];
  if (word === 'unmask' && /^all$/i.test(rest)) return ['/proc and /sys without masks'];
  return [];
}
