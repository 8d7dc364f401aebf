import { expect } from 'chai';
import { Bzip2Decoder } from '../../src/archive/bzip2.js';

/** What bzip2 writes for nothing: its head, and an end without a block. */
const nothing = Buffer.from('425a683917724538509000000000', 'hex');

describe('a bzip2 file of empty streams', () => {
  it('costs one table, not one for each of 70,000 streams', () => {
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let bytes = 0;
    const decoder = new Bzip2Decoder((chunk) => (bytes += chunk.length), 'it');
    const many = Buffer.concat(Array<Buffer>(7000).fill(nothing));
    for (let i = 0; i < 10; i++) {
      decoder.write(many);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    decoder.end();
    expect(bytes).to.equal(0);
    expect(most).to.be.below(32 * 1024 ** 2);
  });
});
