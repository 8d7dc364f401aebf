import type { TrustPolicy } from '../containers/policy-json.js';
import type { RegistriesD } from '../containers/registries-d.js';
import type { NotationTrust } from './notation-trust-files.js';
import type { Signers } from './signer-rule.js';

/** Everything that was configured about whose signatures count. */
export interface Trust {
  readonly policy: TrustPolicy | undefined;
  readonly registriesD: RegistriesD;
  /** A file URL: where signatures lie when registries.d names no store. */
  readonly defaultLookaside: string | undefined;
  readonly signers: Signers | undefined;
  readonly notation: NotationTrust | undefined;
}
