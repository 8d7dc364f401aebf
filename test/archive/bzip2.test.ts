import { expect } from 'chai';
import fc from 'fast-check';
import { Bzip2Decoder } from '../../src/archive/bzip2.js';
import { ImgcheckError } from '../../src/core/error.js';
import { debianTool } from '../support/debian.js';

/** Made by `printf 'hello ' | bzip2 | base64` and `bzip2 </dev/null | base64` with bzip2 1.0.8. */
const hello = Buffer.from('QlpoOTFBWSZTWXZp4NQAAAERAEAAAkSgADDNAMNGKZcXckU4UJB2aeDU', 'base64');
const empty = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64');

function decode(bytes: Uint8Array, size = Math.max(bytes.length, 1)): Buffer {
  const parts: Buffer[] = [];
  const decoder = new Bzip2Decoder((plain) => parts.push(Buffer.from(plain)), 'file');
  try {
    for (let at = 0; at < bytes.length; at += size) decoder.write(bytes.subarray(at, at + size));
    decoder.end();
  } finally {
    decoder.close();
  }
  return Buffer.concat(parts);
}

function outcome(bytes: Uint8Array, size?: number): string {
  try {
    return decode(bytes, size).toString();
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return error.message;
  }
}

function flipped(bytes: Uint8Array, at: number, mask = 1): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

describe('Bzip2Decoder', () => {
  const cases: readonly [title: string, bytes: readonly Uint8Array[], expected: string][] = [
    ['reads one stream', [hello], 'hello '],
    ['reads all streams', [hello, hello, empty, hello], 'hello hello hello '],
    ['reads an empty stream', [empty], ''],
    ['refuses nothing at all', [], 'file: truncated bzip2 data: it is empty'],
    [
      'refuses what follows the last stream',
      [hello, Buffer.from('more')],
      'file: data after the end of the bzip2 data',
    ],
    ['refuses zeros after the last stream', [hello, Buffer.alloc(8)], 'file: data after the end of the bzip2 data'],
    ['refuses a block size of 0', [flipped(hello, 3, 9)], 'file: corrupt bzip2 data'],
    ['refuses an unknown magic of a block', [flipped(hello, 4)], 'file: corrupt bzip2 data'],
    [
      'refuses a block whose checksum is another',
      [flipped(hello, 10)],
      'file: corrupt bzip2 data: a checksum does not match',
    ],
    [
      'refuses an empty stream whose checksum is another',
      [flipped(empty, 10)],
      'file: corrupt bzip2 data: its checksum does not match',
    ],
    ['names randomised blocks as unsupported', [flipped(hello, 14, 0x80)], 'file: bzip2 data with randomised blocks'],
    ['refuses an origin outside the block', [flipped(hello, 15, 0x80)], 'file: corrupt bzip2 data'],
  ];
  for (const [title, parts, expected] of cases) {
    it(title, () => {
      const bytes = Buffer.concat(parts);
      expect(outcome(bytes)).to.equal(expected);
      expect(outcome(bytes, 1)).to.equal(expected);
    });
  }

  it('says of every cut that the data is truncated', () => {
    for (let length = 1; length < hello.length; length++) {
      expect(outcome(hello.subarray(0, length)), String(length)).to.equal('file: truncated bzip2 data');
    }
  });

  it('ends with a word of ours for every single flipped bit', () => {
    for (let at = 0; at < hello.length * 8; at++) {
      const said = outcome(flipped(hello, at >> 3, 1 << (at & 7)));
      expect(said === 'hello ' || said.startsWith('file: '), `bit ${at}: ${said}`).to.equal(true);
    }
  });

  it('gives nothing to the sink once it is closed', () => {
    let given = 0;
    const decoder = new Bzip2Decoder(() => given++, 'file');
    decoder.close();
    decoder.write(hello);
    decoder.end();
    expect(given).to.equal(0);
  });

  describe('beside the real bzip2', function () {
    this.timeout(300_000);
    let compress: (bytes: Uint8Array, level: string) => Promise<Buffer>;
    let decompress: (bytes: Uint8Array) => Promise<Buffer | undefined>;

    before(async function () {
      const bzip2 = await debianTool(this, 'bzip2');
      compress = async (input, level) => (await bzip2.run(['-c', level], { input })).bytes;
      decompress = (input) =>
        bzip2.run(['-dc'], { input }).then(
          ({ bytes }) => bytes,
          () => undefined,
        );
    });

    const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join('');
    const inputs: readonly [title: string, bytes: () => Buffer][] = [
      ['text of several blocks', () => Buffer.from(lines)],
      [
        'runs of every length around four',
        () => Buffer.from(Array.from({ length: 3000 }, (_, i) => 'x'.repeat(i % 300)).join('|')),
      ],
      ['a run of millions', () => Buffer.alloc(8_000_000, 7)],
      ['all bytes, without order', () => noise(1_000_000)],
      ['one byte', () => Buffer.from('a')],
    ];
    for (const [title, input] of inputs) {
      it(`reads ${title}, whatever the block size and the pieces`, async () => {
        const plain = input();
        for (const level of ['-1', '-9']) {
          const packed = await compress(plain, level);
          for (const size of [262_144, 10_007]) {
            expect(decode(packed, size).equals(plain), `${level} ${size}`).to.equal(true);
          }
        }
      });
    }

    it('reads or refuses 300 mutated files as bzip2 does', async () => {
      const packed = await compress(Buffer.from(lines.slice(0, 3000)), '-1');
      const damage = fc.tuple(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }));
      for (const [at, mask] of fc.sample(damage, { seed: 20_261_123, numRuns: 300 })) {
        const changed = flipped(packed, at, mask);
        const theirs = await decompress(changed);
        const ours = outcome(changed);
        if (theirs) expect(ours, `byte ${at}`).to.equal(theirs.toString());
        else expect(ours, `byte ${at}`).to.match(/^file: /);
      }
    });
  });
});

/** Bytes that look random and are the same every time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x9e3779b9;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
