import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import type { Bytes } from '../../src/core/stream.js';
import { digestOf } from '../../src/oci/digest.js';
import { ArchivePass } from '../../src/source/archive-pass.js';
import { buildTar } from '../support/build-tar.js';
import { drain, failureOf } from './failure.js';

/** Bytes that do not compress, the same each time. */
function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    bytes[i] = state >> 16;
  }
  return bytes;
}

const bodies = [noise(3_000_000, 1), noise(10, 2), new Uint8Array(0), noise(6_000_000, 3), noise(500, 4)];
const archive = gzipSync(buildTar(bodies.map((body, i) => ({ path: `m${i}`, body }))), { level: 1 });

/** The archive as a stream that counts how often it is opened and how much of it is read. */
class Counted {
  opened = 0;
  read = 0;
  closed = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array = archive) {
    this.bytes = bytes;
  }

  readonly open = (): Bytes => this.#stream();

  async *#stream(): AsyncGenerator<Uint8Array> {
    this.opened++;
    try {
      for (let at = 0; at < this.bytes.length; at += 65536) {
        await Promise.resolve();
        const piece = this.bytes.subarray(at, at + 65536);
        this.read += piece.length;
        yield piece;
      }
    } finally {
      this.closed++;
    }
  }
}

describe('source/archive-pass', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  before(() => process.on('unhandledRejection', note));

  after(() => {
    process.off('unhandledRejection', note);
    expect(unhandled).to.deep.equal([]);
  });

  it('hands out members in their order in one pass, those between passed over', async () => {
    for (const order of [[0, 1, 2, 3, 4], [0, 3], [1, 2, 4], [4]]) {
      const source = new Counted();
      const pass = new ArchivePass(source.open, 'gzip', 'the archive');
      for (const ordinal of order) {
        expect(pass.canServe(ordinal)).to.equal(true);
        const expected = digestOf(bodies[ordinal] ?? new Uint8Array(0));
        expect(digestOf(await drain(pass.member(ordinal)))).to.equal(expected);
        expect(pass.canServe(ordinal)).to.equal(false);
      }
      await pass.stop();
      expect(source.opened).to.equal(1);
      expect(source.closed).to.equal(1);
    }
  });

  it('reads no further than the member that was asked for, but for the piece at hand', async () => {
    const source = new Counted();
    const pass = new ArchivePass(source.open, 'gzip', 'the archive');
    await drain(pass.member(0));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(source.read).to.be.below(4_000_000);
    await pass.stop();
  });

  it('pauses while nobody takes what came', async () => {
    const source = new Counted();
    const pass = new ArchivePass(source.open, 'gzip', 'the archive');
    for await (const chunk of pass.member(3)) {
      expect(chunk.length).to.be.greaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      // 3 MB before it, 1 MiB that may wait, and pieces of 256 KiB on their way.
      expect(source.read).to.be.below(5_500_000);
      break;
    }
    expect(source.closed).to.equal(1);
    expect(pass.canServe(4)).to.equal(false);
  });

  it('says that the archive ended before the member', async () => {
    const error = await failureOf('hostile', () => drain(new ArchivePass(new Counted().open, 'gzip', 'x').member(9)));
    expect(error.message).to.equal('x ended before the member that was asked for');
  });

  it('fails the member that lies in damaged data, and not one before it', async () => {
    const damaged = new Uint8Array(archive);
    damaged.fill(0xff, 6_000_000, 6_000_200);
    const pass = new ArchivePass(new Counted(damaged).open, 'gzip', 'the archive');
    await drain(pass.member(0));
    await failureOf('hostile', () => drain(pass.member(3)));
    const cut = new ArchivePass(new Counted(archive.subarray(0, 5_000_000)).open, 'gzip', 'the archive');
    await failureOf('hostile', () => drain(cut.member(3)));
  });

  it('hands on what the file itself fails with', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield archive.subarray(0, 100_000);
      throw new ImgcheckError('missing', 'the disk is gone');
    };
    await failureOf('missing', () => drain(new ArchivePass(failing, 'gzip', 'the archive').member(0)));
  });
});
