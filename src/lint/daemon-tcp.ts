import { readDaemonLines, type DaemonLine } from '../containers/daemon-line.js';
import { enginePortsIn, isTcp } from '../containers/engine-address.js';
import type { Variable } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const daemonTcp: LintRule = {
  id: 'daemon-tcp',
  asks: 'Does the engine listen on TCP only for clients with a certificate?',
  reason:
    'Whoever reaches the port of an engine without TLS is root on its host; loopback is reached by every local user and by containers in the host’s network.',
  remedy:
    'Listen on the Unix socket alone; else set tlsverify with a CA, or reach the engine over SSH (DOCKER_HOST=ssh://...).',
  guide: '7.6',
  dockerfile({ instructions }) {
    return instructions.flatMap(({ keyword, words, properties }) => {
      if (keyword === 'ENV') return clients(properties);
      if (keyword !== 'EXPOSE') return [];
      return words
        .filter(({ text }) => enginePortsIn(text).some(({ tls }) => !tls))
        .map(({ offset }) => ({
          offset,
          severity: 'warning',
          message: 'the port of an engine without TLS is exposed',
        }));
    });
  },
  containers(containers) {
    return containers.flatMap(({ variables, command }) => [
      ...clients(variables),
      ...readDaemonLines(command).flatMap(judge),
    ]);
  },
  daemon({ hosts, tlsVerify }) {
    return judge({ tcp: hosts.filter(({ text }) => isTcp(text)), verified: tlsVerify });
  },
  unit({ commands, variables, listens }) {
    const lines = commands.flatMap(readDaemonLines);
    const verified = lines.some((line) => line.verified);
    const given = variables.filter(
      ({ name, value = '' }) =>
        name !== 'DOCKER_HOST' && /(?:-H|--host)[= ]?tcp:/.test(value) && !/--tlsverify\b/.test(value),
    );
    return [
      ...lines.flatMap(judge),
      ...(verified ? [] : given.map(({ offset }) => finding(offset, 'through its options'))),
      ...clients(variables),
      ...listens
        .filter(({ text }) => /(?:^|:)2375$/.test(text))
        .map(({ text, offset }) => finding(offset, `on ${text}`)),
    ];
  },
};

function finding(offset: number, where: string): RuleFinding {
  return { offset, severity: 'error', message: `the engine listens ${where} without asking clients for a certificate` };
}

function judge({ tcp, verified }: Pick<DaemonLine, 'tcp' | 'verified'>): RuleFinding[] {
  return verified ? [] : tcp.map(({ text, offset }) => finding(offset, `on ${text}`));
}

/** DOCKER_HOST over TCP, unless DOCKER_TLS_VERIFY stands beside it. */
function clients(variables: readonly Variable[]): RuleFinding[] {
  const verified = variables.some(({ name, value }) => name === 'DOCKER_TLS_VERIFY' && value !== '');
  return variables
    .filter(({ name, value = '' }) => name === 'DOCKER_HOST' && isTcp(value.replace(/^["']/, '')) && !verified)
    .map(({ offset }) => ({
      offset,
      severity: 'warning',
      message: 'DOCKER_HOST reaches an engine over TCP without TLS',
    }));
}
