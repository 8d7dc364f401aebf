import { readDaemonLines } from '../containers/daemon-line.js';
import { enginePortsIn, isTcp } from '../containers/engine-address.js';
import { isEngineSocket } from '../containers/engine-socket.js';
import { hostPathsOf } from '../containers/host-path.js';
import type { Examination } from '../examination/examination.js';
import { configEvidence, fileEvidence, type Check, type Finding } from './check.js';
import { fewFindings } from './few-findings.js';
import { shown } from './finding-words.js';
import { judgeRunLabels, unreadRunLabels } from './run-labels.js';

export const dockerSocket: Check = {
  id: 'docker-socket',
  asks: 'Does the image stay away from the socket of a container engine?',
  reason:
    'Whoever reaches the socket of an engine, by a mount or over TCP without a certificate, starts privileged containers: that is root on the host.',
  remedy:
    'Leave the socket out of the container; where an engine must be reached, use SSH, or TLS that asks clients for a certificate (tlsverify).',
  guide: '7.6',
  mendedByRebuild: false,
  evaluate(examination) {
    if (!examination.content) {
      return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    }
    const [first, ...rest] = [
      ...fewFindings(ports(examination), 'ports of an engine'),
      ...fewFindings(variables(examination), 'variables that lead to an engine'),
      ...command(examination),
      ...judgeRunLabels(examination, dockerSocket.remedy, (option) =>
        hostPathsOf(option)
          .filter(isEngineSocket)
          .map((path) => `the host’s ${shown(path)}`),
      ),
      ...fewFindings(volumes(examination), 'volumes that are sockets of an engine'),
      ...settings(examination),
      ...unreadRunLabels(examination),
    ];
    if (first) return [first, ...rest];
    return [{ outcome: 'pass', message: 'nothing in it opens or asks for the socket of an engine', evidence: [] }];
  },
};

function failing(message: string, evidence: Finding['evidence']): Finding {
  return { outcome: 'fail', message, evidence, remedy: dockerSocket.remedy };
}

function ports(examination: Examination): Finding[] {
  return examination.image.config.run.exposedPorts.flatMap((text) =>
    enginePortsIn(text).map(({ port, tls }) =>
      failing(`it exposes the port of an engine ${tls ? 'with' : 'without'} TLS (${port})`, [
        configEvidence(examination, `config.ExposedPorts.${shown(text)}`),
      ]),
    ),
  );
}

/** The value may hold a password: only its scheme is shown. */
function variables(examination: Examination): Finding[] {
  const { env } = examination.image.config.run;
  const verified = env.some((one) => /^DOCKER_TLS_VERIFY=./.test(one));
  return env.flatMap((one, i) => {
    const [, name, value = ''] = /^(DOCKER_HOST|CONTAINER_HOST)=(.*)$/s.exec(one) ?? [];
    if (name === undefined) return [];
    const evidence = [configEvidence(examination, `config.Env[${i}]`)];
    if (/^unix:/i.test(value) || value.startsWith('/')) {
      return [failing(`${name} has it use an engine’s Unix socket, which must be mounted for that`, evidence)];
    }
    if (!isTcp(value) || (name === 'DOCKER_HOST' && verified)) return [];
    return [failing(`${name} has it reach an engine over TCP without TLS`, evidence)];
  });
}

function command(examination: Examination): Finding[] {
  const { entrypoint, cmd } = examination.image.config.run;
  const lines = readDaemonLines([...entrypoint, ...cmd].map((text) => ({ text, offset: 0 })));
  if (!lines.some(({ tcp, verified }) => tcp.length > 0 && !verified)) return [];
  const evidence = [
    ...(entrypoint.length > 0 ? [configEvidence(examination, 'config.Entrypoint')] : []),
    ...(cmd.length > 0 ? [configEvidence(examination, 'config.Cmd')] : []),
  ];
  return [failing('it starts an engine that listens on TCP without asking clients for a certificate', evidence)];
}

function volumes(examination: Examination): Finding[] {
  return examination.image.config.run.volumes
    .filter(isEngineSocket)
    .map((path) =>
      failing(`it declares ${shown(path)} a volume`, [configEvidence(examination, `config.Volumes.${shown(path)}`)]),
    );
}

function settings(examination: Examination): Finding[] {
  return (examination.content?.daemons ?? []).flatMap(({ fact, layer }): Finding[] => {
    const evidence = [fileEvidence(examination, layer, fact.path)];
    if (fact.problem !== undefined) {
      return [{ outcome: 'unknown', message: `/${fact.path} cannot be read: ${fact.problem}`, evidence }];
    }
    if (fact.tcp === 0 || fact.verified) return [];
    return [failing(`/${fact.path} has dockerd listen on TCP without asking clients for a certificate`, evidence)];
  });
}
