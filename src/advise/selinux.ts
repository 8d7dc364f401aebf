import { engines, type Advice } from './advice.js';
import type { AdviceSubject } from './subject.js';

/** container_t, or container_init_t for an init, which Podman must be told of so that it prepares /run and the control groups. */
export function adviseSelinuxType({ services }: AdviceSubject): readonly Advice[] {
  const init = services.found.find(({ service }) => service.init);
  const type = init ? 'container_init_t' : 'container_t';
  const advice: Advice = {
    setting: 'selinux-type',
    value: type,
    engines,
    reason: init
      ? 'the type for containers with an init: container_t and its own control groups'
      : 'the type that confines containers; said outright, so that no default takes its place',
    evidence: init?.evidence ?? [],
    confidence: init ? 'from config' : 'guess',
  };
  if (!init) return [advice];
  const reason =
    'Podman then mounts what systemd wants and stops it by its own signal; Docker and Kubernetes have no such switch';
  return [
    advice,
    {
      setting: 'systemd',
      value: 'always',
      engines: ['podman'],
      reason,
      evidence: init.evidence,
      confidence: 'from config',
    },
  ];
}
