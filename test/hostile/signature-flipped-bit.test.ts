import { expect } from 'chai';
import type { Judgement } from '../../src/signature/signature.js';
import { compressed, signedMessage } from '../support/openpgp-message.js';
import {
  makeTrustedSigner,
  signedDigest,
  signedPayload,
  signedReference,
  type TrustedSigner,
} from '../support/simple-signing.js';

describe('a signature of which one bit is flipped', () => {
  let trusted: TrustedSigner;
  let message: Buffer;

  before(async () => {
    trusted = await makeTrustedSigner();
    message = await signedMessage(trusted.signer, signedPayload(undefined, '{"creator":"x"}'));
  });

  /** The verdict on each variant, or every `step`th, and where the bit was. */
  function judgeAll(bytes: Buffer, step = 1): (readonly [number, Judgement])[] {
    return Array.from({ length: Math.floor((bytes.byteLength * 8) / step) }, (_, i) => {
      const flipped = Buffer.from(bytes);
      const bit = i * step;
      const at = bit >> 3;
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
      return [at, trusted.judge(flipped)] as const;
    });
  }

  function expectSigned(judgement: Judgement): void {
    expect(judgement.signed).to.deep.equal({ digest: signedDigest, reference: signedReference });
    expect(judgement.signer).to.equal(trusted.signer.key.getFingerprint().toUpperCase());
    expect(judgement.time).to.equal('2024-06-01T00:00:00.000Z');
  }

  it('is valid only where nothing that is signed has changed: in the date of the data, and in hints', () => {
    expect(trusted.judge(message).outcome).to.equal('valid');
    const valid = judgeAll(message).filter(([, judgement]) => judgement.outcome === 'valid');
    for (const [, judgement] of valid) expectSigned(judgement);
    const payloadAt = message.indexOf('{"critical"');
    const end = payloadAt + Buffer.from(signedPayload(undefined, '{"creator":"x"}')).byteLength;
    const [dates, hints] = [valid.filter(([at]) => at < payloadAt), valid.filter(([at]) => at >= payloadAt)];
    // Date and mode of the literal data; the kind of signature in its announcement.
    expect(new Set(dates.map(([at]) => at - payloadAt)))
      .to.have.property('size')
      .that.is.lessThan(8);
    expect(hints.every(([at]) => at > end)).to.equal(true);
    expect(valid.length).to.be.lessThan(200);
  });

  // Only ZLIB has no bits that nobody looks at; decoding BZIP2 takes its time.
  for (const [name, algorithm, step, most] of [
    ['ZIP', 1, 1, 200],
    ['ZLIB', 2, 1, 8],
    ['BZIP2', 3, 7, 50],
  ] as const) {
    it(`is never valid for something else when compressed by ${name}`, () => {
      const packed = compressed(algorithm, message);
      expect(trusted.judge(packed).outcome).to.equal('valid');
      const valid = judgeAll(packed, step).filter(([, judgement]) => judgement.outcome === 'valid');
      for (const [, judgement] of valid) expectSigned(judgement);
      expect(valid.length).to.be.at.most(most);
    });
  }

  it('is never valid when it is cut short or has a byte more', () => {
    for (const bytes of [message, compressed(1, message), compressed(2, message), compressed(3, message)]) {
      for (let length = 0; length < bytes.byteLength; length++)
        expect(trusted.judge(bytes.subarray(0, length)).outcome, String(length)).to.equal('invalid');
      for (const byte of [0, 0x7f, 0xc2, 0xff])
        expect(trusted.judge(Buffer.concat([bytes, Buffer.of(byte)])).outcome).to.equal('invalid');
    }
  });
});
