import type { Container, Text } from './container.js';
import { itemsAt, keyOffset, switchAt, textAt, textsAt, valueAt, type YamlNode } from './yaml-node.js';

interface Pod {
  /** `Deployment shop`. */
  readonly name: string;
  readonly metadata: YamlNode | undefined;
  readonly spec: YamlNode;
  /** Paths of the host, by the name of the volume. */
  readonly volumes: ReadonlyMap<string, Text>;
}

/** Whether a document says that it is an object of Kubernetes. */
export function isKubernetes(document: YamlNode): boolean {
  return textAt(document, 'apiVersion') !== undefined && textAt(document, 'kind') !== undefined;
}

/**
 * The containers of all workloads in a file: Pod, PodTemplate, CronJob, whatever holds a pod under `spec.template`
 * (Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, and the like of others), and lists of them.
 */
export function kubernetesContainers(documents: readonly YamlNode[]): Container[] {
  return documents.flatMap(podsOf).flatMap(containersOf);
}

function podsOf(document: YamlNode): Pod[] {
  const kind = textAt(document, 'kind')?.text ?? '';
  if (!isKubernetes(document)) return [];
  if (kind.endsWith('List')) return itemsAt(document, 'items').flatMap(podsOf);
  const path =
    kind === 'Pod'
      ? []
      : kind === 'PodTemplate'
        ? ['template']
        : kind === 'CronJob'
          ? ['spec', 'jobTemplate', 'spec', 'template']
          : ['spec', 'template'];
  const pod = valueAt(document, ...path);
  const spec = valueAt(pod, 'spec');
  // Containers that are a map belong to a kind of object with other rules.
  if (!spec || valueAt(spec, 'containers')?.type !== 'list') return [];
  const name = textAt(document, 'metadata', 'name')?.text ?? textAt(document, 'metadata', 'generateName')?.text;
  const called = name === undefined ? kind : `${kind} ${name}`;
  return [{ name: called, metadata: valueAt(pod, 'metadata'), spec, volumes: hostVolumesOf(spec) }];
}

const lists = [
  ['initContainers', 'init container'],
  ['containers', 'container'],
  ['ephemeralContainers', 'ephemeral container'],
] as const;

function containersOf(pod: Pod): Container[] {
  // The security fields below are those of Linux; Windows refuses them.
  if (textAt(pod.spec, 'os', 'name')?.text === 'windows') return [];
  return lists.flatMap(([key, word]) =>
    itemsAt(pod.spec, key)
      .filter((node) => node.type === 'map')
      .map((node) => containerOf(node, word, pod)),
  );
}

function containerOf(node: YamlNode, word: string, pod: Pod): Container {
  const own = textAt(node, 'name')?.text;
  const security = valueAt(node, 'securityContext');
  const shared = valueAt(pod.spec, 'securityContext');
  const image = textAt(node, 'image');
  const privileged = switchAt(security, 'privileged');
  const escalation = switchAt(security, 'allowPrivilegeEscalation');
  const nonRoot = switchAt(security, 'runAsNonRoot') ?? switchAt(shared, 'runAsNonRoot');
  const user = textAt(security, 'runAsUser') ?? textAt(shared, 'runAsUser');
  const readOnlyRoot = switchAt(security, 'readOnlyRootFilesystem');
  const seccomp = seccompOf(security) ?? seccompOf(shared) ?? annotated(pod, own ?? '');
  const selinuxType = textAt(security, 'seLinuxOptions', 'type') ?? textAt(shared, 'seLinuxOptions', 'type');
  const selinuxLevel = textAt(security, 'seLinuxOptions', 'level') ?? textAt(shared, 'seLinuxOptions', 'level');
  return {
    origin: 'kubernetes',
    name: `${own === undefined ? word : `${word} ${own}`} of ${pod.name}`,
    group: pod.name,
    offset: node.offset,
    ...(image ? { image } : {}),
    ...(privileged ? { privileged } : {}),
    ...(escalation ? { escalation } : {}),
    added: textsAt(security, 'capabilities', 'add'),
    dropped: textsAt(security, 'capabilities', 'drop'),
    ...(nonRoot ? { nonRoot } : {}),
    ...(user ? { user } : {}),
    ...(readOnlyRoot ? { readOnlyRoot } : {}),
    ...(seccomp ? { seccomp } : {}),
    ...(selinuxType ? { selinuxType } : {}),
    ...(selinuxLevel ? { selinuxLevel } : {}),
    hostPaths: hostPathsOf(node, pod),
    hostNamespaces: namespacesOf(pod.spec),
    variables: itemsAt(node, 'env').flatMap((item) => {
      const name = textAt(item, 'name');
      return name
        ? [{ name: name.text, value: textAt(item, 'value')?.text, offset: keyOffset(item, 'name') ?? item.offset }]
        : [];
    }),
    command: [...textsAt(node, 'command'), ...textsAt(node, 'args')],
  };
}

function seccompOf(security: YamlNode | undefined): Text | undefined {
  const type = textAt(security, 'seccompProfile', 'type');
  if (!type) return undefined;
  const words: Readonly<Record<string, string>> = { Unconfined: 'unconfined', RuntimeDefault: 'default' };
  return {
    text: words[type.text] ?? textAt(security, 'seccompProfile', 'localhostProfile')?.text ?? type.text,
    offset: type.offset,
  };
}

/** As it was said before Kubernetes 1.19. */
function annotated(pod: Pod, container: string): Text | undefined {
  const found =
    textAt(pod.metadata, 'annotations', `container.seccomp.security.alpha.kubernetes.io/${container}`) ??
    textAt(pod.metadata, 'annotations', 'seccomp.security.alpha.kubernetes.io/pod');
  return found && { text: found.text.replace(/^(?:runtime|docker)\/default$/, 'default'), offset: found.offset };
}

/** Only the volumes that the container mounts. */
function hostPathsOf(node: YamlNode, pod: Pod): Text[] {
  return itemsAt(node, 'volumeMounts').flatMap((item) => pod.volumes.get(textAt(item, 'name')?.text ?? '') ?? []);
}

function hostVolumesOf(spec: YamlNode): ReadonlyMap<string, Text> {
  return new Map(
    itemsAt(spec, 'volumes').flatMap((volume): [string, Text][] => {
      const path = textAt(volume, 'hostPath', 'path');
      const name = textAt(volume, 'name');
      return path && name ? [[name.text, path]] : [];
    }),
  );
}

function namespacesOf(spec: YamlNode): Text[] {
  const names: [string, string][] = [
    ['hostNetwork', 'network'],
    ['hostPID', 'PID'],
    ['hostIPC', 'IPC'],
  ];
  return names.flatMap(([key, text]) => {
    const found = switchAt(spec, key);
    return found?.on ? [{ text, offset: found.offset }] : [];
  });
}
