import { isEngineSocket } from '../containers/engine-socket.js';
import { isUsualPath, opensHost, plainPath } from '../containers/host-path.js';
import type { Container, Text } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const hostPath: LintRule = {
  id: 'host-path',
  asks: 'Does it see nothing of the host’s own files?',
  reason:
    'Files of the host hold its keys, its accounts and its processes; a container that can write there has left its walls.',
  remedy: 'Use a volume of the engine or the cluster; mount one file read-only where there is no other way.',
  guide: '3.5',
  containers(containers) {
    return containers.flatMap(({ origin, hostPaths }) => hostPaths.flatMap((path) => judge(path, origin)));
  },
};

function judge({ text, offset }: Text, origin: Container['origin']): RuleFinding[] {
  const path = plainPath(text);
  if (isEngineSocket(path) || isUsualPath(path)) return [];
  if (opensHost(path)) return [{ offset, severity: 'error', message: `the host’s ${path} is mounted` }];
  // A folder of the project is what Compose is for; in a cluster it ties the pod to one machine’s disk.
  return origin === 'kubernetes' ? [{ offset, severity: 'warning', message: `the host’s ${path} is mounted` }] : [];
}
