import { ImgcheckError } from '../core/error.js';
import { NakedNameError, parseReference, withDefaultTag, type ImageReference } from '../oci/reference.js';

/**
 * Reads an image name as typed; without a tag it is `latest`. A name without its registry is refused with the qualified
 * names that registries.conf offers for it.
 * @throws ImgcheckError usage
 */
export async function readReference(text: string, registriesConf: string | undefined): Promise<ImageReference> {
  try {
    const reference = parseReference(text);
    return reference.transport === 'docker' ? withDefaultTag(reference) : reference;
  } catch (error) {
    if (!(error instanceof NakedNameError)) throw error;
    const { qualifiedCandidates } = await import('../containers/registries-conf.js');
    const { loadRegistriesConf } = await import('../registry/registries-conf-files.js');
    const conf = await loadRegistriesConf(process.env, registriesConf === undefined ? {} : { file: registriesConf });
    const candidates = qualifiedCandidates(conf, error.bareName);
    const hint =
      candidates.length > 0
        ? `write one of: ${candidates.join(', ')}`
        : 'write it with its registry, as registry.example.com/NAME; registries.conf offers none';
    throw new ImgcheckError('usage', error.message, { subject: text, hint, cause: error });
  }
}
