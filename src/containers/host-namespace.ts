import type { RunOption } from './run-option.js';

const namespaces: Readonly<Record<string, string>> = {
  cgroupns: 'cgroup',
  ipc: 'IPC',
  network: 'network',
  pid: 'PID',
  userns: 'user',
  uts: 'UTS',
};

/** The namespace that an option takes from the host: `network`, `PID`, `user`; undefined for any other. */
export function hostNamespaceOf({ name, value }: Pick<RunOption, 'name' | 'value'>): string | undefined {
  return value === 'host' && Object.hasOwn(namespaces, name) ? namespaces[name] : undefined;
}
