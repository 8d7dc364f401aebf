import { ImgcheckError } from '../core/error.js';
import { byteCount } from './byte-text.js';
import type { TarEntry } from './tar-entry.js';
import { TarExtensionReader } from './tar-extensions.js';
import {
  blockSize,
  hasChecksum,
  sumOfBlock,
  TarHeaderReader,
  type TarComplaints,
  type TarHeader,
} from './tar-header.js';
import { tarMember } from './tar-member.js';

export type { TarEntry, TarEntryType } from './tar-entry.js';

export type TarOddity = 'unknown-type' | 'data-after-end' | 'missing-end' | 'odd-header';

/** Told what a tar holds, in order. */
export interface TarHandler {
  /** A member. True: hand me its stored bytes. */
  entry(entry: TarEntry): boolean;
  /** Some of the wanted bytes: a view, valid during the call only. */
  body(chunk: Uint8Array): void;
  /** All wanted bytes were handed over (also where there were none). */
  endBody(): void;
  /** Something odd that did not stop the reading, told before the member; `name` is the member's, or ''. */
  odd(kind: TarOddity, name: string, message: string): void;
}

export interface TarLimits {
  /** Headers, extended ones included. */
  readonly entries: number;
  /** Of a name or link target. */
  readonly pathBytes: number;
  /** Of one pax or GNU long name header, looked at before any of it is kept; also of an old GNU sparse map. */
  readonly extendedHeaderBytes: number;
}

const defaultLimits: TarLimits = { entries: 10_000_000, pathBytes: 4096, extendedHeaderBytes: 1 << 20 };

/** Of one member; headers that never come to one could pile them up. */
const notesLimit = 10;

interface SparseHeader {
  readonly header: TarHeader;
  readonly realSize: number;
  blocks: number;
}

/**
 * Reads a tar as it is written to it, in chunks of any size, synchronously and without copying content.
 * v7, ustar, pax and GNU; sparse files are recognised, their maps are not applied. Two zero blocks end it: what
 * follows is never read as members. After a lone zero block reading goes on.
 * @throws ImgcheckError hostile, with the offset, for a bad checksum, a number that is none, a cut, a limit passed
 */
export class TarReader {
  readonly #handler: TarHandler;
  readonly #what: string;
  readonly #limits: TarLimits;
  readonly #complaints: TarComplaints = {
    fail: (message) => this.#hostile(message),
    note: (message) => {
      if (this.#notes.length < notesLimit) this.#notes.push(message);
    },
  };
  readonly #headers: TarHeaderReader;
  readonly #extensions: TarExtensionReader;
  /** A block that was split, or lies badly. */
  readonly #block = Buffer.alloc(blockSize);
  readonly #blockWords = new Int32Array(this.#block.buffer, this.#block.byteOffset, blockSize / 4);
  #have = 0;
  #state: 'header' | 'content' | 'padding' | 'extension' | 'sparse-map' | 'ended' = 'header';
  /** Bytes before the chunk at hand, and before the header at hand. */
  #before = 0;
  #offset = 0;
  /** Bytes that still belong to the content, extension or padding at hand, and padding after it. */
  #left = 0;
  #padding = 0;
  #wanted = false;
  #sparse: SparseHeader | undefined;
  #headerCount = 0;
  #zeroBlocks = 0;
  #notes: string[] = [];
  #saidDataAfterEnd = false;

  constructor(handler: TarHandler, what: string, limits: Partial<TarLimits> = {}) {
    this.#handler = handler;
    this.#what = what;
    this.#limits = { ...defaultLimits, ...limits };
    this.#headers = new TarHeaderReader(this.#complaints);
    this.#extensions = new TarExtensionReader(this.#limits.extendedHeaderBytes, this.#complaints);
  }

  /** The next bytes of the tar; they may be written over once this returns. */
  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const aligned = bytes.byteOffset % 4 === 0;
    const words = aligned ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2) : this.#blockWords;
    for (let at = 0; at < bytes.length;) {
      switch (this.#state) {
        case 'header':
        case 'sparse-map':
          if (this.#have === 0 && aligned && at % 4 === 0 && bytes.length - at >= blockSize) {
            this.#takeBlock(bytes, at, words, this.#before + at);
            at += blockSize;
          } else {
            at += this.#takePart(bytes, at);
          }
          break;
        case 'ended':
          this.#takeTail(bytes, at);
          at = bytes.length;
          break;
        case 'content':
        case 'padding':
        case 'extension': {
          const taken = Math.min(this.#left, bytes.length - at);
          this.#left -= taken;
          this.#takeRun(bytes, at, at + taken);
          at += taken;
        }
      }
    }
    this.#before += bytes.length;
  }

  /** No more bytes will come. @throws ImgcheckError hostile where the tar was cut inside a member */
  end(): void {
    if (this.#state === 'ended') return;
    if (this.#state !== 'header' || this.#block.subarray(0, this.#have).some((byte) => byte !== 0)) {
      throw new ImgcheckError('hostile', `${this.#what}: the tar is cut short after ${this.#before} bytes`);
    }
    this.#extensions.drop();
    this.#sayNotes('');
    this.#handler.odd('missing-end', '', `the tar ends after ${this.#before} bytes without two zero blocks`);
  }

  #takePart(bytes: Buffer, at: number): number {
    const taken = bytes.copy(this.#block, this.#have, at, at + blockSize - this.#have);
    this.#have += taken;
    if (this.#have === blockSize) {
      this.#have = 0;
      this.#takeBlock(this.#block, 0, this.#blockWords, this.#before + at + taken - blockSize);
    }
    return taken;
  }

  #takeBlock(block: Buffer, at: number, words: Int32Array, offset: number): void {
    if (this.#state === 'sparse-map') {
      this.#takeSparseMap(block, at);
      return;
    }
    const sum = sumOfBlock(words, at);
    if (sum === 0) {
      if (++this.#zeroBlocks < 2) return;
      this.#state = 'ended';
      this.#extensions.drop();
      this.#sayNotes('');
      return;
    }
    this.#offset = offset;
    if (!hasChecksum(block, at, sum)) throw this.#hostile('the checksum is wrong');
    if (++this.#headerCount > this.#limits.entries) throw this.#hostile(`more than ${this.#limits.entries} headers`);
    if (this.#zeroBlocks > 0) this.#notes.push('it follows a lone zero block, where other readers stop');
    this.#zeroBlocks = 0;
    const header = this.#headers.read(block, at);
    if (TarExtensionReader.reads(header.typeflag)) {
      this.#extensions.begin(header.typeflag, header.size);
      this.#begin('extension', header.size);
    } else if (header.typeflag === 'S') {
      const { realSize, more } = this.#headers.readSparse(block, at);
      this.#sparse = { header, realSize, blocks: 0 };
      if (more) this.#state = 'sparse-map';
      else this.#takeMember(header, realSize);
    } else {
      this.#takeMember(header);
    }
  }

  /** Blocks of 21 pieces of an old GNU sparse map stand between header and content; each says whether one more follows. */
  #takeSparseMap(block: Buffer, at: number): void {
    const sparse = this.#sparse as SparseHeader;
    const limit = this.#limits.extendedHeaderBytes;
    if (++sparse.blocks * blockSize > limit) throw this.#hostile(`a sparse map exceeds ${limit} bytes`);
    if (block[at + 504] === 0) this.#takeMember(sparse.header, sparse.realSize);
  }

  #takeMember(header: TarHeader, sparseSize?: number): void {
    const member = tarMember(header, this.#extensions.claim(), sparseSize, this.#offset, this.#complaints);
    this.#checkLength(member.name);
    if (member.linkname !== undefined) this.#checkLength(member.linkname);
    this.#sayNotes(member.name);
    if (member.type === 'unknown') {
      const type = JSON.stringify(member.typeflag);
      this.#handler.odd('unknown-type', member.name, `the type ${type} is none that engines unpack`);
    }
    this.#wanted = this.#handler.entry(member);
    this.#begin('content', member.storedSize);
  }

  #begin(state: 'content' | 'extension', size: number): void {
    this.#state = state;
    this.#left = size;
    this.#padding = (blockSize - (size % blockSize)) % blockSize;
    if (size === 0) this.#takeRun(this.#block, 0, 0);
  }

  /** Bytes of the content, extension or padding at hand; none of it is left to come when #left is 0. */
  #takeRun(bytes: Buffer, from: number, to: number): void {
    const last = this.#left === 0;
    if (this.#state === 'content' && this.#wanted) {
      if (to > from) this.#handler.body(bytes.subarray(from, to));
      if (last) this.#handler.endBody();
    } else if (this.#state === 'extension') {
      this.#extensions.add(bytes.subarray(from, to), last);
    }
    if (!last) return;
    this.#left = this.#padding;
    this.#padding = 0;
    this.#state = this.#left === 0 ? 'header' : 'padding';
  }

  #takeTail(bytes: Buffer, from: number): void {
    if (this.#saidDataAfterEnd) return;
    for (let at = from; at < bytes.length; at++) {
      if (bytes[at] === 0) continue;
      this.#saidDataAfterEnd = true;
      this.#handler.odd('data-after-end', '', `data after the end of the tar, at ${this.#before + at}`);
      return;
    }
  }

  #checkLength(name: string): void {
    const limit = this.#limits.pathBytes;
    if (name.length * 3 <= limit) return;
    const count = byteCount(name);
    if (count > limit) throw this.#hostile(`a name of ${count} bytes exceeds ${limit}`);
  }

  #sayNotes(name: string): void {
    if (this.#notes.length === 0) return;
    for (const note of this.#notes.splice(0)) this.#handler.odd('odd-header', name, note);
  }

  #hostile(message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: tar header at ${this.#offset}: ${message}`);
  }
}
