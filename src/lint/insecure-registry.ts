import { readDaemonLines } from '../containers/daemon-line.js';
import type { Text } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const insecureRegistry: LintRule = {
  id: 'insecure-registry',
  asks: 'Does the engine check the certificate of every registry?',
  reason:
    'For an insecure registry dockerd takes any certificate, and plain HTTP: whoever is on the way can give it another image.',
  remedy: 'Give the registry a certificate, and its CA to the engine (/etc/docker/certs.d/HOST/ca.crt).',
  guide: '3.4',
  daemon({ insecureRegistries }) {
    return insecureRegistries.flatMap(judge);
  },
  unit({ commands }) {
    return commands
      .flatMap(readDaemonLines)
      .flatMap(({ insecureRegistries }) => insecureRegistries)
      .flatMap(judge);
  },
};

function judge({ text, offset }: Text): RuleFinding[] {
  return [{ offset, severity: 'error', message: `the engine does not check who ${text} is` }];
}
