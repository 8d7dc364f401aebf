import type { BaseVerdict, Freshness } from '../freshness/freshness.js';
import { concludeRebuild, type Rebuild } from '../freshness/rebuild.js';

/** Whether a rebuild is needed, as far as manifests and configs tell: no package was read. */
export function unforeseen(freshness: Freshness, base: BaseVerdict | undefined): Rebuild {
  const none = { forecast: undefined, advisories: undefined };
  const reasons = { unforeseen: 'packages were not read', unadvised: 'no repository was named for it' };
  return concludeRebuild({ freshness, base, ...none, ...reasons });
}
