import { deflateRawSync, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { openCompressedPacket } from '../../src/signature/compressed-packet.js';
import { compressed } from '../support/openpgp-message.js';

const content = Buffer.from('what is compressed');
const body = (algorithm: 0 | 1 | 2 | 3, plain: Uint8Array): Buffer => compressed(algorithm, plain).subarray(6);

describe('signature/compressed-packet', () => {
  for (const [name, algorithm] of [
    ['stored', 0],
    ['ZIP', 1],
    ['ZLIB', 2],
    ['BZIP2', 3],
  ] as const) {
    it(`opens ${name}`, () => {
      for (const plain of [content, Buffer.alloc(1000), Buffer.alloc(0)])
        expect(Buffer.from(openCompressedPacket(body(algorithm, plain), 1000))).to.deep.equal(plain);
    });

    if (algorithm === 0) continue;
    it(`refuses ${name} of one byte more than may be`, () => {
      expect(() => openCompressedPacket(body(algorithm, Buffer.alloc(1001)), 1000))
        .to.throw('a compressed packet of more than 1000 bytes when plain')
        .with.property('kind', 'hostile');
    });

    it(`refuses ${name} cut off, or empty`, () => {
      for (const cut of [body(algorithm, content).subarray(0, -1), Buffer.of(algorithm)])
        expect(() => openCompressedPacket(cut, 1000))
          .to.throw()
          .with.property('kind', 'hostile');
    });

    it(`refuses ${name} with something behind it`, () => {
      for (const more of [Buffer.of(0), Buffer.from('more'), body(algorithm, content).subarray(1)])
        expect(() => openCompressedPacket(Buffer.concat([body(algorithm, content), more]), 1000))
          .to.throw()
          .with.property('kind', 'hostile');
    });
  }

  it('refuses ZLIB with a wrong checksum, ZIP as ZLIB, and nothing', () => {
    const flipped = body(2, content);
    flipped[flipped.byteLength - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const swapped = Buffer.concat([Buffer.of(2), deflateRawSync(content)]);
    for (const bytes of [flipped, swapped, Buffer.of()])
      expect(() => openCompressedPacket(bytes, 1000))
        .to.throw()
        .with.property('kind', 'hostile');
  });

  it('does not support other algorithms', () => {
    expect(() => openCompressedPacket(Buffer.concat([Buffer.of(4), deflateSync(content)]), 1000))
      .to.throw('got algorithm 4')
      .with.property('kind', 'unsupported');
  });
});
