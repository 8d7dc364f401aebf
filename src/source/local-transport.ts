import { ImgcheckError } from '../core/error.js';
import type { LocalReference } from '../oci/reference.js';
import type { Transport } from './source.js';

type RegistryMatters = Pick<Transport, 'tagged' | 'storedSignatures' | 'location' | 'notes'>;

/** What a transport on this machine answers where only a registry would know more. */
export function localAnswers(reference: LocalReference): RegistryMatters {
  return {
    tagged: (tag) =>
      Promise.reject(
        new ImgcheckError('missing', `${reference.transport}: has no other tags; ${tag.slice(0, 128)} was asked for`, {
          subject: reference.path,
        }),
      ),
    storedSignatures: () => Promise.resolve(undefined),
    location: () => undefined,
    notes: () => [],
  };
}
