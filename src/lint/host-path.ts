import { isEngineSocket } from './engine-socket.js';
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

/** Folders that open the host, with all below them. */
const opening = /^(?:\/|\/(?:etc|root|proc|sys|dev|boot|home|usr|bin|sbin|lib|lib64|run|var)|\/var\/(?:run|lib))$/;
const within =
  /^\/(?:etc\/(?:shadow|passwd|sudoers|ssh|kubernetes|cni|systemd|cron)|root\/|proc\/|boot\/|sys\/(?!fs\/cgroup$)|var\/lib\/(?:docker|kubelet|containerd|containers|etcd|rancher)|usr\/(?:s?bin|lib)(?:\/|$)|dev\/(?:mem|kmem|sd|nvme|vd|mapper))/;
/** Harmless and usual: the clock’s zone. */
const usual = /^\/(?:etc\/(?:localtime|timezone)|usr\/share\/zoneinfo(?:\/.*)?|dev\/(?:shm|null|dri|fuse|net\/tun))$/;

function judge({ text, offset }: Text, origin: Container['origin']): RuleFinding[] {
  const path = normal(text);
  if (isEngineSocket(path) || usual.test(path)) return [];
  if (opening.test(path) || within.test(path))
    return [{ offset, severity: 'error', message: `the host’s ${path} is mounted` }];
  // A folder of the project is what Compose is for; in a cluster it ties the pod to one machine’s disk.
  return origin === 'kubernetes' ? [{ offset, severity: 'warning', message: `the host’s ${path} is mounted` }] : [];
}

/** Without doubled slashes, `.` and `..`. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
