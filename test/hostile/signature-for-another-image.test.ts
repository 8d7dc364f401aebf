import { expect } from 'chai';
import { literal, packet, announcementOf, signedMessage } from '../support/openpgp-message.js';
import { makeTrustedSigner, signedDigest, signedPayload, type TrustedSigner } from '../support/simple-signing.js';

const wanted = signedPayload();
const other = signedPayload(`sha256:${'0'.repeat(64)}`);

describe('a signature that was made for another image', () => {
  let trusted: TrustedSigner;
  let signature: Uint8Array;

  before(async () => {
    trusted = await makeTrustedSigner();
    signature = await trusted.signer.sign(Buffer.from(other));
  });

  const expectInvalid = (message: Uint8Array, reason: string): void => {
    const judgement = trusted.judge(message);
    expect([judgement.outcome, judgement.reason.includes(reason)], judgement.reason).to.deep.equal(['invalid', true]);
  };

  it('is refused as it is, and says for which', async () => {
    const message = await signedMessage(trusted.signer, other);
    expectInvalid(message, `expected ${signedDigest}, got sha256:000`);
  });

  const tricks: readonly (readonly [string, () => readonly Uint8Array[], string])[] = [
    ['with our payload put in its place', () => [announced(), literal(wanted), signature], 'does not fit'],
    [
      'with our payload before the signed one',
      () => [announced(), literal(wanted), literal(other), signature],
      'type 11',
    ],
    [
      'with our payload behind the signed one',
      () => [announced(), literal(other), literal(wanted), signature],
      'type 11',
    ],
    ['with our payload behind all', () => [announced(), literal(other), signature, literal(wanted)], 'type 11'],
    ['with our payload before all', () => [literal(wanted), announced(), literal(other), signature], 'type 4'],
    [
      'with our payload as the name of the data',
      () => [announced(), named(wanted.slice(0, 255)), signature],
      'it is for another manifest',
    ],
    ['with a second, empty signature', () => [signature, packet(2, Buffer.of()), literal(other)], 'got 2'],
    ['with our payload, and no signature at all', () => [literal(wanted)], 'data without a signature'],
  ];
  for (const [what, parts, reason] of tricks) {
    it(`is refused ${what}`, () => expectInvalid(Buffer.concat(parts()), reason));
  }

  it('is refused when both payloads are in it, one as a member of the other', async () => {
    const nested = `${other.slice(0, -'{}}'.length)}${wanted}}`;
    expectInvalid(await signedMessage(trusted.signer, nested), 'it is for another manifest');
    const twice = other.replace('"image"', `"image":{"docker-manifest-digest":"${signedDigest}"},"image"`);
    expectInvalid(await signedMessage(trusted.signer, twice), 'has the member "image" twice');
  });

  const announced = (): Buffer => announcementOf(trusted.signer);
  const named = (name: string): Buffer =>
    packet(11, Buffer.concat([Buffer.of(0x62, name.length), Buffer.from(name), Buffer.alloc(4), Buffer.from(other)]));
});
