import { expect } from 'chai';
import { Secrets } from '../../src/registry/redact.js';
import { responseError } from '../../src/registry/response-error.js';
import { responseOf } from './rig.js';

const errorOf = (status: number, body: string, url?: string): ReturnType<typeof responseError> => {
  const secrets = new Secrets();
  secrets.add('s3cret');
  return responseError(responseOf(status, {}, body, url), { what: 'the blob', secrets });
};
const errors = (...list: readonly unknown[]): string => JSON.stringify({ errors: list });

describe('registry/response-error', () => {
  const kinds: readonly [number, string][] = [
    [400, 'unsupported'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'missing'],
    [429, 'network'],
    [500, 'network'],
    [503, 'network'],
  ];
  for (const [status, kind] of kinds) {
    it(`takes ${status} for ${kind}`, async () => {
      expect(await errorOf(status, '')).to.include({ kind });
    });
  }

  const bodies: readonly [string, string, string][] = [
    [
      "the registry's code and message",
      errors({ code: 'BLOB_UNKNOWN', message: 'blob unknown', detail: {} }),
      ': BLOB_UNKNOWN: blob unknown',
    ],
    ['a code alone', errors({ code: 'DENIED' }), ': DENIED'],
    ['the first of several', errors({ code: 'A' }, { code: 'B' }), ': A'],
    ['at most 200 characters of each', errors({ code: 'C', message: 'x'.repeat(10_000) }), `: C: ${'x'.repeat(200)}`],
    ['no secret that it repeats', errors({ code: 'C', message: 'not s3cret' }), ': C: not [secret]'],
    ['nothing of a page of HTML', '<html>nginx</html>', ''],
    ['nothing of an empty list', errors(), ''],
    ['nothing of a body past 16 KiB', errors({ code: 'C', detail: 'x'.repeat(20_000) }), ''],
  ];
  for (const [title, body, words] of bodies) {
    it(`shows ${title}`, async () => {
      expect((await errorOf(404, body)).message).to.equal(`the registry does not have the blob${words}`);
    });
  }

  it('names the URL without secrets', async () => {
    const error = await errorOf(404, '', 'https://cdn.test/b?X-Amz-Signature=abc');
    expect(error.subject).to.equal('https://cdn.test/b?X-Amz-Signature=...');
  });
});
