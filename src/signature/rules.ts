import { realpath } from 'node:fs/promises';
import type { Requirement } from '../containers/policy-requirement.js';
import { selectRequirements, type SelectedRequirements } from '../containers/policy-scope.js';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { ImageReference } from '../oci/reference.js';
import type { PullLocation } from '../source/source.js';
import { notationRule } from './notation-rule.js';
import type { Rule } from './rule.js';
import { signaturePlaces } from './signature-places.js';
import { loadSignedBy } from './signed-by.js';
import { signerRule } from './signer-rule.js';
import { loadSigstoreSigned } from './sigstore-signed.js';
import type { Trust } from './trust.js';

/** What is asked of one image's signatures: all rules must be satisfied. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** The scope of policy.json that decides; undefined without such a file. */
  readonly selected: (SelectedRequirements & { readonly path: string }) | undefined;
}

/**
 * The rules that cover an image: of policy.json those of the most specific scope alone, and imgcheck's own signers and
 * notation's statement beside them. Only the keys that these need are read.
 */
export async function loadRules(
  reference: ImageReference,
  location: PullLocation | undefined,
  trust: Trust,
  now: Date,
): Promise<RuleSet> {
  const { policy } = trust;
  const selected = policy && { ...selectRequirements(policy, await canonical(reference)), path: policy.path };
  const named = reference.transport === 'docker' ? reference : undefined;
  const attachments = signaturePlaces(reference, location, trust.registriesD)?.attachments ?? false;
  const rules: Rule[] = [];
  for (const [i, requirement] of (selected?.requirements ?? []).entries()) {
    rules.push(await loadRule(requirement, `${scopeWords(selected)}[${i}]`, attachments, now));
  }
  if (trust.signers) rules.push(signerRule(trust.signers, now));
  const notation = trust.notation && notationRule(trust.notation, named, now);
  if (notation) rules.push(notation);
  return { rules, selected };
}

async function loadRule(requirement: Requirement, from: string, attachments: boolean, now: Date): Promise<Rule> {
  try {
    switch (requirement.type) {
      case 'insecureAcceptAnything':
        return { kind: 'accept', name: requirement.type, from };
      case 'reject':
        return { kind: 'reject', name: requirement.type, from };
      case 'signedBy':
        return await loadSignedBy(requirement, from, now);
      case 'sigstoreSigned':
        return await loadSigstoreSigned(requirement, from, now, attachments);
      case 'signedBaseLayer':
        return { kind: 'base', name: requirement.type, from, identity: requirement.baseIdentity };
    }
  } catch (error) {
    // A key file that cannot be read must refuse, not open, the door (containers-policy.json(5)).
    if (!isImgcheckError(error, 'usage')) throw error;
    const reason = error.subject === undefined ? error.message : `${error.subject}: ${error.message}`;
    return { kind: 'broken', name: requirement.type, from, reason };
  }
}

function scopeWords(selected: RuleSet['selected']): string {
  if (!selected) return '';
  const { path, transport, also } = selected;
  const words = [selected, ...(also ? [also] : [])].map(({ from, scope }) =>
    from === 'default' ? 'default' : `${transport} ${JSON.stringify(scope)}`,
  );
  return `${path}, ${words.join(' and ')}`;
}

/** Scopes of local images are real paths (containers-transports(5)). */
async function canonical(reference: ImageReference): Promise<ImageReference> {
  if (reference.transport === 'docker') return reference;
  try {
    return { ...reference, path: await realpath(reference.path) };
  } catch (cause) {
    throw new ImgcheckError('missing', 'the path cannot be followed', { subject: reference.path, cause });
  }
}
