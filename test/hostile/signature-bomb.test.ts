import { expect } from 'chai';
import { compressed, literal, packet } from '../support/openpgp-message.js';
import { growthDuring } from '../support/hostile.js';
import { makeTrustedSigner, signedPayload, type TrustedSigner } from '../support/simple-signing.js';

const mebibyte = 1024 ** 2;
const emptyBzip2 = Buffer.from('425a683917724538509000000000', 'hex');

/** A megabyte of bzip2 in one stream whose every block has one byte. */
function manyBlocks(): Buffer {
  const bits = (value: number, width: number): string => value.toString(2).padStart(width, '0');
  const end = bits(0x177245385090, 48);
  const one = [...compressed(3, Buffer.from('a')).subarray(7)].map((byte) => bits(byte, 8)).join('');
  const block = one.slice(32, one.lastIndexOf(end));
  const checksum = parseInt(block.slice(48, 80), 2);
  const count = Math.floor((8 * mebibyte) / block.length) - 10;
  let combined = 0;
  for (let i = 0; i < count; i++) combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  const whole = `${one.slice(0, 32)}${block.repeat(count)}${end}${bits(combined, 32)}`;
  const padded = whole.padEnd(Math.ceil(whole.length / 8) * 8, '0');
  return Buffer.from(Array.from({ length: padded.length / 8 }, (_, i) => parseInt(padded.slice(8 * i, 8 * i + 8), 2)));
}

describe('a signature that is a bomb', () => {
  let trusted: TrustedSigner;

  before(async () => {
    trusted = await makeTrustedSigner();
  });

  const bombs: readonly (readonly [string, () => Uint8Array, string])[] = [
    [
      '100 MiB of zeros by ZIP',
      () => compressed(1, Buffer.alloc(100 * mebibyte)),
      'more than 1048576 bytes when plain',
    ],
    ['100 MiB of zeros by ZLIB', () => compressed(2, Buffer.alloc(100 * mebibyte)), 'more than 1048576 bytes'],
    ['100 MiB of zeros by BZIP2', () => compressed(3, Buffer.alloc(100 * mebibyte)), 'more than 1048576 bytes'],
    ['ZIP in ZIP', () => compressed(1, compressed(1, Buffer.alloc(100 * mebibyte))), 'more than 1048576 bytes'],
    [
      'a thousand ZIPs in each other',
      () => Array.from({ length: 1000 }).reduce<Buffer>((inner) => compressed(1, inner), literal('x')),
      'compressed more than 2 times',
    ],
    [
      '70,000 empty streams of BZIP2',
      () => packet(8, Buffer.concat([Buffer.of(3), ...Array<Buffer>(70_000).fill(emptyBzip2)])),
      'more than one bzip2 stream',
    ],
    [
      'one stream of 47,000 blocks of a byte',
      () => packet(8, Buffer.concat([Buffer.of(3), manyBlocks()])),
      'many short bzip2 blocks',
    ],
    [
      'a million parts of a byte',
      () => Buffer.concat([Buffer.of(0xcb), Buffer.from('e001'.repeat(mebibyte / 2 - 1), 'hex')]),
      'lie outside',
    ],
    ['500,000 empty packets', () => Buffer.from('c200'.repeat(mebibyte / 2), 'hex'), 'more than 64 packets'],
    ['4 GiB by its own word', () => Buffer.from('cbffffffffff62', 'hex'), 'lie outside its 7 bytes'],
  ];
  for (const [what, make, reason] of bombs) {
    it(`is refused early: ${what}`, async () => {
      const blob = make();
      const growth = await growthDuring(() => {
        const judgement = trusted.judge(blob);
        expect(judgement.outcome).to.equal('invalid');
        expect(judgement.reason).to.include(reason);
        return Promise.resolve();
      });
      expect(growth).to.be.lessThan(64 * mebibyte);
    });
  }

  it('is not what a payload of a megabyte is, if it is signed', async () => {
    const payload = Buffer.from(signedPayload(undefined, `{"x":"${'y'.repeat(mebibyte - 2000)}"}`));
    const message = Buffer.concat([await trusted.signer.sign(payload), literal(payload)]);
    expect(trusted.judge(compressed(1, message)).outcome).to.equal('valid');
  });
});
