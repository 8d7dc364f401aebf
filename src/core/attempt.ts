import { ImgcheckError, type ErrorKind } from './error.js';

/** A value, or the error that stood in its way. */
export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ImgcheckError };

/** Kinds that leave a question open without condemning the image: they become `unknown` findings. */
const settled: readonly ErrorKind[] = ['network', 'tls', 'auth', 'missing', 'unsupported'];

/**
 * Runs `work` and keeps its error when that error is one that may be settled for.
 * Anything else (integrity, hostile, a bug) is thrown on.
 */
export async function settle<T>(work: () => Promise<T>, also: readonly ErrorKind[] = []): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof ImgcheckError && (settled.includes(error.kind) || also.includes(error.kind))) {
      return { ok: false, error };
    }
    throw error;
  }
}
