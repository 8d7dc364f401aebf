import { matchesIdentity } from '../containers/identity.js';
import type { IdentityRule } from '../containers/policy-requirement.js';
import type { RegistryReference } from '../oci/reference.js';
import type { Judgement } from './signature.js';

/**
 * A valid signature, also of the name that the image is asked by: the rule decides which names count. One that binds no
 * name satisfies no rule about names.
 */
export function bindIdentity(
  judgement: Judgement,
  rule: IdentityRule,
  reference: RegistryReference | undefined,
): Judgement {
  if (judgement.outcome !== 'valid') return judgement;
  const signed = judgement.signed?.reference;
  if (signed === undefined) {
    return { ...judgement, outcome: 'untrusted', reason: 'it binds no name, and the rule asks for one' };
  }
  const match = matchesIdentity(rule, reference, signed);
  return match.matches ? judgement : { ...judgement, outcome: 'invalid', reason: match.reason };
}
