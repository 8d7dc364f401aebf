import { ImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';
import { BitReader } from './bit-reader.js';
import { linkSorted, readSortedBlock } from './bzip2-block.js';
import type { Decoder, Sink } from './decoder.js';

const blockMagic = [0x314159, 0x265359] as const;
const endMagic = [0x177245, 0x385090] as const;
const pieceSize = 262_144;
/** No block is longer than this compressed: 18,002 groups of 50 codes of 20 bits, and its tables. */
const longestBlock = 4 * 1024 * 1024;

/**
 * bzip2, all streams of it; every block and stream is checked against its CRC. Old repositories have nothing else.
 *
 * A block is decoded when all of it is there: where it turns out to be cut short by the end of the input so far, it
 * is begun again when there is twice as much.
 */
export class Bzip2Decoder implements Decoder {
  readonly #sink: Sink;
  readonly #what: string;
  #parts: Uint8Array[] = [];
  #held = 0;
  /** Bits of what is held that are done with. */
  #done = 0;
  /** Worth another look when this many bytes are held. */
  #enough = 1;
  #table: Uint32Array | undefined;
  #room = new Uint32Array(0);
  #combined = 0;
  #streams = 0;
  #closed = false;

  constructor(sink: Sink, what: string) {
    this.#sink = sink;
    this.#what = what;
  }

  write(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // Copied: what is held outlives the call.
    this.#parts.push(chunk.slice());
    this.#held += chunk.length;
    if (this.#held >= this.#enough) this.#decode();
  }

  end(): void {
    this.#decode();
    if (this.#closed) return;
    if (this.#held > 0 || this.#table || this.#streams === 0) {
      throw this.#hostile(
        `truncated bzip2 data${this.#streams === 0 && this.#held === 0 && !this.#table ? ': it is empty' : ''}`,
      );
    }
  }

  close(): void {
    this.#closed = true;
    this.#parts = [];
    this.#table = undefined;
    this.#room = new Uint32Array(0);
  }

  #decode(): void {
    const bytes = concat(this.#parts, this.#held);
    while (!this.#closed && this.#step(bytes));
    if (this.#closed) return;
    const kept = bytes.subarray(Math.floor(this.#done / 8));
    this.#done %= 8;
    if (kept.length > longestBlock) throw this.#hostile('corrupt bzip2 data');
    this.#parts = kept.length === 0 ? [] : [kept.slice()];
    this.#held = kept.length;
    this.#enough = Math.max(1, 2 * kept.length);
  }

  /** One header, block or end of a stream; false when not all of it is there. */
  #step(bytes: Uint8Array): boolean {
    const bits = new BitReader(bytes, this.#done);
    if (!this.#table) return this.#header(bits, bytes.length * 8 - this.#done);
    const magic = [bits.read(24), bits.read(24)];
    const crc = ((bits.read(16) << 16) | bits.read(16)) >>> 0;
    if (bits.short) return false;
    if (magic.every((word, i) => word === endMagic[i])) {
      if (crc !== this.#combined) throw this.#hostile('corrupt bzip2 data: its checksum does not match');
      this.#table = undefined;
      this.#streams++;
      this.#done = Math.ceil(bits.position / 8) * 8;
      return true;
    }
    if (!magic.every((word, i) => word === blockMagic[i])) throw this.#hostile('corrupt bzip2 data');
    let first: number;
    let count: number;
    try {
      const sorted = readSortedBlock(bits, this.#table, this.#what);
      if (bits.short) return false;
      count = sorted.count;
      first = linkSorted(sorted);
    } catch (error) {
      // What zeros past the end decode to says nothing of the data.
      if (bits.short) return false;
      throw error;
    }
    this.#done = bits.position;
    this.#emit(this.#table, first, count, crc);
    this.#combined = (((this.#combined << 1) | (this.#combined >>> 31)) ^ crc) >>> 0;
    return true;
  }

  #header(bits: BitReader, available: number): boolean {
    if (available === 0) return false;
    const magic = bits.read(24);
    const level = bits.read(8) - 0x30;
    if (bits.short) return false;
    if (magic !== 0x425a68 || level < 1 || level > 9) {
      throw this.#hostile(this.#streams > 0 ? 'data after the end of the bzip2 data' : 'corrupt bzip2 data');
    }
    const size = level * 100_000;
    // One for all streams: there may be a hundred thousand empty ones.
    if (this.#room.length < size) this.#room = new Uint32Array(size);
    this.#table = this.#room.subarray(0, size);
    this.#combined = 0;
    this.#done = bits.position;
    return true;
  }

  /** Follows the links and writes out the runs of the first pass: four equal bytes and how many more. */
  #emit(table: Uint32Array, first: number, count: number, expected: number): void {
    // A block may be of one byte: what it is given must not cost more than it.
    let piece = new Uint8Array(Math.min(pieceSize, count));
    let filled = 0;
    let crc = 0xffffffff;
    let at = first;
    let last = -1;
    let equal = 0;
    for (let i = 0; i < count; i++) {
      const entry = table[at] as number;
      at = entry >>> 8;
      const byte = entry & 0xff;
      let times = 1;
      let written = byte;
      if (equal === 4) {
        times = byte;
        written = last;
        equal = 0;
        last = -1;
      } else {
        equal = byte === last ? equal + 1 : 1;
        last = byte;
      }
      for (; times > 0; times--) {
        piece[filled++] = written;
        crc = ((crc << 8) ^ (crcTable[(crc >>> 24) ^ written] as number)) >>> 0;
        if (filled < piece.length) continue;
        this.#give(piece);
        piece = new Uint8Array(pieceSize);
        filled = 0;
      }
    }
    if ((crc ^ 0xffffffff) >>> 0 !== expected) throw this.#hostile('corrupt bzip2 data: a checksum does not match');
    this.#give(piece.subarray(0, filled));
  }

  #give(plain: Uint8Array): void {
    if (!this.#closed && plain.length > 0) this.#sink(plain);
  }

  #hostile(message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`);
  }
}

/** CRC-32 with the bits in the other direction than zlib's. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let i = 0; i < 8; i++) crc = (crc & 0x80000000) !== 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});
