import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { inflateEngines, type Decoder, type Sink } from '../../src/archive/decoder.js';
import { openGzipDecoder } from '../../src/archive/gzip-engine.js';
import { GzipDecoder } from '../../src/archive/gzip.js';
import { WasmGzipDecoder } from '../../src/archive/gzip-wasm.js';
import { decodeBy, outcomeOf } from '../support/decoding.js';

const hello = gzipSync('hello ');
const world = gzipSync('world');
const zeros = (count: number): Uint8Array => new Uint8Array(count);

const classes = { wasm: WasmGzipDecoder, node: GzipDecoder };
for (const engine of inflateEngines) {
  describe(classes[engine].name, () => {
    const open = (sink: Sink): Decoder => openGzipDecoder(sink, 'layer', engine);
    const decode = (bytes: Uint8Array, size?: number): Promise<Buffer> => decodeBy(open, bytes, size);
    const outcome = (bytes: Uint8Array, size?: number): Promise<string> => outcomeOf(decode(bytes, size), 'hostile');
    /** One engine works before it answers, the other answers at once. */
    const write = async (decoder: Decoder, bytes: Uint8Array): Promise<void> => decoder.write(bytes);

    it('is the engine that was asked for', () => {
      expect(open(() => undefined)).to.be.instanceOf(classes[engine]);
    });

    const after = 'layer: data after the end of the gzip data';
    const corrupt = 'layer: corrupt gzip data';
    const truncated = 'layer: truncated gzip data';
    const cases: readonly [title: string, bytes: readonly Uint8Array[], outcomes: readonly string[]][] = [
      ['reads one member', [hello], ['hello ']],
      ['reads all members', [hello, world, hello], ['hello worldhello ']],
      ['reads empty members', [gzipSync(''), hello, gzipSync(''), world, gzipSync('')], ['hello world']],
      ['takes zeros after the end for padding', [hello, zeros(1000)], ['hello ']],
      ['takes a single zero for padding', [hello, world, zeros(1)], ['hello world']],
      ['refuses text after the end', [hello, Buffer.from('garbage')], [corrupt, after]],
      ['refuses a single byte after the end', [hello, Buffer.from('g')], [corrupt, truncated, after]],
      ['refuses the start of one more member', [hello, Uint8Array.of(0x1f)], [truncated]],
      ['refuses half of one more member', [hello, world.subarray(0, 15)], [truncated]],
      ['refuses garbage that starts with a zero', [hello, zeros(1), Buffer.from('garbage')], [after]],
      ['refuses a member after padding, which other readers leave out', [hello, zeros(512), world], [after]],
      ['refuses a byte far behind the padding', [hello, zeros(600_000), Uint8Array.of(1)], [after]],
      ['refuses nothing at all', [], ['layer: truncated gzip data: it is empty']],
      ['refuses zeros alone', [zeros(100)], [corrupt]],
      ['refuses a wrong checksum', [hello.subarray(0, -8), Uint8Array.of(1, 2, 3, 4), hello.subarray(-4)], [corrupt]],
      ['refuses a wrong length', [hello.subarray(0, -4), Uint8Array.of(7, 0, 0, 0)], [corrupt]],
      ['refuses a cut trailer', [hello.subarray(0, -1)], [truncated]],
      ['refuses a cut header', [hello.subarray(0, 3)], [truncated]],
    ];
    for (const [title, bytes, outcomes] of cases) {
      it(`${title}, however it is cut into pieces`, async () => {
        const whole = Buffer.concat(bytes);
        const ends = bytes.reduce<number[]>((found, part) => [...found, (found.at(-1) ?? 0) + part.length], []);
        const sizes = whole.length > 5000 ? [1000, 262_144] : [1, 2, 7, ...ends];
        for (const size of [...sizes, whole.length + 1])
          expect(await outcome(whole, size), `${size}`).to.be.oneOf(outcomes);
      });
    }

    it('agrees with zlib on random members, whole, cut and damaged', async function () {
      this.timeout(60_000);
      const options = fc.record({
        level: fc.integer({ min: 0, max: 9 }),
        strategy: fc.constantFrom(
          constants.Z_DEFAULT_STRATEGY,
          constants.Z_HUFFMAN_ONLY,
          constants.Z_RLE,
          constants.Z_FIXED,
        ),
        windowBits: fc.integer({ min: 9, max: 15 }),
      });
      const content = fc.oneof(
        fc.uint8Array({ maxLength: 3000 }),
        fc
          .array(fc.constantFrom('usr/', 'lib/', 'bin', '\0\0\0\0'), { maxLength: 3000 })
          .map((words) => Buffer.from(words.join(''))),
      );
      const damage = fc.constantFrom('none', 'flip', 'cut');
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(content, options), { minLength: 1, maxLength: 3 }),
          damage,
          fc.nat(),
          fc.integer({ min: 1, max: 5000 }),
          async (members, how, where, size) => {
            let bytes = Buffer.concat(members.map(([plain, settings]) => gzipSync(plain, settings)));
            if (how === 'cut') bytes = bytes.subarray(0, where % bytes.length);
            if (how === 'flip')
              bytes[where % bytes.length] = (bytes[where % bytes.length] as number) ^ (1 << (where & 7));
            let expected: Buffer | undefined;
            try {
              expected = bytes.length === 0 ? undefined : gunzipSync(bytes);
            } catch {
              expected = undefined;
            }
            const found = await decode(bytes, size).catch((error: unknown) => error);
            if (found instanceof Buffer) expect(expected?.equals(found)).to.equal(true);
            else {
              expect(found).to.include({ kind: 'hostile' });
              // zlib leaves out what follows a zero byte after a member: the one thing that we refuse and it does not.
              if (expected) expect((found as Error).message).to.equal(after);
            }
          },
        ),
        { seed: 6, numRuns: 1500 },
      );
    });

    it('ends with the first failure of the sink, and hands over nothing after it', async () => {
      const bomb = gzipSync(new Uint8Array(5_000_000));
      let calls = 0;
      const decoder = open(() => {
        calls++;
        throw new Error('enough');
      });
      const error = await write(decoder, bomb).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('message', 'enough');
      decoder.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(calls).to.equal(1);
    });

    it('hands over nothing once it is closed', async () => {
      let calls = 0;
      const decoder = open(() => {
        calls++;
        decoder.close();
      });
      await write(decoder, gzipSync(new Uint8Array(5_000_000))).catch(() => undefined);
      expect(calls).to.equal(1);
      await write(decoder, gzipSync('more')).catch(() => undefined);
      expect(calls).to.equal(1);
    });

    it('hands over all of a piece before the next is asked for', async () => {
      const packed = gzipSync(Buffer.alloc(3_000_000, 'abcdefg'), { level: 0 });
      let plain = 0;
      const decoder = open((piece) => (plain += piece.length));
      for (let at = 0; at < packed.length; at += 200_000) {
        const upTo = Math.min(at + 200_000, packed.length);
        await decoder.write(packed.subarray(at, upTo));
        // Stored blocks: but for their headers plain bytes are as many as packed ones.
        expect(plain).to.be.greaterThan(upTo - 1000);
      }
      await decoder.end();
      decoder.close();
      expect(plain).to.equal(3_000_000);
    });
  });
}
