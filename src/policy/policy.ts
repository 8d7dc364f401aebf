import type { RebuildWhen } from '../freshness/rebuild-when.js';
import type { RegistryReference } from '../oci/reference.js';

/** What a check's failure does: moves the exit code, is only shown, or is not asked. */
export type Requirement = 'required' | 'advisory' | 'off';

export const profileNames = ['developer', 'nightly'] as const;
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
}

/** Someone whose signature on an image counts: by a public key file, or by the name in a short-lived certificate. */
export type PolicySigner =
  | { readonly key: string }
  | { readonly identity: string; readonly issuer: string }
  | { readonly identityPattern: string; readonly issuer: string };

/** Checks not named here are advisory. docs/policy.md lists the same. */
const required: Readonly<Record<ProfileName, readonly string[]>> = {
  developer: ['layers-intact', 'tls', 'base-current', 'packages-current', 'signature', 'signer'],
  nightly: [
    'layers-intact',
    'tls',
    'base-current',
    'packages-current',
    'update-layer-current',
    'package-database',
    'base-conflict',
    'signature',
    'signer',
    'tag-moved-back',
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
};

export function requirementOf(policy: Policy, check: string): Requirement {
  return policy.checks.get(check) ?? (required[policy.profile].includes(check) ? 'required' : 'advisory');
}
