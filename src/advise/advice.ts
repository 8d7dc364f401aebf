export type Engine = 'docker' | 'podman' | 'kubernetes';

export const engines: readonly Engine[] = ['docker', 'podman', 'kubernetes'];

/** What is set on a container, under one name whatever each engine calls it. */
export type Setting =
  | 'user'
  | 'cap-drop'
  | 'cap-add'
  | 'no-new-privileges'
  | 'read-only'
  | 'tmpfs'
  | 'volume'
  | 'sysctl'
  | 'seccomp'
  | 'selinux-type'
  | 'systemd'
  | 'service-account-token';

/** `from config`: the image's config says so. `from packages`: what is installed, or lies in the layers. `guess`: usual, not shown. */
export type Confidence = 'from config' | 'from packages' | 'guess';

export type AdviceEvidence =
  | { readonly type: 'config'; readonly field: string; readonly value?: string }
  /** `layer` is its index, bottom 0; `package` its owner. */
  | { readonly type: 'file'; readonly path: string; readonly layer: number; readonly package?: string }
  /** `package` is name-[epoch:]version-release.arch. */
  | { readonly type: 'package'; readonly package: string; readonly layer: number };

/** One line of advice: a setting that the image seems able to bear, or seems to need. */
export interface Advice {
  readonly setting: Setting;
  /** A capability, a path, `name=value`, `uid[:gid]`; `true` and `false` for switches. */
  readonly value: string;
  /** Those that are told it; for the others the reason says why not. */
  readonly engines: readonly Engine[];
  readonly reason: string;
  readonly evidence: readonly AdviceEvidence[];
  readonly confidence: Confidence;
}

/** A capability that is not given back though something may ask for it. */
export interface Withheld {
  readonly capability: string;
  readonly reason: string;
  readonly evidence: readonly AdviceEvidence[];
}

/** The tightest way to run an image that its content seems able to bear, and how far that can be told. */
export interface Hardening {
  readonly advice: readonly Advice[];
  readonly withheld: readonly Withheld[];
  /** What no image tells. */
  readonly unknown: readonly string[];
  /** What is the operator's to choose. */
  readonly left: readonly string[];
}
