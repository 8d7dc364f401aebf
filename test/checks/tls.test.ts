import { expect } from 'chai';
import { tls } from '../../src/checks/tls.js';
import { plainHop, type TlsHop } from '../../src/registry/evidence.js';
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
  ];
  for (const [what, hops, answers] of cases) {
    it(`gives ${what}`, async () => {
      expect(answer(tls, await examinationOf({ also: { tls: hops } }))).to.deep.equal(answers);
    });
  }
});
