import { TarReader } from '../archive/tar.js';
import { ImgcheckError } from '../core/error.js';
import type { LocalFile } from './local-file.js';
import type { MemberIndex } from './member-index.js';

const block = 512;
/** Read at once: a header and, of small members, some more. */
const windowBytes = 65536;
const zeros = new Uint8Array(1024 * 1024);

/**
 * Reads the headers of a tar that is not compressed, and passes over what lies between them: the reader is given
 * zeros for content that nobody asked for, block by block, so that the place of each member is known.
 * @throws ImgcheckError hostile for a damaged archive
 */
export async function indexPlainTar({ handle, size }: LocalFile, index: MemberIndex, what: string): Promise<void> {
  const reader = new TarReader(index, what);
  let window = new Uint8Array(0);
  let windowAt = 0;
  let zeroBlocks = 0;
  // Once content is fed and not passed over, two zero blocks need not be the end of the archive.
  let contentFed = false;
  for (let at = 0; at < size;) {
    if (at < windowAt || at + block > windowAt + window.byteLength) {
      window = new Uint8Array(Math.min(windowBytes, size - at));
      windowAt = at;
      const { bytesRead } = await handle.read(window, 0, window.byteLength, at);
      if (bytesRead < window.byteLength) {
        throw new ImgcheckError('hostile', `${what} was cut while it was read: ${size} bytes expected`);
      }
    }
    const piece = window.subarray(at - windowAt, at - windowAt + block);
    at += piece.byteLength;
    index.last = undefined;
    index.start = at;
    reader.write(piece);
    zeroBlocks = !contentFed && piece.every((byte) => byte === 0) ? zeroBlocks + 1 : 0;
    if (zeroBlocks === 2) break;
    const entry = index.last;
    if (entry === undefined) continue;
    const { storedSize, sparse } = entry as NonNullable<MemberIndex['last']>;
    const padded = Math.ceil(storedSize / block) * block;
    // The map of a sparse file may stand before or within its content: the reader must see it.
    if (sparse === true) contentFed = true;
    else if (at + storedSize > size) {
      throw new ImgcheckError('hostile', `${what} is cut: ${at + storedSize} bytes expected, got ${size}`);
    } else {
      for (let left = padded; left > 0; left -= zeros.byteLength) reader.write(zeros.subarray(0, left));
      at += padded;
    }
  }
  reader.end();
}
