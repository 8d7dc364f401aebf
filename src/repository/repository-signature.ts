import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Place } from './place.js';
import type { RepositorySignature } from './repository-index.js';

/** Checks a detached OpenPGP signature, armored or not, over `content`. */
export type VerifyDetached = (
  content: Uint8Array,
  signature: Uint8Array,
) => Promise<{ readonly outcome: 'valid' | 'bad' | 'unknown-key' | 'unsupported'; readonly signer?: string }>;

const signatureLimit = 1024 * 1024;

/**
 * Checks repomd.xml against the repomd.xml.asc beside it.
 * @throws ImgcheckError integrity for a bad signature; network, tls and hostile as the place does
 */
export async function checkSignature(
  place: Place,
  repomd: Uint8Array,
  verify: VerifyDetached | undefined,
): Promise<RepositorySignature> {
  if (!verify) return { outcome: 'not-checked' };
  let signature: Uint8Array;
  try {
    signature = await place.document('repodata/repomd.xml.asc', signatureLimit);
  } catch (error) {
    // Object stores answer 403 for what they do not have.
    if (isImgcheckError(error, 'missing', 'auth')) return { outcome: 'unsigned' };
    throw error;
  }
  const { outcome, signer } = await verify(repomd, signature);
  if (outcome === 'bad') {
    throw new ImgcheckError('integrity', 'the signature of repomd.xml is bad', {
      subject: place.location,
      hint: 'repomd.xml or its signature was altered, or belongs to another state of the repository',
    });
  }
  return { outcome, ...(signer === undefined ? {} : { signer }) };
}
