import { isImgcheckError } from '../core/error.js';
import { NakedNameError, parseRegistryReference, type RegistryReference } from '../oci/reference.js';
import { parseDockerName } from '../oci/docker-name.js';
import type { PolicyObject } from './policy-object.js';
import type { IdentityRule } from './policy-requirement.js';

const ruleTypes = [
  'matchExact',
  'matchRepoDigestOrExact',
  'matchRepository',
  'exactReference',
  'exactRepository',
  'remapIdentity',
] as const satisfies readonly IdentityRule['type'][];

/**
 * Reads a signedIdentity or baseLayerIdentity; without one it is matchRepoDigestOrExact.
 * @throws ImgcheckError usage
 */
export function readIdentityRule(object: PolicyObject | undefined): IdentityRule {
  if (!object) return { type: 'matchRepoDigestOrExact' };
  const type = object.word('type', ruleTypes);
  switch (type) {
    case 'matchExact':
    case 'matchRepoDigestOrExact':
    case 'matchRepository':
      object.only('type');
      return { type };
    case 'exactReference': {
      object.only('type', 'dockerReference');
      const { tag, digest } = dockerName(object, 'dockerReference');
      if (tag === undefined && digest === undefined) {
        throw object.wrongAt('dockerReference', 'it has neither a tag nor a digest');
      }
      return { type, reference: object.text('dockerReference') };
    }
    case 'exactRepository':
      object.only('type', 'dockerRepository');
      dockerName(object, 'dockerRepository');
      return { type, repository: object.text('dockerRepository') };
    case 'remapIdentity':
      object.only('type', 'prefix', 'signedPrefix');
      return { type, prefix: namePrefix(object, 'prefix'), signedPrefix: namePrefix(object, 'signedPrefix') };
  }
}

function dockerName(object: PolicyObject, key: string): RegistryReference {
  const text = object.text(key);
  try {
    return parseDockerName(text);
  } catch (error) {
    if (isImgcheckError(error, 'usage')) throw object.wrongAt(key, error.message);
    throw error;
  }
}

/** A host, or the beginning of a repository: what makes a name when components are added. A short one just never matches. */
function namePrefix(object: PolicyObject, key: string): string {
  const text = object.text(key);
  try {
    parseRegistryReference(`${text}/x/x`);
  } catch (error) {
    if (!isImgcheckError(error, 'usage')) throw error;
    if (!(error instanceof NakedNameError)) {
      throw object.wrongAt(key, 'expected a host, or a namespace or repository with its host, without tag and digest');
    }
  }
  return text;
}
