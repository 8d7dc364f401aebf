import { generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dsse } from '@sigstore/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { inTotoPayload, parseEnvelope, preAuthEncoding, readEnvelope } from '../../src/attestation/dsse.js';
import { parseStatement } from '../../src/attestation/statement.js';
import type { JsonObject } from '../../src/core/json.js';
import { jsonBytes } from '../support/build-image.js';
import { needShared } from '../support/shared.js';

const whole = { payloadType: 't', payload: 'aGVsbG8=', signatures: [{ sig: 'c2ln' }] };

interface Bundle {
  readonly dsseEnvelope: JsonObject;
  readonly verificationMaterial: {
    readonly certificate?: { readonly rawBytes: string };
    readonly x509CertificateChain?: { readonly certificates: readonly { readonly rawBytes: string }[] };
  };
}

describe('attestation/dsse', () => {
  it('decodes payload and signatures', () => {
    const envelope = parseEnvelope(
      jsonBytes({
        ...whole,
        signatures: [
          { keyid: '', sig: 'c2ln' },
          { keyid: 'k', sig: '' },
        ],
      }),
    );
    expect(Buffer.from(envelope.payload).toString()).to.equal('hello');
    expect(envelope.signatures.map(({ keyid, sig }) => [keyid, Buffer.from(sig).toString()])).to.deep.equal([
      [undefined, 'sig'],
      ['k', ''],
    ]);
  });

  it('decodes the alphabet for URLs, which DSSE allows', () => {
    const bytes = Buffer.from('fbefbeffffff', 'hex');
    const payload = bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    expect(payload).to.match(/[-_]/);
    expect(parseEnvelope(jsonBytes({ ...whole, payload })).payload).to.deep.equal(bytes);
  });

  const refused: readonly [what: string, change: object, words: RegExp][] = [
    ['without a signature', { signatures: [] }, /has no signature/],
    ['with 101 signatures', { signatures: Array(101).fill({ sig: '' }) }, /more than 100/],
    ['without a payload type', { payloadType: undefined }, /payloadType is missing/],
    ['whose payload is not base64', { payload: 'aGVsbG8!' }, /payload: it is not base64/],
    ['whose payload lacks its padding', { payload: 'aGVsbG8' }, /payload: it is not base64/],
    ['whose payload has a line break', { payload: 'aGVs\nbG8=' }, /payload: it is not base64/],
    ['whose payload mixes two alphabets', { payload: '+-+-' }, /payload: it is not base64/],
    ['whose signature is not base64', { signatures: [{ sig: '*' }] }, /signatures\[0\]\.sig: it is not base64/],
    ['whose signature is absent', { signatures: [{ keyid: 'k' }] }, /sig is missing/],
    ['larger than its limit', { payload: 'A'.repeat(17 * 1024 ** 2) }, /exceeds its limit/],
  ];
  for (const [what, change, words] of refused) {
    it(`refuses one ${what}`, () => {
      expect(() => parseEnvelope(jsonBytes({ ...whole, ...change }))).to.throw(words);
    });
  }

  it('encodes before signing as sigstore does, lengths in bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array(), (type, payload) => {
        const expected = dsse.preAuthEncoding(type, Buffer.from(payload));
        // The library counts characters of the type where the specification counts bytes.
        fc.pre(Buffer.byteLength(type) === type.length);
        expect(Buffer.from(preAuthEncoding(type, payload)).equals(expected)).to.equal(true);
      }),
    );
    expect(Buffer.from(preAuthEncoding('é', Buffer.from('x'))).toString()).to.equal('DSSEv1 2 é 1 x');
  });

  it('gives what node’s own cryptography can sign and verify', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const payload = Buffer.from('{}');
    const made = sign('sha256', preAuthEncoding(inTotoPayload, payload), privateKey);
    const envelope = readEnvelope(
      {
        payloadType: inTotoPayload,
        payload: payload.toString('base64'),
        signatures: [{ sig: made.toString('base64') }],
      },
      'envelope',
    );
    const encoded = preAuthEncoding(envelope.payloadType, envelope.payload);
    expect(verify('sha256', encoded, publicKey, envelope.signatures[0]?.sig ?? Buffer.alloc(0))).to.equal(true);
  });

  /** What some of them fail by lies elsewhere: the signature over the encoding holds in each. */
  const conformance = [
    'happy-path-intoto-in-dsse-v3',
    'rekor2-dsse-happy-path',
    'intoto-expired-certificate_fail',
    'intoto-missing-inclusion-proof_fail',
    'dsse-mismatch-sig_fail',
  ];
  for (const name of conformance) {
    it(`encodes the envelope of ${name} so that its signature verifies`, function () {
      const path = needShared(this, 'data/signatures/sigstore-conformance', name, 'bundle.sigstore.json');
      const { dsseEnvelope, verificationMaterial: material } = JSON.parse(readFileSync(path, 'utf8')) as Bundle;
      const raw = material.certificate?.rawBytes ?? material.x509CertificateChain?.certificates[0]?.rawBytes ?? '';
      const key = new X509Certificate(Buffer.from(raw, 'base64')).publicKey;
      const envelope = readEnvelope(dsseEnvelope, 'envelope');
      const encoded = preAuthEncoding(envelope.payloadType, envelope.payload);
      expect(verify('sha256', encoded, key, envelope.signatures[0]?.sig ?? Buffer.alloc(0))).to.equal(true);
      encoded[encoded.length - 1] = 0;
      expect(verify('sha256', encoded, key, envelope.signatures[0]?.sig ?? Buffer.alloc(0))).to.equal(false);
      expect(parseStatement(envelope.payload).predicateType).to.equal('https://slsa.dev/provenance/v1');
    });
  }
});
