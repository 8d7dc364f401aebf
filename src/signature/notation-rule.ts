import { canonicalReference } from '../oci/docker-name.js';
import type { NotationTrust } from './notation-trust-files.js';
import { selectStatement } from './notation-trust.js';
import { verifyNotation } from './notation.js';
import type { Rule, RuleSubject } from './rule.js';

/**
 * The statement of a notation trust policy that covers the repository, as a rule; undefined where none does, or it says
 * that nothing is to be verified.
 */
export function notationRule(trust: NotationTrust, reference: RuleSubject['reference'], now: Date): Rule | undefined {
  if (!reference) return undefined;
  const { registry, repository } = canonicalReference(reference);
  const statement = selectStatement(trust.policy, `${registry}/${repository}`);
  if (!statement || statement.level === 'skip') return undefined;
  return {
    kind: 'verify',
    name: 'notation',
    from: `${trust.path}, ${statement.name}`,
    trusts: [...statement.trustStores, ...statement.trustedIdentities],
    judge: async (candidate) => {
      const { mechanism, origin } = candidate;
      if (mechanism !== 'notation-jws' && mechanism !== 'notation-cose') return undefined;
      const form = mechanism === 'notation-jws' ? 'jws' : 'cose';
      return verifyNotation(candidate.envelope, form, origin.subject, statement, trust.stores, now);
    },
  };
}
