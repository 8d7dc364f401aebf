import { expect } from 'chai';
import fc from 'fast-check';
import { ZstdDecoder } from '../../src/archive/zstd.js';
import { decodeBy, filterBy, outcomeOf } from '../support/decoding.js';

const magic = Buffer.from('28b52ffd', 'hex');
const skippable = Buffer.concat([Buffer.from('502a4d18', 'hex'), Buffer.from([5, 0, 0, 0]), Buffer.from('notes')]);

/** A frame by hand: one raw block, or one byte repeated (RFC 8878 section 3.1.1). */
function frame(content: string | { byte: number; times: number }, window = 0x00): Buffer {
  const raw = typeof content === 'string';
  const size = raw ? content.length : content.times;
  const header = (size << 3) | (raw ? 0 : 2) | 1;
  const block = Buffer.from([header & 0xff, (header >> 8) & 0xff, header >> 16]);
  return Buffer.concat([
    magic,
    Buffer.from([0x00, window]),
    block,
    raw ? Buffer.from(content) : Buffer.of(content.byte),
  ]);
}

const decode = (bytes: Uint8Array, size?: number): Promise<Buffer> =>
  decodeBy((sink) => ZstdDecoder.open(sink, 'layer'), bytes, size);
const outcome = (bytes: Uint8Array, size?: number): Promise<string> => outcomeOf(decode(bytes, size), 'hostile');
const zstd = (args: readonly string[], input: Uint8Array): Buffer | undefined =>
  filterBy('zstd', ['-q', '-c', ...args], input);

describe('ZstdDecoder', () => {
  const corrupt = 'layer: corrupt zstd data';
  const truncated = 'layer: truncated zstd data';
  const after = 'layer: data after the end of the zstd data';
  const cases: readonly [title: string, bytes: readonly Uint8Array[], expected: string][] = [
    ['reads one frame', [frame('hello ')], 'hello '],
    ['reads all frames', [frame('hello '), frame('world')], 'hello world'],
    ['passes over skippable frames', [skippable, frame('hello '), skippable, frame('world'), skippable], 'hello world'],
    ['reads an empty frame', [frame('')], ''],
    ['reads a window of 128 MiB', [frame('hello', 0x88)], 'hello'],
    [
      'refuses a window above 128 MiB',
      [frame('hello', 0x89)],
      'layer: zstd data with a window of 150994944 bytes exceeds 134217728',
    ],
    [
      'refuses a content size above 128 MiB that is its own window',
      [magic, Buffer.from('e0ffffffffffffff7f', 'hex')],
      'layer: zstd data with a window of 9223372036854776000 bytes exceeds 134217728',
    ],
    [
      'refuses what needs a dictionary',
      [magic, Buffer.from('01000900000000', 'hex')],
      'layer: zstd data that needs a dictionary',
    ],
    ['refuses nothing at all', [], truncated],
    ['refuses a cut magic', [magic.subarray(0, 2)], truncated],
    ['refuses a cut frame', [frame('hello').subarray(0, -1)], truncated],
    ['refuses a cut second frame', [frame('hello'), frame('world').subarray(0, 5)], truncated],
    ['refuses a cut skippable frame', [frame('hello'), skippable.subarray(0, -1)], truncated],
    ['refuses data after the end', [frame('hello'), Buffer.from('garbage')], after],
    ['refuses zeros after the end', [frame('hello'), new Uint8Array(512)], after],
    ['refuses a little after the end', [frame('hello'), Uint8Array.of(0)], truncated],
    ['refuses what is no zstd data', [Buffer.from('hello world')], corrupt],
    ['refuses a reserved block type', [magic, Buffer.from('0000070000', 'hex')], corrupt],
  ];
  for (const [title, bytes, expected] of cases) {
    it(`${title}, however it is cut into pieces`, async () => {
      const whole = Buffer.concat(bytes);
      for (const size of [1, 2, 5, 7, 64, 100_000]) expect(await outcome(whole, size), `${size}`).to.equal(expected);
    });
  }

  it('reads what the zstd tool writes, in many frames and with checksums', async function () {
    const plain = Buffer.from(Array.from({ length: 100_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join(''));
    const packed = ['-1', '-3', '-19', '--fast=5', '--no-check'].map((level) => zstd([level], plain));
    if (packed.some((bytes) => !bytes)) this.skip();
    const frames = Buffer.concat([...(packed as Buffer[]), skippable]);
    for (const size of [999, 262_144, 10_000_000]) {
      expect((await decode(frames, size)).equals(Buffer.concat(packed.map(() => plain)))).to.equal(true);
    }
  });

  it('hands over whole buffers, but for the last', async () => {
    const sizes: number[] = [];
    const decoder = await ZstdDecoder.open((plain) => sizes.push(plain.length), 'layer');
    for (let i = 0; i < 100; i++) decoder.write(frame({ byte: 0x61, times: 1000 }));
    for (let i = 0; i < 10; i++) decoder.write(frame({ byte: 0x61, times: 60_000 }, 0x30));
    decoder.end();
    decoder.close();
    expect(sizes).to.deep.equal([262_144, 262_144, 700_000 - 2 * 262_144]);
  });

  it('refuses damage, or decodes, but never hangs', async function () {
    this.timeout(60_000);
    const packed = zstd(['-3'], Buffer.from('imgcheck '.repeat(30) + 'layers '.repeat(50)));
    const whole = Buffer.concat([packed ?? frame('imgcheck'), skippable, frame('tail')]);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 200 }),
        async (changes, size) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          expect(await outcome(bytes, size)).to.equal(await outcome(bytes, bytes.length));
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });

  it('keeps streams apart that are decoded at the same time', async () => {
    const streams = await Promise.all(
      ['a', 'b', 'c'].map(async (letter) => {
        const found: string[] = [];
        return {
          letter,
          found,
          decoder: await ZstdDecoder.open((plain) => found.push(Buffer.from(plain).toString()), letter),
        };
      }),
    );
    for (const { letter, decoder } of streams) decoder.write(frame(letter.repeat(10)).subarray(0, 12));
    for (const { letter, decoder } of streams) decoder.write(frame(letter.repeat(10)).subarray(12));
    for (const { letter, found, decoder } of streams) {
      decoder.end();
      expect(found).to.deep.equal([letter.repeat(10)]);
    }
  });

  it('gives the memory of its decoders back', async function () {
    this.timeout(60_000);
    const big = frame({ byte: 0x61, times: 100_000 }, 0x68);
    await decode(big);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 100; i++) await decode(big);
    expect(process.memoryUsage().rss - before).to.be.lessThan(400 * 1024 ** 2);
  });
});
