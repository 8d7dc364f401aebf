/** Text as it stands in a file. */
export interface Text {
  readonly text: string;
  readonly offset: number;
}

export interface Switch {
  readonly on: boolean;
  readonly offset: number;
}

export interface Variable {
  readonly name: string;
  /** Undefined where the file gives no literal value: taken from elsewhere, or passed through. */
  readonly value: string | undefined;
  readonly offset: number;
}

export type ContainerOrigin = 'kubernetes' | 'compose' | 'label';

/** How a container is to be run, in words that hold for a pod, a Compose service and a run line alike. */
export interface Container {
  readonly origin: ContainerOrigin;
  /** For people: `container web of Deployment shop`. */
  readonly name: string;
  /** What shares one kernel view by design: a pod, a service. */
  readonly group: string;
  /** Where what is missing is reported. */
  readonly offset: number;
  /** Undefined where it is built beside, or known only when it runs. */
  readonly image?: Text;
  readonly privileged?: Switch;
  /** Whether a process may gain more privileges than its parent. */
  readonly escalation?: Switch;
  readonly added: readonly Text[];
  readonly dropped: readonly Text[];
  readonly nonRoot?: Switch;
  /** User name or number, without the group. */
  readonly user?: Text;
  readonly readOnlyRoot?: Switch;
  /** `unconfined`, `default`, or the path of a profile. */
  readonly seccomp?: Text;
  readonly selinuxType?: Text;
  readonly selinuxLevel?: Text;
  /** Where separation by SELinux is turned off. */
  readonly selinuxDisabled?: number;
  /** Paths of the host that it sees. */
  readonly hostPaths: readonly Text[];
  /** `network`, `PID`, `IPC`, `user`, `UTS`, `cgroup`: those of the host. */
  readonly hostNamespaces: readonly Text[];
  readonly variables: readonly Variable[];
  /** Entry point and arguments, where the file says them. */
  readonly command: readonly Text[];
}

/** `NAME=value`; a name alone is passed through. */
export function splitVariable({ text, offset }: Text): Variable {
  const equals = text.indexOf('=');
  return equals < 0
    ? { name: text, value: undefined, offset }
    : { name: text.slice(0, equals), value: text.slice(equals + 1), offset };
}
