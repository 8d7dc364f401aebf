import type { Text } from './container.js';
import { itemsAt, keyOffset, textAt, textsAt, valueAt, type YamlNode } from './yaml-node.js';

export interface SeccompEntry {
  readonly calls: readonly Text[];
  readonly action: string;
  /** Only for certain arguments. */
  readonly narrowed: boolean;
  /** Only for containers that hold one of these. */
  readonly capabilities: readonly string[];
}

/** A seccomp profile of the form that Docker, Podman and Kubernetes read. */
export interface SeccompProfile {
  readonly defaultAction: Text;
  readonly entries: readonly SeccompEntry[];
}

export function isSeccompProfile(document: YamlNode): boolean {
  return textAt(document, 'defaultAction') !== undefined && keyOffset(document, 'syscalls') !== undefined;
}

/** Reads a seccomp profile; `name` (one call) and `names` are the same. */
export function readSeccompProfile(document: YamlNode): SeccompProfile {
  return {
    defaultAction: textAt(document, 'defaultAction') ?? { text: '', offset: document.offset },
    entries: itemsAt(document, 'syscalls').map((item) => {
      const one = textAt(item, 'name');
      const condition = valueAt(item, 'args');
      return {
        calls: [...(one ? [one] : []), ...textsAt(item, 'names')],
        action: textAt(item, 'action')?.text ?? '',
        narrowed: condition?.type === 'list' && condition.items.length > 0,
        capabilities: textsAt(item, 'includes', 'caps').map(({ text }) => text),
      };
    }),
  };
}
