import { Document, isNode, isPair, isSeq, type Node } from 'yaml';
import { escapeText } from '../core/escape.js';
import { adviceFor, volumeNames } from './harden-run.js';
import type { HardenReport, ReportedAdvice } from './harden-report.js';
import { wrap } from './style.js';

type Fields = Readonly<Record<string, unknown>>;

/** A pod with the advice in it and nothing that the image does not speak of; plain data. */
export function hardenedPod(report: HardenReport): Fields {
  const { image } = report;
  const advice = adviceFor(report, 'kubernetes');
  const mounts = mountsOf(advice);
  const names = volumeNames(mounts.map(({ value }) => value));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: image.name },
    spec: {
      automountServiceAccountToken: first(advice, 'service-account-token') === 'true',
      securityContext: podContext(advice),
      containers: [
        {
          name: image.name,
          image: image.pinned ?? 'IMAGE',
          securityContext: containerContext(advice),
          ...(mounts.length === 0
            ? {}
            : { volumeMounts: mounts.map(({ value }) => ({ name: names.get(value), mountPath: value })) }),
        },
      ],
      ...(mounts.length === 0
        ? {}
        : {
            volumes: mounts.map(({ value, setting }) => ({
              name: names.get(value),
              emptyDir: setting === 'tmpfs' && isSmall(value) ? { medium: 'Memory' } : {},
            })),
          }),
    },
  };
}

/** Caches and logs may outgrow the memory of a pod; sockets and process ids do not. */
function isSmall(path: string): boolean {
  return /^\/(?:tmp|run)(?:\/|$)/.test(path);
}

function podContext(advice: readonly ReportedAdvice[]): Fields {
  const user = first(advice, 'user');
  const [uid, gid] = user?.split(':').map(Number) ?? [];
  const type = first(advice, 'selinux-type');
  const seccomp = first(advice, 'seccomp');
  const sysctls = all(advice, 'sysctl').map(({ value }) => {
    const equals = value.indexOf('=');
    return { name: value.slice(0, equals), value: value.slice(equals + 1) };
  });
  return {
    // Where root is what the image needs, saying its number would only keep another image's user from counting.
    ...(uid === undefined || uid === 0 ? {} : { runAsNonRoot: true, runAsUser: uid }),
    ...(gid === undefined || uid === 0 ? {} : { runAsGroup: gid }),
    ...(seccomp === undefined ? {} : { seccompProfile: { type: seccomp } }),
    ...(type === undefined ? {} : { seLinuxOptions: { type } }),
    ...(sysctls.length === 0 ? {} : { sysctls }),
  };
}

function containerContext(advice: readonly ReportedAdvice[]): Fields {
  const add = all(advice, 'cap-add').map(({ value }) => value);
  return {
    privileged: false,
    allowPrivilegeEscalation: first(advice, 'no-new-privileges') !== 'true',
    readOnlyRootFilesystem: first(advice, 'read-only') === 'true',
    capabilities: { drop: all(advice, 'cap-drop').map(({ value }) => value), ...(add.length === 0 ? {} : { add }) },
  };
}

function mountsOf(advice: readonly ReportedAdvice[]): readonly ReportedAdvice[] {
  return advice.filter(({ setting }) => setting === 'volume' || setting === 'tmpfs');
}

function all(advice: readonly ReportedAdvice[], setting: ReportedAdvice['setting']): readonly ReportedAdvice[] {
  return advice.filter((one) => one.setting === setting);
}

function first(advice: readonly ReportedAdvice[], setting: ReportedAdvice['setting']): string | undefined {
  return advice.find((one) => one.setting === setting)?.value;
}

const commentWidth = 100;

/** The pod as YAML, the reasons as comments above what they are for. */
export function renderKubernetes(report: HardenReport): string {
  const advice = adviceFor(report, 'kubernetes');
  const document = new Document(hardenedPod(report));
  const container = ['spec', 'containers', 0];
  const above = (path: readonly (string | number)[], text: string | undefined): void => {
    if (text === undefined) return;
    const holder: unknown = document.getIn(path.slice(0, -1), true);
    const last = path.at(-1);
    const node: unknown = isSeq(holder)
      ? holder.items[Number(last)]
      : isNode(holder) && 'items' in holder
        ? holder.items.find((pair) => isPair(pair) && isNode(pair.key) && String(pair.key) === last)
        : undefined;
    const target: unknown = isPair(node) ? node.key : node;
    if (isNode(target)) comment(target, text);
  };
  const reasonOf = (setting: ReportedAdvice['setting']): string | undefined =>
    advice.find((one) => one.setting === setting)?.reason;
  above(['spec', 'automountServiceAccountToken'], reasonOf('service-account-token'));
  above(['spec', 'securityContext', 'runAsNonRoot'], reasonOf('user'));
  above(['spec', 'securityContext', 'seccompProfile'], reasonOf('seccomp'));
  above(['spec', 'securityContext', 'seLinuxOptions'], reasonOf('selinux-type'));
  above(['spec', 'securityContext', 'sysctls'], reasonOf('sysctl'));
  const context = [...container, 'securityContext'];
  above([...context, 'allowPrivilegeEscalation'], reasonOf('no-new-privileges'));
  above([...context, 'readOnlyRootFilesystem'], reasonOf('read-only'));
  for (const [i, one] of all(advice, 'cap-add').entries()) above([...context, 'capabilities', 'add', i], one.reason);
  for (const [i, one] of mountsOf(advice).entries()) {
    above(
      ['spec', 'volumes', i],
      one.setting === 'volume' ? `${one.reason} (a PersistentVolumeClaim, in the end)` : one.reason,
    );
  }
  document.commentBefore = heading(report)
    .map((line) => ` ${wrap(escapeText(line), commentWidth, ' ')}`)
    .join('\n');
  return document.toString({ lineWidth: 0 });
}

function comment(node: Node, text: string): void {
  node.commentBefore = ` ${wrap(escapeText(text), commentWidth, ' ')}`;
}

function heading({ image, unknown, left, complete }: HardenReport): readonly string[] {
  return [
    `${image.reference} (${image.platform}), as far as its content tells.`,
    ...(image.pinned === undefined ? ['IMAGE stands for it once a registry has it.'] : []),
    ...(complete ? [] : ['Not all of it was read: advice may be missing.']),
    ...unknown.map((one) => `Not known: ${one}.`),
    ...left.map((one) => `Left to you: ${one}.`),
  ];
}
