import { expect } from 'chai';
import { readLength, readPackets } from '../../src/openpgp/packet.js';
import { Cursor } from '../../src/core/bytes.js';

const body = (length: number): Buffer => Buffer.alloc(length, 7);

describe('openpgp/packet', () => {
  const forms: readonly (readonly [string, readonly number[], number, number])[] = [
    ['old format, one byte of length', [0x88, 200], 2, 200],
    ['old format, two bytes', [0x99, 1, 0], 6, 256],
    ['old format, four bytes', [0x8a, 0, 1, 0, 0], 2, 65536],
    ['new format, one byte', [0xc2, 191], 2, 191],
    ['new format, two bytes at least', [0xc6, 192, 0], 6, 192],
    ['new format, two bytes at most', [0xc6, 223, 255], 6, 8383],
    ['new format, five bytes', [0xe8, 255, 0, 0, 0, 3], 40, 3],
    ['no content', [0xc2, 0], 2, 0],
  ];
  for (const [form, head, tag, length] of forms) {
    it(`reads a packet of the ${form}`, () => {
      const bytes = Buffer.concat([Buffer.from(head), body(length)]);
      const packets = readPackets(Buffer.concat([bytes, bytes]), 2);
      expect(packets.map((one) => [one.tag, one.body.byteLength])).to.deep.equal([
        [tag, length],
        [tag, length],
      ]);
      expect(Buffer.from(packets[1]?.whole ?? [])).to.deep.equal(bytes);
    });
  }

  const refused: readonly (readonly [string, readonly number[], string])[] = [
    ['indeterminate length', [0x8b, 1, 2], 'indeterminate length'],
    ['partial length', [0xc2, 224, 1], 'partial length'],
    ['partial length of a gigabyte', [0xc2, 254], 'partial length'],
    ['no packet at all', [0x2d, 0x2d], 'expected a packet at 0, got byte 45'],
    ['more than there is', [0xc2, 3, 1, 2], 'lie outside'],
    ['4 GiB claimed', [0xc2, 255, 255, 255, 255, 255], 'lie outside'],
    ['a length cut off', [0x99, 1], 'lie outside'],
  ];
  for (const [what, bytes, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => readPackets(Buffer.from(bytes), 10))
        .to.throw(message)
        .with.property('kind', 'hostile');
    });
  }

  it('refuses more packets than asked for', () => {
    expect(() => readPackets(Buffer.alloc(2_000_000, Buffer.of(0xc2, 0)), 1000)).to.throw('more than 1000 packets');
  });

  it('reads a subpacket length that would be partial for a packet', () => {
    expect(readLength(new Cursor(Buffer.of(254, 255), 'test'), 0)).to.deep.equal({ bodyAt: 2, length: 16319 });
  });
});
