import type { LintRule } from './rule.js';

export const readOnlyRoot: LintRule = {
  id: 'read-only-root',
  asks: 'Is the root file system read-only?',
  reason:
    'What cannot be written cannot be changed by whoever breaks in, and state that matters is then in volumes, where it belongs.',
  remedy: 'Set readOnlyRootFilesystem: true (Compose read_only: true), with volumes or tmpfs where it must write.',
  guide: '3.5',
  containers(containers) {
    return containers.flatMap(({ origin, name, offset, readOnlyRoot: found }) =>
      origin === 'label' || found?.on
        ? []
        : [{ offset: found?.offset ?? offset, severity: 'note', message: `${name} can write to its root file system` }],
    );
  },
};
