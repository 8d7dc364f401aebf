import { createHash } from 'node:crypto';
import { decompress, type Codec } from '../archive/decompress.js';
import { sniffCodec } from '../archive/sniff.js';
import { ImgcheckError } from '../core/error.js';
import type { Bytes } from '../core/stream.js';
import type { RepomdFile } from '../repodata/repomd.js';
import { checkSum } from './verified-file.js';

/** Takes the plain bytes of a metadata file. */
export interface MetadataReader {
  write(chunk: Uint8Array): void;
  end(): void;
}

const codecs: Readonly<Record<string, Codec>> = {
  gz: 'gzip',
  bz2: 'bzip2',
  xz: 'xz',
  zst: 'zstd',
  xml: 'none',
  yaml: 'none',
};

/**
 * Feeds a metadata file to a reader: what it has read may be believed when this returns, not before. `verified` fails
 * unless its bytes are those that repomd.xml names (see verifiedFile), and that is told whatever the reader thought of
 * them; size and checksum of the plain bytes are checked here.
 * @throws ImgcheckError integrity; hostile for corrupt data, more plain bytes than `limit` or the file's own open-size,
 * and what the reader throws; unsupported for zchunk; what `verified` throws
 */
export async function readMetadata(
  verified: AsyncGenerator<Uint8Array>,
  file: RepomdFile,
  reader: MetadataReader,
  limit: number,
): Promise<void> {
  const { openSize, openChecksum } = file;
  const hash = openChecksum && createHash(openChecksum.algorithm);
  // Before anything is read: what is refused here is not even fetched.
  const named = codecOf(file);
  const { head, all } = await peek(verified);
  const { plainSize } = await decompress(
    all,
    named ?? sniffCodec(head),
    (plain) => {
      hash?.update(plain);
      reader.write(plain);
    },
    file.href,
    { plainBytes: Math.min(openSize ?? limit, limit) },
  );
  if (openSize !== undefined && plainSize !== openSize) {
    const message = `size mismatch when plain: expected ${openSize} bytes, got ${plainSize}`;
    throw new ImgcheckError('integrity', message, { subject: file.href });
  }
  if (hash && openChecksum) checkSum(hash.digest('hex'), openChecksum, file, ' when plain');
  reader.end();
}

/** By the suffix; undefined where it says nothing. A decoder refuses what has not its magic. */
function codecOf({ href, type }: RepomdFile): Codec | undefined {
  const suffix = /\.([a-z0-9]+)$/.exec(href)?.[1] ?? '';
  if (suffix === 'zck') {
    throw new ImgcheckError('unsupported', `the ${type} of the repository is there as zchunk alone`, {
      subject: href,
      hint: 'createrepo_c writes another form beside it unless told not to',
    });
  }
  return Object.hasOwn(codecs, suffix) ? codecs[suffix] : undefined;
}

async function peek(bytes: AsyncGenerator<Uint8Array>): Promise<{ head: Uint8Array; all: Bytes }> {
  const first = await bytes.next();
  const head = first.done === true ? new Uint8Array() : first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield head;
    yield* bytes;
  }
  return { head, all: all() };
}
