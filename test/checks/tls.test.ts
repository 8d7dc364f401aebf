import { expect } from 'chai';
import { tls } from '../../src/checks/tls.js';
import { plainHop, type Insecurity, type TlsHop } from '../../src/registry/evidence.js';
import { answer, examinationOf } from './rig.js';

const hop = (more: Partial<TlsHop> = {}): TlsHop => ({
  ...plainHop('r.test:443', 'registry'),
  protocol: 'TLSv1.3',
  verified: true,
  daysLeft: 90,
  ...more,
});

describe('tls', () => {
  const cases: readonly [what: string, hops: readonly TlsHop[], answers: readonly string[]][] = [
    ['pass where there was no network', [], ['pass: no network connection was made']],
    ['pass for verified hosts', [hop()], ['pass: r.test:443 by TLSv1.3, 90 days left']],
    [
      'a word of warning for what ends soon',
      [hop({ daysLeft: 14 })],
      ['pass: r.test:443 by TLSv1.3, 14 days left: a certificate expires soon'],
    ],
    [
      'fail where it was not verified',
      [hop({ verified: false })],
      ['fail: the certificate of r.test:443 was not verified'],
    ],
    ['fail for plain HTTP', [plainHop('r.test:80', 'registry')], ['fail: r.test:80 was asked over plain HTTP']],
    [
      'fail for each host by itself: where blobs are redirected, where tokens come from',
      [
        hop(),
        plainHop('blobs.test:80', 'blob-redirect'),
        hop({ host: 'auth.test:443', role: 'token', verified: false }),
      ],
      ['fail: blobs.test:80 was asked over plain HTTP', 'fail: the certificate of auth.test:443 was not verified'],
    ],
    [
      'pass through a plain proxy, which carries our TLS inside',
      [plainHop('proxy.test:3128', 'proxy'), hop()],
      ['pass: proxy.test:3128 by none, 0 days left; r.test:443 by TLSv1.3, 90 days left'],
    ],
    [
      'fail with who allowed it',
      [
        hop({ host: 'm.test:443', verified: false, insecure: 'registries.conf' }),
        plainHop('p.test:80', 'registry', '--tls-verify=false'),
      ],
      [
        'fail: the certificate of m.test:443 was not verified, as insecure in registries.conf allows',
        'fail: p.test:80 was asked over plain HTTP, as --tls-verify=false allows',
      ],
    ],
    [
      'fail with the credentials that were sent to an unverified registry',
      [hop({ verified: false, insecure: 'registries.conf', credentialsFor: ['r.test:443'] })],
      [
        'fail: the certificate of r.test:443 was not verified, as insecure in registries.conf allows; ' +
          'credentials were sent to it',
      ],
    ],
    [
      'pass, with a word, where less was asked for than was given',
      [hop({ insecure: 'registries.conf' })],
      [
        'pass: r.test:443 by TLSv1.3, 90 days left; r.test:443 was verified, though insecure in registries.conf asks for less',
      ],
    ],
    [
      'pass, with a word, for credentials that went to the token server of a verified registry',
      [hop(), hop({ host: 'auth.test:443', role: 'token', credentialsFor: ['r.test:443'] })],
      [
        'pass: r.test:443 by TLSv1.3, 90 days left; auth.test:443 by TLSv1.3, 90 days left; ' +
          'credentials for r.test:443 went to auth.test:443, the token server that it names',
      ],
    ],
    [
      'no word for credentials of the registry itself',
      [hop({ credentialsFor: ['r.test:443'] })],
      ['pass: r.test:443 by TLSv1.3, 90 days left'],
    ],
    [
      'fail for credentials that went to an unverified token server',
      [hop(), hop({ host: 'auth.test:443', role: 'token', verified: false, credentialsFor: ['r.test:443'] })],
      [
        'fail: the certificate of auth.test:443 was not verified',
        'fail: credentials for r.test:443 went to auth.test:443, which was not verified',
      ],
    ],
    [
      'fail for credentials that went to a verified host which an unverified registry named',
      [
        hop({ verified: false, insecure: 'registries.conf' }),
        hop({ host: 'thief.test:443', role: 'token', insecure: 'registries.conf', credentialsFor: ['r.test:443'] }),
      ],
      [
        'fail: the certificate of r.test:443 was not verified, as insecure in registries.conf allows',
        'fail: credentials for r.test:443 went to thief.test:443, which r.test:443 named without being verified itself',
      ],
    ],
    [
      'pass, with words, for credentials that were withheld and a redirect that was refused',
      [
        hop({
          redirects: [
            { to: 'cdn.test:443', credentialsWithheld: true },
            { to: 'open.test:443', credentialsWithheld: false },
            { to: 'plain.test:80', credentialsWithheld: false, refused: true },
          ],
        }),
      ],
      [
        'pass: r.test:443 by TLSv1.3, 90 days left; ' +
          'cdn.test:443, where r.test:443 redirects to, was shown no credentials; ' +
          'a redirect from r.test:443 to plain HTTP at plain.test:80 was refused',
      ],
    ],
    [
      'few words for many redirects',
      [hop({ redirects: Array.from({ length: 20 }, (_, i) => ({ to: `${i}:443`, credentialsWithheld: true })) })],
      [
        `pass: r.test:443 by TLSv1.3, 90 days left; ${Array.from(
          { length: 16 },
          (_, i) => `${i}:443, where r.test:443 redirects to, was shown no credentials`,
        ).join('; ')}; and 4 more`,
      ],
    ],
  ];
  for (const [what, hops, answers] of cases) {
    it(`gives ${what}`, async () => {
      expect(answer(tls, await examinationOf({ also: { tls: hops } }))).to.deep.equal(answers);
    });
  }

  it('says what to change by who allowed it', async () => {
    const remedies = async (insecure: Insecurity): Promise<(string | undefined)[]> =>
      tls
        .evaluate(await examinationOf({ also: { tls: [plainHop('r.test:80', 'registry', insecure)] } }))
        .map(({ remedy }) => remedy);
    expect((await remedies('registries.conf'))[0]).to.match(/^Take insecure out of registries.conf; /);
    expect((await remedies('--tls-verify=false'))[0]).to.match(/^Leave out --tls-verify=false/);
  });
});
