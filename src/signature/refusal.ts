import { ImgcheckError } from '../core/error.js';

/** Why a signature is not valid, in the words of a Judgement. */
export interface Refusal {
  readonly outcome: 'invalid' | 'untrusted' | 'unsupported';
  readonly reason: string;
}

/** What a step of a verification found, or why the signature stops there. */
export type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function passed<T>(value: T): Step<T> {
  return { ok: true, value };
}

export function refused(outcome: Refusal['outcome'], reason: string): Step<never> {
  return { ok: false, refusal: { outcome, reason } };
}

/**
 * Runs a step that parses or verifies: what a signature malformed like that throws (`hostile`, `unsupported`) speaks
 * against this signature alone. Anything else is thrown on.
 */
export function step<T>(work: () => T): Step<T> {
  try {
    return passed(work());
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    if (error.kind === 'hostile') return refused('invalid', error.message);
    if (error.kind === 'unsupported') return refused('unsupported', error.message);
    throw error;
  }
}

/** Text of a signature, short enough to stand in a reason. */
export function clip(text: string, length = 150): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
