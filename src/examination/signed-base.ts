import { matchesIdentity } from '../containers/identity.js';
import type { IdentityRule } from '../containers/policy-requirement.js';
import { settle } from '../core/attempt.js';
import { judgeClaim } from '../freshness/judge-claim.js';
import { provesBase } from '../freshness/prefix.js';
import type { Upstream } from '../freshness/upstream.js';
import { parseRegistryReference, withDefaultTag, type RegistryReference } from '../oci/reference.js';
import type { BaseJudge, RuleResult } from '../signature/evaluate.js';
import { verifySignatures, type SignatureSettings } from '../signature/verify-signatures.js';
import type { Image } from '../source/image.js';

type Answer = Omit<RuleResult, 'name' | 'from'>;

/**
 * Decides containers-policy.json(5)'s signedBaseLayer: the base that the rule names is found by its layers being the
 * image's first ones, and that very base must itself be signed as the policy of its own name asks, under the name that
 * the rule gives. Layers are the same when their digests are, which the manifest binds.
 */
export function signedBaseJudge(
  image: Image,
  upstream: Upstream,
  settings: Omit<SignatureSettings, 'judgeBase'>,
): BaseJudge {
  return async ({ identity }) => {
    const named = namedBase(identity);
    if (!named)
      return refused(`baseLayerIdentity of type ${identity.type} names no base: use exactReference or exactRepository`);
    const { verdict } = await judgeClaim({ reference: named, how: ['policy'] }, image, upstream, { releases: true });
    if (verdict.proof === 'none' || !verdict.builtFrom) {
      return verdict.image ? refused(`no such base is proved: ${verdict.reason}`) : open(verdict.reason);
    }
    const { digest } = verdict.builtFrom;
    const { registry, repository } = named;
    const pinned = { transport: 'docker', registry, repository, digest } as const;
    const base = await settle(() => upstream.image(pinned), ['integrity', 'hostile']);
    if (!base.ok) return open(`the base ${digest} could not be had: ${base.error.message}`);
    const proof = provesBase(base.value, image);
    if (proof === undefined) return refused(`its first layers are not those of the base ${digest}`);
    if (proof === 'diff-ids') {
      // A config may claim any: nobody has unpacked the layers to see.
      return open(
        `its layers are said to be those of the base ${digest}, compressed anew: only the same digests are proof`,
      );
    }
    return judgeSigned(base.value, identity, settings);
  };
}

async function judgeSigned(
  base: Image,
  identity: IdentityRule,
  settings: Omit<SignatureSettings, 'judgeBase'>,
): Promise<Answer> {
  // A base's own base is not followed: the rule speaks of one.
  const judgeBase: BaseJudge = () => Promise.resolve(refused('a base of a base is not followed'));
  const { results, rules, covered } = await verifySignatures(base, [], { ...settings, judgeBase });
  const name = base.descriptor.digest;
  if (!covered) return refused(`the policy asks for no signature of the base ${name} itself`);
  const failed = rules.find((rule) => rule.outcome !== 'satisfied');
  if (failed) {
    const reason = `the base ${name}: ${failed.name}: ${failed.reason}`;
    return failed.outcome === 'unknown' ? open(reason) : refused(reason);
  }
  const valid = results.filter((one) => one.outcome === 'valid');
  const fits = valid.find(
    (one) => one.reference !== undefined && matchesIdentity(identity, undefined, one.reference).matches,
  );
  if (!fits) {
    const names = valid.map((one) => one.reference ?? 'no name').join(', ');
    return refused(`the base ${name} is signed as ${names}, not as baseLayerIdentity asks`);
  }
  const { signer } = fits;
  const reason = `its base ${name} is proved by layers, and signed as ${fits.reference ?? ''}`;
  return { outcome: 'satisfied', verified: true, reason, ...(signer === undefined ? {} : { signer }) };
}

function namedBase(identity: IdentityRule): RegistryReference | undefined {
  if (identity.type === 'exactReference') return withDefaultTag(parseRegistryReference(identity.reference));
  if (identity.type === 'exactRepository') return withDefaultTag(parseRegistryReference(identity.repository));
  return undefined;
}

function refused(reason: string): Answer {
  return { outcome: 'refused', verified: false, reason };
}

function open(reason: string): Answer {
  return { outcome: 'unknown', verified: false, reason };
}
