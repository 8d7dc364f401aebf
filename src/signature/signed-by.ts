import type { SignedBy } from '../containers/policy-requirement.js';
import { joinKeyrings, type Keyring } from '../openpgp/keyring.js';
import { readKeyring } from '../openpgp/read-keyring.js';
import { bindIdentity } from './bind-identity.js';
import { readKeySource } from './key-source.js';
import { indexDoesNotCount, type Rule } from './rule.js';
import { verifySimpleSigning } from './simple-signing.js';

/**
 * containers-policy.json(5), signedBy: one signature by one of the keys is enough. Every key file must be readable, and
 * together they must hold a key.
 * @throws ImgcheckError usage for a key file that cannot be read
 */
export async function loadSignedBy(requirement: SignedBy, from: string, now: Date): Promise<Rule> {
  const name = requirement.type;
  if (requirement.keyType !== 'GPGKeys') {
    return { kind: 'broken', name, from, reason: `keyType ${requirement.keyType} is not evaluated by anyone` };
  }
  const keyring = await readKeys(requirement);
  if (keyring.keys.length === 0) {
    const [skipped] = keyring.skipped;
    const why = skipped ? `: ${skipped.from}, ${skipped.what}: ${skipped.reason}` : '';
    return { kind: 'broken', name, from, reason: `its key files hold no key to check with${why}` };
  }
  return {
    kind: 'verify',
    name,
    from,
    trusts: certificates(keyring),
    judge: (candidate, { image, reference }) => {
      if (candidate.mechanism !== 'simple-signing') return Promise.resolve(undefined);
      if (candidate.origin.subject.digest !== image.descriptor.digest) return Promise.resolve(indexDoesNotCount);
      const judgement = verifySimpleSigning(candidate.blob, image.descriptor.digest, keyring, now);
      return Promise.resolve(bindIdentity(judgement, requirement.identity, reference));
    },
  };
}

async function readKeys({ keys }: SignedBy): Promise<Keyring> {
  const files = await readKeySource(keys);
  return joinKeyrings(...(await Promise.all(files.map(({ bytes, from }) => readKeyring(bytes, from)))));
}

function certificates(keyring: Keyring): string[] {
  const named = keyring.keys.map((key) => `${key.primaryFingerprint.toUpperCase()} ${key.userId}`);
  return [...new Set(named)];
}
