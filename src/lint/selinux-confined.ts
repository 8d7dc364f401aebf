import { isUnconfinedType } from '../containers/selinux-context.js';
import type { Container } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const selinuxConfined: LintRule = {
  id: 'selinux-confined',
  asks: 'Does SELinux keep it apart from the host?',
  reason:
    'SELinux is the wall that still stands when a process has left its namespaces; with label:disable or an unconfined type there is none.',
  remedy: 'Leave the label to the engine; for a volume use :Z or a type of its own, made with udica.',
  guide: '6',
  containers(containers) {
    return containers.flatMap(judge);
  },
  daemon({ selinux }) {
    return selinux?.on === false
      ? [
          {
            offset: selinux.offset,
            severity: 'warning',
            message: 'dockerd labels no container: SELinux keeps none apart',
          },
        ]
      : [];
  },
  unit({ commands }) {
    return commands
      .flat()
      .filter(({ text }) => text === '--selinux-enabled=false')
      .map(({ offset }) => ({
        offset,
        severity: 'warning',
        message: 'dockerd labels no container: SELinux keeps none apart',
      }));
  },
};

function judge({ name, selinuxDisabled, selinuxType }: Container): RuleFinding[] {
  if (selinuxDisabled !== undefined)
    return [{ offset: selinuxDisabled, severity: 'error', message: `${name} is not separated by SELinux` }];
  if (selinuxType && isUnconfinedType(selinuxType.text))
    return [
      {
        offset: selinuxType.offset,
        severity: 'error',
        message: `${name} runs as ${selinuxType.text}, which SELinux does not confine`,
      },
    ];
  return [];
}
