import type { Container } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const seccompProfile: LintRule = {
  id: 'seccomp-profile',
  asks: 'Does seccomp keep it from calls of the kernel that it does not need?',
  reason:
    'The default profile of the engines blocks what many escapes began with (userfaultfd, bpf, kexec_load); Kubernetes does not apply it unless asked.',
  remedy: 'Set seccompProfile: {type: RuntimeDefault}; with Docker leave the option out, or name a profile.',
  guide: '8.2',
  containers(containers) {
    return containers.flatMap(judge);
  },
  daemon({ seccompProfile: found }) {
    return found?.text === 'unconfined'
      ? [{ offset: found.offset, severity: 'error', message: 'dockerd runs every container without seccomp' }]
      : [];
  },
};

function judge({ origin, name, offset, seccomp, privileged }: Container): RuleFinding[] {
  if (seccomp?.text.toLowerCase() === 'unconfined')
    return [{ offset: seccomp.offset, severity: 'error', message: `${name} runs without seccomp` }];
  // Without a word Docker, Podman and Compose apply their default.
  if (seccomp || origin !== 'kubernetes' || privileged?.on) return [];
  return [{ offset, severity: 'warning', message: `${name} names no seccomp profile: Kubernetes then applies none` }];
}
