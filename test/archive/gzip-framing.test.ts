import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { GzipHeader, GzipTrailer, type FramingState } from '../../src/archive/gzip-framing.js';

interface Header {
  readonly extra?: Uint8Array | undefined;
  readonly name?: Uint8Array | undefined;
  readonly comment?: Uint8Array | undefined;
  readonly crc?: boolean | undefined;
}

function headerOf({ extra, name, comment, crc }: Header): Buffer {
  const text = (bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(bytes).filter((byte) => byte !== 0), Uint8Array.of(0)]);
  const flags = (crc ? 2 : 0) | (extra ? 4 : 0) | (name ? 8 : 0) | (comment ? 16 : 0);
  const parts: Uint8Array[] = [Uint8Array.of(0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 255)];
  if (extra) parts.push(Uint8Array.of(extra.length & 255, extra.length >> 8), extra);
  if (name) parts.push(text(name));
  if (comment) parts.push(text(comment));
  const bytes = Buffer.concat(parts);
  if (!crc) return bytes;
  const sum = crc32(bytes);
  return Buffer.concat([bytes, Uint8Array.of(sum & 255, (sum >> 8) & 255)]);
}

/** How far a header is read, in pieces of `size`. */
function read(bytes: Uint8Array, size: number): { state: FramingState; taken: number } {
  const header = new GzipHeader();
  let taken = 0;
  while (taken < bytes.length && header.state === 'incomplete') {
    const piece = bytes.subarray(taken, taken + size);
    taken += header.take(piece, 0);
  }
  return { state: header.state, taken };
}

const rest = gzipSync('content').subarray(10);

/** zlib's word on a header, with the rest of a member behind it unless it was cut. */
function oracle(bytes: Uint8Array, cut: boolean): FramingState {
  try {
    gunzipSync(cut ? bytes : Buffer.concat([bytes, rest]));
    return 'complete';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'incomplete' : 'wrong';
  }
}

describe('GzipHeader', () => {
  const part = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined });
  const header = fc.record({ extra: part, name: part, comment: part, crc: fc.boolean() }).map(headerOf);

  it('takes all of a header and nothing behind it, whichever parts it has', () => {
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        expect(oracle(bytes, false)).to.equal('complete');
        for (const by of [1, size, 10_000]) {
          expect(read(Buffer.concat([bytes, rest]), by)).to.deep.equal({ state: 'complete', taken: bytes.length });
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('wants more of a header that is cut', () => {
    fc.assert(
      fc.property(header, fc.nat(), (bytes, at) => {
        const cut = bytes.subarray(0, at % bytes.length);
        expect(read(cut, 7)).to.deep.equal({ state: 'incomplete', taken: cut.length });
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('is not content, as zlib is not, when any byte of a header with a checksum is another', () => {
    fc.assert(
      fc.property(part, part, fc.nat(), fc.integer({ min: 1, max: 255 }), (extra, name, where, change) => {
        const bytes = headerOf({ extra, name, crc: true });
        const at = where % bytes.length;
        bytes[at] = (bytes[at] as number) ^ change;
        // Without the flag there is no checksum to be wrong.
        fc.pre(at !== 3);
        expect(oracle(bytes, false)).to.not.equal('complete');
        expect(read(Buffer.concat([bytes, rest]), 3).state).to.not.equal('complete');
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  const wrong: readonly [string, readonly number[]][] = [
    ['another magic', [0x1f, 0x8c]],
    ['another compression', [0x1f, 0x8b, 7, 0]],
    ...[0x20, 0x40, 0x80].map((flag): [string, number[]] => [`the reserved flag ${flag}`, [0x1f, 0x8b, 8, flag]]),
  ];
  for (const [what, bytes] of wrong) {
    it(`refuses ${what} as soon as it is there, as zlib does`, () => {
      expect(oracle(Uint8Array.from(bytes), true)).to.equal('wrong');
      expect(read(Uint8Array.from(bytes), 1)).to.deep.equal({ state: 'wrong', taken: bytes.length });
      expect(read(Uint8Array.from(bytes.slice(0, -1)), 1).state).to.equal('incomplete');
    });
  }

  it('reads one header after another', () => {
    const header = new GzipHeader();
    for (const fields of [{ crc: true, name: Buffer.from('a') }, {}, { extra: Buffer.from('bc'), crc: true }, {}]) {
      const bytes = headerOf(fields);
      header.begin();
      expect(header.state).to.equal('incomplete');
      expect(header.take(bytes, 0)).to.equal(bytes.length);
      expect(header.state).to.equal('complete');
    }
  });

  it('keeps nothing of a name of 64 MiB', () => {
    const header = new GzipHeader();
    header.take(Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 255), 0);
    const piece = Buffer.alloc(1 << 20, 'n');
    for (let i = 0; i < 64; i++) expect(header.take(piece, 0)).to.equal(piece.length);
    expect(header.take(Uint8Array.of(7, 0, 1, 2), 1)).to.equal(2);
    expect(header.state).to.equal('complete');
  });
});

describe('GzipTrailer', () => {
  it('compares checksum and length as their bytes come', () => {
    const trailer = (bytes: readonly number[]): FramingState => {
      const found = new GzipTrailer();
      found.begin(0x04030201, 2 ** 32 + 0x0807);
      for (const byte of bytes) expect(found.take(Uint8Array.of(9, byte), 1)).to.equal(2);
      return found.state;
    };
    expect(trailer([1, 2, 3])).to.equal('incomplete');
    expect(trailer([1, 2, 3, 4])).to.equal('incomplete');
    expect(trailer([1, 2, 3, 5])).to.equal('wrong');
    expect(trailer([1, 2, 3, 4, 7, 8, 0, 0])).to.equal('complete');
    expect(trailer([1, 2, 3, 4, 7, 8, 0, 1])).to.equal('wrong');
  });

  it('takes eight bytes and no more', () => {
    const trailer = new GzipTrailer();
    trailer.begin(0, 0);
    expect(trailer.take(new Uint8Array(5), 0)).to.equal(5);
    expect(trailer.take(new Uint8Array(5), 0)).to.equal(3);
    expect(trailer.state).to.equal('complete');
  });
});
