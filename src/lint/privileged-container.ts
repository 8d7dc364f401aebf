import type { LintRule } from './rule.js';

export const privilegedContainer: LintRule = {
  id: 'privileged-container',
  asks: 'Does every container keep the walls around it?',
  reason:
    'A privileged container has all capabilities, all devices, no seccomp and no SELinux: it is the host under another name.',
  remedy: 'Leave privileged out and add the one capability or device that is needed.',
  guide: '7.3',
  dockerfile({ instructions }) {
    return instructions
      .filter(({ keyword }) => keyword === 'RUN')
      .flatMap(({ flags }) => flags)
      .filter(({ name, value }) => name === 'security' && value === 'insecure')
      .map(({ offset }) => ({ offset, severity: 'error', message: 'a RUN is privileged while the image is built' }));
  },
  containers(containers) {
    return containers.flatMap(({ name, privileged }) =>
      privileged?.on ? [{ offset: privileged.offset, severity: 'error', message: `${name} is privileged` }] : [],
    );
  },
};
