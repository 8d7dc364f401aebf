import { ImgcheckError } from '../core/error.js';
import { parseRegistryReference, type RegistryReference } from '../oci/reference.js';

const hub = 'docker.io';
/** The longest name, tag and sha512 digest that are allowed are below it. */
const lengthLimit = 600;

/**
 * Reads a docker reference as it may be written short: a name without its registry is one of docker.io, and there
 * without a namespace one of library (distribution/reference, ParseNormalizedNamed).
 * @throws ImgcheckError usage
 */
export function parseDockerName(text: string): RegistryReference {
  if (text.length > lengthLimit) {
    throw new ImgcheckError('usage', `the reference is longer than ${lengthLimit} characters`, {
      subject: `${text.slice(0, 80)}...`,
    });
  }
  if (/^[0-9a-f]{64}$/.test(text)) throw new ImgcheckError('usage', 'an id is not a reference', { subject: text });
  const first = text.slice(0, Math.max(0, text.indexOf('/')));
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first : hub;
  const rest = hasHost ? text.slice(first.length + 1) : text;
  if (host !== hub && host !== `index.${hub}`) return parseRegistryReference(text);
  const [repository = ''] = rest.split(/[:@]/, 1);
  return parseRegistryReference(`${hub}/${repository.includes('/') ? '' : 'library/'}${rest}`);
}

/** The reference under the one name of its registry: docker.io is also written index.docker.io. */
export function canonicalReference(reference: RegistryReference): RegistryReference {
  const { registry, repository } = reference;
  if (registry !== `index.${hub}`) return reference;
  return { ...reference, registry: hub, repository: repository.includes('/') ? repository : `library/${repository}` };
}
