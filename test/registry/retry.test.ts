import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { backoff, deadline, retry, sleep } from '../../src/registry/retry.js';
import { failureOf } from '../source/failure.js';
import { requestTo, responseOf, sequence, type Sequence } from './rig.js';

const now = new Date('2026-11-23T12:00:00Z');

async function tried(answers: Sequence): Promise<{ status: number; waits: number[]; requests: number }> {
  const waits: number[] = [];
  const { send, requests } = sequence(...answers);
  const options = { sleep: (ms: number) => Promise.resolve(void waits.push(ms)), random: () => 1, now: () => now };
  const { status } = await retry(options)(send)(requestTo('https://registry.test/v2/'));
  return { status, waits, requests: requests.length };
}

describe('registry/retry', () => {
  const ok = responseOf(200);
  const busy = responseOf(503);
  const reset = new ImgcheckError('network', 'the connection was reset');

  it('tries again after a failure of the network and after 5xx, waiting longer each time', async () => {
    expect(await tried([reset, busy, responseOf(500), ok])).to.deep.equal({
      status: 200,
      waits: [250, 500, 1000],
      requests: 4,
    });
  });

  it('hands up the fourth answer as it is', async () => {
    expect(await tried([busy])).to.deep.equal({ status: 503, waits: [250, 500, 1000], requests: 4 });
  });

  it('throws the fourth failure', async () => {
    await failureOf('network', () => tried([reset]));
  });

  const waits: readonly [string, string, number][] = [
    ['seconds', '7', 7000],
    ['a date', 'Mon, 23 Nov 2026 12:00:09 GMT', 9000],
    ['a date gone by', 'Mon, 23 Nov 2026 11:00:00 GMT', 250],
    ['what is neither', 'soon', 250],
  ];
  for (const [title, value, wait] of waits) {
    it(`waits ${wait} ms for a Retry-After of ${title}`, async () => {
      expect((await tried([responseOf(429, { 'retry-after': value }), ok])).waits).to.deep.equal([wait]);
    });
  }

  it('does not wait for a Retry-After of more than a minute', async () => {
    expect(await tried([responseOf(429, { 'retry-after': '61' })])).to.include({ status: 429, requests: 1 });
  });

  for (const status of [200, 307, 400, 401, 403, 404, 501]) {
    it(`does not try again after ${status}`, async () => {
      expect(await tried([responseOf(status)])).to.include({ status, requests: 1 });
    });
  }

  for (const kind of ['tls', 'auth', 'hostile', 'integrity'] as const) {
    it(`does not try again after a failure of kind ${kind}`, async () => {
      const { send, requests } = sequence(new ImgcheckError(kind, 'no'));
      const options = { sleep: () => Promise.reject(new Error('slept')), random: () => 1, now: () => now };
      await failureOf(kind, () => retry(options)(send)(requestTo('https://registry.test/')));
      expect(requests).to.have.length(1);
    });
  }

  it('spreads its waits between half and all of the step', () => {
    expect([backoff(1, () => 0), backoff(1, () => 1), backoff(3, () => 0)]).to.deep.equal([125, 250, 500]);
  });

  it('wakes from its sleep with the reason of an aborted signal', async () => {
    const abort = new AbortController();
    const slept = sleep(60_000, abort.signal).catch((error: unknown) => error);
    abort.abort(new Error('interrupted'));
    expect(await slept).to.have.property('message', 'interrupted');
  });

  it('ends an operation with an error of the network when its time is over', async () => {
    const signal = deadline(5, undefined, 'registry.test');
    await failureOf('network', () => sleep(60_000, signal));
    expect(deadline(undefined, undefined, 'registry.test')).to.equal(undefined);
  });
});
