import { usualThresholds, type Thresholds } from '../checks/thresholds.js';
import type { RebuildWhen } from '../freshness/rebuild-when.js';
import type { RegistryReference } from '../oci/reference.js';
import type { Exception } from './exception.js';

/** What a check's failure does: moves the exit code, is only shown, or is not asked. */
export type Requirement = 'required' | 'advisory' | 'off';

export const profileNames = ['developer', 'nightly', 'promotion'] as const;
export type ProfileName = (typeof profileNames)[number];

/** An RPM repository to compare with, for images whose os-release fits; for all when nothing is said. */
export interface PolicyRepository {
  /** URL or folder. */
  readonly location: string;
  /** os-release ID. */
  readonly id?: string;
  /** The beginning of VERSION_ID, component by component: `9` fits `9.4`. */
  readonly version?: string;
}

/** Which checks bind; everything else that the policy file says. */
export interface Policy {
  /** Where it comes from, for reports: a path, or `built in`. */
  readonly from: string;
  readonly profile: ProfileName;
  readonly checks: ReadonlyMap<string, Requirement>;
  readonly bases: readonly RegistryReference[];
  /** Files and folders of keys; relative ones as seen from the policy file. */
  readonly rpmKeys: readonly string[];
  readonly repositories: readonly PolicyRepository[];
  /** What a rebuild is wanted for: what makes base-current fail. */
  readonly rebuildWhen: RebuildWhen;
  /** Whose image signatures count; files relative to the policy file. */
  readonly signers: readonly PolicySigner[];
  /** File; sigstore's trusted root, which identities need. */
  readonly trustedRoot?: string;
  /** Files and a folder in place of the standard ones, relative to the policy file: containers-policy.json(5) and the like. */
  readonly policyJson?: string;
  readonly registriesD?: string;
  readonly registriesConf?: string;
  readonly thresholds: PolicyThresholds;
  readonly exceptions: readonly Exception[];
}

export interface PolicyThresholds extends Thresholds {
  /** Days before its expiry from which an exception is said to end soon. */
  readonly exceptionDays: number;
}

/** Someone whose signature on an image counts: by a public key file, or by the name in a short-lived certificate. */
export type PolicySigner =
  | { readonly key: string }
  | { readonly identity: string; readonly issuer: string }
  | { readonly identityPattern: string; readonly issuer: string };

const developer = ['layers-intact', 'tls', 'base-current', 'packages-current', 'signature', 'signer'];
const nightly = [...developer, 'update-layer-current', 'package-database', 'base-conflict', 'tag-moved-back'];

/** Checks not named here are advisory. docs/policy.md lists the same. */
const required: Readonly<Record<ProfileName, readonly string[]>> = {
  developer,
  nightly,
  promotion: [
    ...nightly,
    'device-nodes',
    'docker-socket',
    'files-as-packaged',
    'layer-downgrades',
    'not-privileged',
    'packages-signed',
    'seccomp',
    'secrets',
    'selinux-labels',
  ],
};

export const builtInPolicy: Policy = {
  from: 'built in',
  profile: 'developer',
  checks: new Map(),
  bases: [],
  rpmKeys: [],
  repositories: [],
  rebuildWhen: 'layers-differ',
  signers: [],
  thresholds: { ...usualThresholds, exceptionDays: 14 },
  exceptions: [],
};

export function requirementOf(policy: Policy, check: string): Requirement {
  return policy.checks.get(check) ?? (required[policy.profile].includes(check) ? 'required' : 'advisory');
}

/** Whether a signature must hold even where no rule covers the image. */
export function requiresSignature(policy: Policy): boolean {
  return policy.profile === 'promotion' && requirementOf(policy, 'signature') === 'required';
}
