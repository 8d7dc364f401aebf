import { rpmKeys } from '../analyzers/rpm-keys.js';
import { settle } from '../core/attempt.js';
import type { BaseVerdict } from '../freshness/freshness.js';
import type { LayerFacts } from '../layer/facts.js';
import { Squash } from '../layer/squash.js';
import { joinKeyrings, type Keyring } from '../openpgp/keyring.js';
import { readKeyring } from '../openpgp/read-keyring.js';

/** The keys that a base brings, or why they are not taken. */
export interface BaseKeys {
  readonly keyring: Keyring | undefined;
  readonly notes: readonly string[];
}

/**
 * The keys in /etc/pki/rpm-gpg of the base's layers: as far to be trusted as the registry that the base was proved with.
 * The image's own layers are not asked, whatever lies in them.
 */
export async function readBaseKeys(layers: readonly LayerFacts[], base: BaseVerdict | undefined): Promise<BaseKeys> {
  if (!base || (base.proof !== 'layers' && base.proof !== 'diff-ids')) {
    return { keyring: undefined, notes: ['no key of the base was taken: no base is proved by its layers'] };
  }
  const rings: Keyring[] = [];
  const notes: string[] = [];
  for (const { fact } of new Squash(layers.slice(0, base.layers)).visible(rpmKeys)) {
    const ring = await settle(() => readKeyring(fact.body, `/${fact.path}`), ['usage', 'hostile']);
    if (ring.ok) rings.push(ring.value);
    else notes.push(`the base's /${fact.path} gives no key: ${ring.error.message}`);
  }
  if (rings.length === 0) notes.push('the base has no key in /etc/pki/rpm-gpg');
  return { keyring: rings.length > 0 ? joinKeyrings(...rings) : undefined, notes };
}
