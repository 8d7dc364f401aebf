import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const selinuxLevelShared: LintRule = {
  id: 'selinux-level-shared',
  asks: 'Has every container an MCS level of its own?',
  reason:
    'Engines give each container two categories of its own; with the same ones in two, each may read what the other has.',
  remedy: 'Leave the level out, unless both are meant to share files.',
  guide: '6',
  containers(containers) {
    const first = new Map<string, string>();
    const findings: RuleFinding[] = [];
    for (const { group, selinuxLevel } of containers) {
      const level = selinuxLevel?.text.replace(/\s/g, '') ?? '';
      if (!selinuxLevel || !/:c\d/.test(level)) continue; // without categories nothing is kept apart by it
      const other = first.get(level);
      if (other === undefined) first.set(level, group);
      else if (other !== group)
        findings.push({
          offset: selinuxLevel.offset,
          severity: 'warning',
          message: `${group} has the level ${level} of ${other}: SELinux does not keep them apart`,
        });
    }
    return findings;
  },
};
