import { expect } from 'chai';
import { readMessagePackets } from '../../src/openpgp/message-packets.js';

const bytes = (length: number, fill = 7): Buffer => Buffer.alloc(length, fill);

/** Parts of these sizes, each a power of two, then the rest. */
function inParts(tag: number, sizes: readonly number[], rest: number): Buffer {
  const parts = sizes.map((size, i) => Buffer.concat([Buffer.of(224 + Math.log2(size)), bytes(size, i + 1)]));
  return Buffer.concat([Buffer.of(0xc0 | tag), ...parts, Buffer.of(rest), bytes(rest, 99)]);
}

describe('openpgp/message-packets', () => {
  it('reads literal and compressed data of indeterminate length to the end of the bytes', () => {
    for (const [first, tag] of [
      [0xa3, 8],
      [0xaf, 11],
    ] as const) {
      const [packet, ...others] = readMessagePackets(Buffer.concat([Buffer.of(first), bytes(1000)]), 1);
      expect(others).to.deep.equal([]);
      expect([packet?.tag, packet?.body.byteLength]).to.deep.equal([tag, 1000]);
    }
  });

  for (const sizes of [[512], [512, 1, 2048], [1, 1, 1], [65536]]) {
    it(`joins data that comes in parts of ${sizes.join(', ')} bytes, and reads what follows`, () => {
      const message = inParts(11, sizes, 100);
      const packets = readMessagePackets(Buffer.concat([message, Buffer.of(0xc2, 1, 4)]), 2);
      const expected = [...sizes.map((size, i) => bytes(size, i + 1)), bytes(100, 99)];
      expect(Buffer.from(packets[0]?.body ?? [])).to.deep.equal(Buffer.concat(expected));
      expect(Buffer.from(packets[0]?.whole ?? [])).to.deep.equal(message);
      expect([packets[1]?.tag, packets[1]?.body.byteLength]).to.deep.equal([2, 1]);
    });
  }

  it('joins no part with an empty rest', () => {
    const [packet] = readMessagePackets(inParts(8, [4], 0), 1);
    expect(Buffer.from(packet?.body ?? [])).to.deep.equal(bytes(4, 1));
  });

  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['a signature of indeterminate length', Buffer.of(0x8b, 4), 'indeterminate length: type 2'],
    ['a signature in parts', inParts(2, [512], 1), 'partial length: type 2'],
    ['a one-pass signature in parts', inParts(4, [1], 1), 'partial length: type 4'],
    ['parts without a last one', Buffer.concat([Buffer.of(0xcb, 225), bytes(2)]), 'lie outside'],
    ['a part of a gigabyte', Buffer.concat([Buffer.of(0xcb, 254), bytes(100)]), 'lie outside'],
    ['a last part cut off', inParts(11, [512], 9).subarray(0, -1), 'lie outside'],
    ['more packets than asked for', Buffer.of(0xc2, 0, 0xc2, 0, 0xc2, 0), 'more than 2 packets'],
  ];
  for (const [what, message, reason] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => readMessagePackets(message, 2))
        .to.throw(reason)
        .with.property('kind', 'hostile');
    });
  }
});
