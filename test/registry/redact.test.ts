import { expect } from 'chai';
import { redactUrl, Secrets } from '../../src/registry/redact.js';

describe('registry/redact', () => {
  const cases: readonly [string, string][] = [
    ['https://user:pass@registry.test/v2/a', 'https://registry.test/v2/a'],
    [
      'https://registry.test/token?service=s&scope=x:y:pull&account=joe',
      'https://registry.test/token?service=s&scope=x:y:pull&account=...',
    ],
    ['https://cdn.test/blob?X-Amz-Signature=abcdef&n=5', 'https://cdn.test/blob?X-Amz-Signature=...&n=5'],
    ['https://cdn.test/blob#secret', 'https://cdn.test/blob'],
  ];
  for (const [url, shown] of cases) {
    it(`shows ${url} as ${shown}`, () => expect(redactUrl(new URL(url))).to.equal(shown));
  }

  it('takes known secrets out of a text, the longer one first', () => {
    const secrets = new Secrets();
    secrets.add('pass', 'password', '');
    expect(secrets.scrub('wrong password or pass for joe')).to.equal('wrong [secret] or [secret] for joe');
  });
});
