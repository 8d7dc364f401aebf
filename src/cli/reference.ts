import { pullSources } from '../containers/pull-sources.js';
import { qualifiedCandidates } from '../containers/registries-conf.js';
import { ImgcheckError } from '../core/error.js';
import { NakedNameError, parseReference, withDefaultTag, type ImageReference } from '../oci/reference.js';
import { registriesConf } from './registries.js';

/**
 * Reads an image name as typed; without a tag it is `latest`. A name without its registry is refused with the qualified
 * names that registries.conf (`file`, else the standard one) offers for it, and so is one whose registry is blocked there.
 * @throws ImgcheckError usage
 */
export async function readReference(text: string, file: string | undefined): Promise<ImageReference> {
  try {
    const parsed = parseReference(text);
    if (parsed.transport !== 'docker') return parsed;
    const reference = withDefaultTag(parsed);
    // Asked before anything else is: what is blocked is a matter of the command line, not of the image.
    pullSources(await registriesConf(file), reference);
    return reference;
  } catch (error) {
    if (!(error instanceof NakedNameError)) throw error;
    const conf = await registriesConf(file);
    const candidates = qualifiedCandidates(conf, error.bareName);
    const hint =
      candidates.length > 0
        ? `write one of: ${candidates.join(', ')}`
        : 'write it with its registry, as registry.example.com/NAME; registries.conf offers none';
    throw new ImgcheckError('usage', error.message, { subject: text, hint, cause: error });
  }
}
