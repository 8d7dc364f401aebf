import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RFC3161Timestamp } from '@sigstore/core';
import { expect } from 'chai';
import { parseChainCertificate, type ChainCertificate } from '../../src/x509/chain-certificate.js';
import { verifyTimestamp } from '../../src/signature/timestamp.js';
import { debianTool } from '../support/debian.js';
import { extensions, NotationWorkshop, type Identity, type KeyKind, type StampSettings } from '../support/notation.js';
import { failureOf } from '../source/failure.js';
import { needShared } from '../support/shared.js';

const stamped = Buffer.from('a signature');

describe('verifyTimestamp', () => {
  let workshop: NotationWorkshop;
  let root: Identity;
  let stamper: Identity;
  let roots: readonly ChainCertificate[];

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    root = await workshop.root('tsa root');
    roots = rootsOf(root);
    stamper = await stamperUnder(root);
  });
  after(() => workshop?.close());

  const rootsOf = (...identities: readonly Identity[]): readonly ChainCertificate[] =>
    identities.map(({ chain }) => parseChainCertificate(chain.at(-1) ?? Buffer.alloc(0)));
  const stamperUnder = (issuer: Identity, kind: KeyKind = 'P-256', lines: readonly string[] = extensions.stamper) =>
    workshop.signer(issuer, { kind, subject: '/C=US/O=Stamps/CN=stamper', extensions: lines });

  const algorithms: readonly (readonly [KeyKind, string, string])[] = [
    ['P-256', 'sha256', 'sha256'],
    ['P-384', 'sha384', 'sha512'],
    ['P-521', 'sha512', 'sha384'],
    ['rsa:2048', 'sha256', 'sha256'],
    ['rsa:2048', 'sha384', 'sha256'],
    ['rsa:3072', 'sha512', 'sha512'],
  ];
  for (const [kind, digest, imprint] of algorithms) {
    it(`accepts what openssl stamps with ${kind}, ${digest}, over a ${imprint}, as openssl does`, async () => {
      const before = Math.floor(Date.now() / 1000) * 1000;
      const token = await workshop.stamp(stamped, await stamperUnder(root, kind), {
        digest,
        imprint,
        accuracy: 'secs:1',
      });
      const judged = verifyTimestamp(token, stamped, roots);
      if (!judged.ok) throw new Error(judged.reason);
      expect(judged.authority).to.equal('CN=stamper,O=Stamps,C=US');
      expect(judged.time.getTime()).to.be.within(before, Date.now());
      expect(judged.latest.getTime() - judged.earliest.getTime()).to.equal(2000);
      expect(await workshop.acceptsToken(token, stamped, root)).to.equal(true);
    });
  }

  it('agrees with a second reader of tokens about one of ECDSA', async () => {
    const token = await workshop.stamp(stamped, stamper);
    const response = RFC3161Timestamp.parse(Buffer.from(asResponse(token)));
    response.verify(stamped, parseChainCertificate(stamper.chain[0] ?? Buffer.alloc(0)).x509.publicKey);
    const judged = verifyTimestamp(token, stamped, roots);
    expect(judged.ok && judged.time.getTime()).to.equal(response.signingTime.getTime());
  });

  it('takes a token through an authority between the stamper and the root', async () => {
    const between = await workshop.root('between', { issuer: root });
    const token = await workshop.stamp(stamped, await stamperUnder(between));
    expect(verifyTimestamp(token, stamped, roots).ok).to.equal(true);
  });

  it('reads fractions of a second of one digit and of two', async () => {
    for (const fractionDigits of [1, 2, 6]) {
      const from = Date.now();
      const judged = verifyTimestamp(await workshop.stamp(stamped, stamper, { fractionDigits }), stamped, roots);
      if (!judged.ok) throw new Error(judged.reason);
      expect(judged.time.getTime()).to.be.within(from - 100, Date.now());
    }
  });

  it('widens the time by the accuracy that the authority gives', async () => {
    const widths: readonly (readonly [string, number])[] = [
      ['secs:2', 2000],
      ['secs:1, millisecs:500, microsecs:1', 1501],
      ['millisecs:20', 20],
    ];
    for (const [accuracy, milliseconds] of widths) {
      const judged = verifyTimestamp(await workshop.stamp(stamped, stamper, { accuracy }), stamped, roots);
      if (!judged.ok) throw new Error(judged.reason);
      expect(judged.latest.getTime() - judged.time.getTime()).to.equal(milliseconds);
      expect(judged.time.getTime() - judged.earliest.getTime()).to.equal(milliseconds);
    }
  });

  type Row = readonly [string, () => Promise<readonly [Identity, StampSettings?]>, RegExp];
  const untrusted: readonly Row[] = [
    ['under another root', async () => [await stamperUnder(await workshop.root('other'))], /no trusted root/],
    [
      'under another root of the same name',
      async () => [await stamperUnder(await workshop.root('tsa root'))],
      /no trusted root/,
    ],
    [
      'not meant for it alone',
      async () => [
        await stamperUnder(root, 'P-256', [
          ...extensions.stamper.slice(0, 1),
          'extendedKeyUsage=critical,timeStamping,codeSigning',
        ]),
      ],
      /alone/,
    ],
  ];
  for (const [what, make, reason] of untrusted) {
    it(`does not trust a stamper ${what}`, async () => {
      const [identity, settings] = await make();
      let token: Buffer;
      try {
        token = await workshop.stamp(stamped, identity, settings);
      } catch (error) {
        // openssl does not even stamp with such a certificate: then there is nothing to refuse.
        expect(String(error)).to.match(/ts .*ended with 1/);
        return;
      }
      const judged = verifyTimestamp(token, stamped, roots);
      expect(judged).to.include({ ok: false, outcome: 'untrusted' });
      expect(judged.ok || judged.reason).to.match(reason);
    });
  }

  it('refuses a token over something else', async () => {
    const token = await workshop.stamp(Buffer.from('another signature'), stamper);
    expect(verifyTimestamp(token, stamped, roots)).to.include({
      ok: false,
      outcome: 'invalid',
      reason: 'the timestamp is of something else',
    });
  });

  it('refuses a token without the certificate of its signer', async () => {
    const token = await workshop.stamp(stamped, stamper, { withoutCertificates: true });
    const judged = verifyTimestamp(token, stamped, roots);
    expect(judged.ok || judged.reason).to.match(/does not bring the certificate/);
  });

  it('does not support an imprint of SHA-1', async () => {
    const token = await workshop.stamp(stamped, stamper, { imprint: 'sha1' });
    await failureOf('unsupported', async () => verifyTimestamp(token, stamped, roots));
  });

  it('accepts no token of which one byte was changed, unless it says the same', async () => {
    const token = await workshop.stamp(stamped, stamper, { withoutAuthorities: true });
    const good = verifyTimestamp(token, stamped, roots);
    const accepted: number[] = [];
    for (let at = 0; at < token.byteLength; at++) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      try {
        const judged = verifyTimestamp(changed, stamped, roots);
        if (!judged.ok) continue;
        expect(judged, `byte ${at}`).to.deep.equal(good);
        accepted.push(at);
      } catch (error) {
        expect(error, `byte ${at}`).to.have.property('name', 'ImgcheckError');
      }
    }
    // Versions, lists of algorithms and whatever else nobody signed and nobody reads.
    expect(accepted.length).to.be.lessThan(60);
  });

  it('accepts the tokens of a real authority, and those only under its root', function () {
    const shared = needShared(this, 'data', 'signatures', 'notation');
    const root = parseChainCertificate(
      derOf(readFileSync(join(shared, 'truststore/x509/tsa/test-timestamp/globalsignRoot.cer'))),
    );
    const other = parseChainCertificate(
      derOf(readFileSync(join(shared, 'truststore/x509/ca/valid-trust-store/GlobalSignRootCA.crt'))),
    );
    for (const file of ['jwsWithTimestamp.sig', 'timestampBeforeNotBefore.sig']) {
      const envelope = JSON.parse(readFileSync(join(shared, file), 'utf8')) as {
        header: Record<string, string>;
        signature: string;
      };
      const token = Buffer.from(envelope.header['io.cncf.notary.timestampSignature'] ?? '', 'base64');
      const signature = Buffer.from(envelope.signature, 'base64url');
      expect(verifyTimestamp(token, signature, [root])).to.include({
        ok: true,
        authority: 'CN=Globalsign TSA for Advanced - G4 - 202311,O=GlobalSign nv-sa,C=BE',
      });
      expect(verifyTimestamp(token, signature, [other])).to.include({ ok: false, outcome: 'untrusted' });
    }
  });
});

function derOf(bytes: Buffer): Buffer {
  if (bytes[0] === 0x30) return bytes;
  return Buffer.from(bytes.toString('latin1').replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

/** RFC 3161, section 2.4.2: a TimeStampResp that grants the token. */
function asResponse(token: Uint8Array): Buffer {
  const status = Buffer.from('3003020100', 'hex');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(status.byteLength + token.byteLength);
  return Buffer.concat([Buffer.from('3082', 'hex'), length, status, token]);
}
