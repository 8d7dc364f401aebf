import { setTimeout as delay } from 'node:timers/promises';
import { ImgcheckError, isImgcheckError, kinds } from '../core/error.js';
import type { HttpResponse, Layer } from './http.js';

/** Waits `ms`; rejects with the signal's reason when it is aborted meanwhile. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export interface RetryOptions {
  readonly sleep: Sleep;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly now: () => Date;
}

export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

const firstDelay = 250;
const longestWait = 60_000;

/** Before fresh try number `attempt` (from 1): doubling from 250 ms, between half of that and all of it. */
export function backoff(attempt: number, random: () => number): number {
  return firstDelay * 2 ** (attempt - 1) * (0.5 + random() / 2);
}

/**
 * Tries again, at most three times, when the network fails or the server answers 429 or 5xx. A Retry-After of up to a
 * minute is waited for; a longer one ends it. The last answer is handed up as it is.
 */
export function retry(options: RetryOptions): Layer {
  return (send) => async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt > kinds.network.retries;
      let wait = backoff(attempt, options.random);
      try {
        const response = await send(request);
        if (last || !isPassing(response.status)) return response;
        const asked = retryAfter(response, options.now());
        if (asked !== undefined && asked > longestWait) return response;
        wait = Math.max(wait, asked ?? 0);
        await response.discard();
      } catch (error) {
        if (last || request.signal?.aborted || !isImgcheckError(error, 'network')) throw error;
      }
      await options.sleep(wait, request.signal);
    }
  };
}

function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/** Milliseconds, from seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(response: HttpResponse, now: Date): number | undefined {
  const text = response.header('retry-after');
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** A signal that ends an operation after `total` milliseconds, when that is set, or when `signal` does. */
export function deadline(
  total: number | undefined,
  signal: AbortSignal | undefined,
  subject: string,
): AbortSignal | undefined {
  if (total === undefined) return signal;
  const timeout = new AbortController();
  const message = `no complete answer within ${total / 1000} seconds`;
  setTimeout(() => timeout.abort(new ImgcheckError('network', message, { subject })), total).unref();
  return signal ? AbortSignal.any([timeout.signal, signal]) : timeout.signal;
}
