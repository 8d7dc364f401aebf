import type { Container } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const privilegeEscalation: LintRule = {
  id: 'privilege-escalation',
  asks: 'Are setuid programs kept from giving more privileges?',
  reason:
    'With no-new-privileges a setuid program in the image, or a file capability, gives nothing to whoever runs it.',
  remedy: 'Set allowPrivilegeEscalation: false; in Compose security_opt: [no-new-privileges:true].',
  guide: '7.4',
  containers(containers) {
    return containers.flatMap(judge);
  },
};

function judge({ origin, name, offset, escalation, privileged }: Container): RuleFinding[] {
  if (origin === 'label' || privileged?.on || escalation?.on === false) return [];
  if (escalation)
    return [{ offset: escalation.offset, severity: 'warning', message: `${name} lets processes gain privileges` }];
  return [
    {
      offset,
      severity: origin === 'kubernetes' ? 'warning' : 'note',
      message: `${name} does not keep processes from gaining privileges`,
    },
  ];
}
