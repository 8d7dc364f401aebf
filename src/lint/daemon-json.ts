import type { Switch, Text } from './container.js';
import { switchAt, textAt, textsAt, valueAt, type YamlNode } from './yaml-node.js';

/** What the rules ask of dockerd's daemon.json. */
export interface DaemonSettings {
  readonly hosts: readonly Text[];
  readonly tlsVerify: boolean;
  readonly insecureRegistries: readonly Text[];
  readonly seccompProfile?: Text;
  readonly selinux?: Switch;
}

const telling = [
  'hosts',
  'tlsverify',
  'insecure-registries',
  'registry-mirrors',
  'storage-driver',
  'log-driver',
  'live-restore',
  'data-root',
  'exec-opts',
  'userns-remap',
  'selinux-enabled',
  'seccomp-profile',
  'no-new-privileges',
  'icc',
  'default-ulimits',
  'bip',
  'dns',
];

/** Whether a map has keys that only daemon.json has. */
export function isDaemonJson(document: YamlNode): boolean {
  return document.type === 'map' && telling.some((key) => document.entries.has(key));
}

/** Reads dockerd's settings; keys that no rule asks for are left out. */
export function readDaemonJson(document: YamlNode): DaemonSettings {
  const seccompProfile = textAt(document, 'seccomp-profile');
  const selinux = switchAt(document, 'selinux-enabled');
  const hosts = valueAt(document, 'hosts')?.type === 'list' ? textsAt(document, 'hosts') : [textAt(document, 'hosts')];
  return {
    hosts: hosts.filter((host) => host !== undefined),
    tlsVerify: switchAt(document, 'tlsverify')?.on === true,
    insecureRegistries: textsAt(document, 'insecure-registries'),
    ...(seccompProfile ? { seccompProfile } : {}),
    ...(selinux ? { selinux } : {}),
  };
}
