import { ImgcheckError } from '../core/error.js';
import { parseRegistryReference, type RegistryReference } from './reference.js';

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
  return parseRegistryReference(spellOut(text));
}

/** A docker reference with the registry and the namespace that it leaves out; of text that is none, text that is none. */
export function spellOut(text: string): string {
  const first = text.slice(0, Math.max(0, text.indexOf('/')));
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first : hub;
  const rest = hasHost ? text.slice(first.length + 1) : text;
  if (host !== hub && host !== `index.${hub}`) return text;
  const [repository = ''] = rest.split(/[:@]/, 1);
  return `${hub}/${withNamespace(repository)}${rest.slice(repository.length)}`;
}

/** The reference under the one name of its registry: docker.io is also written index.docker.io. */
export function canonicalReference(reference: RegistryReference): RegistryReference {
  const { registry, repository } = reference;
  return registry === `index.${hub}`
    ? { ...reference, registry: hub, repository: withNamespace(repository) }
    : reference;
}

function withNamespace(repository: string): string {
  return repository.includes('/') ? repository : `library/${repository}`;
}
