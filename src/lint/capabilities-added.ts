import { capabilityName, isHostCapability } from '../containers/capability-name.js';
import type { Severity } from './finding.js';
import type { LintRule } from './rule.js';

export const capabilitiesAdded: LintRule = {
  id: 'capabilities-added',
  asks: 'Is no capability added that opens the host?',
  reason:
    'Some capabilities are root by another name: SYS_ADMIN mounts, SYS_MODULE loads into the kernel, SYS_PTRACE reads other processes.',
  remedy: 'Leave it out, or say which call needs it and find the narrower capability.',
  guide: '8.1',
  containers(containers) {
    return containers.flatMap(({ name, added }) =>
      added.flatMap(({ text, offset }) => {
        const capability = capabilityName(text);
        const severity = severityOf(capability);
        return severity ? [{ offset, severity, message: `${name} is given ${capability}${whys[severity]}` }] : [];
      }),
    );
  },
};

const whys: Readonly<Record<Severity, string>> = {
  error: ', which is as good as root on the host',
  warning: ', which no engine gives by itself',
  note: ', which most programs never need',
};

/** What Docker gives without being asked (containers-common gives fewer). */
const usual = new Set(
  'CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID NET_BIND_SERVICE NET_RAW SYS_CHROOT'.split(' '),
);

/** The four that are given by default and that most containers can do without. */
export const seldomNeeded: readonly string[] = ['AUDIT_WRITE', 'MKNOD', 'SETFCAP', 'SETPCAP'];

function severityOf(capability: string): Severity | undefined {
  if (isHostCapability(capability)) return 'error';
  if (seldomNeeded.includes(capability)) return 'note';
  return usual.has(capability) ? undefined : 'warning';
}
