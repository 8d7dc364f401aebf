import type { LintRule } from './rule.js';

export const hostNamespaces: LintRule = {
  id: 'host-namespaces',
  asks: 'Has it namespaces of its own?',
  reason:
    'In the host’s network a container reaches what listens on its loopback, in its PID namespace it sees and signals all that runs.',
  remedy: 'Leave the option out; publish the ports that are needed.',
  guide: '7.3',
  dockerfile({ instructions }) {
    return instructions
      .filter(({ keyword }) => keyword === 'RUN')
      .flatMap(({ flags }) => flags)
      .filter(({ name, value }) => name === 'network' && value === 'host')
      .map(({ offset }) => ({
        offset,
        severity: 'warning',
        message: 'a RUN is in the host’s network while the image is built',
      }));
  },
  containers(containers) {
    return containers.flatMap(({ hostNamespaces: found }) =>
      found.map(({ text, offset }) => ({
        offset,
        severity: 'error',
        message: `the host’s ${text} namespace is shared`,
      })),
    );
  },
};
