import { ImgcheckError, type ErrorKind } from '../core/error.js';
import type { Judgement } from './signature.js';

const outcomes: Partial<Record<ErrorKind, 'invalid' | 'unsupported'>> = {
  integrity: 'invalid',
  hostile: 'invalid',
  unsupported: 'unsupported',
};

/**
 * Runs a verification: what a signature malformed like that throws (`integrity`, `hostile`, `unsupported`) speaks against
 * this signature alone. Anything else is thrown on.
 */
export async function judged<T extends Judgement>(work: () => Promise<T>): Promise<T | Judgement> {
  try {
    return await work();
  } catch (error) {
    const outcome = error instanceof ImgcheckError ? outcomes[error.kind] : undefined;
    if (outcome === undefined || !(error instanceof ImgcheckError)) throw error;
    return { outcome, reason: error.message };
  }
}
