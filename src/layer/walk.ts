import type { InflateEngine } from '../archive/decoder.js';
import { decompress } from '../archive/decompress.js';
import { TarReader } from '../archive/tar.js';
import type { Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import { Digester, shortDigest } from '../oci/digest.js';
import { layerCompression } from '../oci/media-type.js';
import type { VerifiedBytes } from '../source/source.js';
import type { Analyzer, Located } from './analyzer.js';
import { LayerEntries, type Alias } from './entries.js';
import type { LayerFacts } from './facts.js';
import { Wanted } from './wanted.js';

export interface WalkOptions {
  /** Told of bytes as they arrive. */
  readonly onBytes?: (count: number) => void;
  /** Tar bytes that one layer may inflate to. */
  readonly plainBytes?: number;
  /** What inflates gzip; the facts are the same. */
  readonly engine?: InflateEngine | undefined;
}

/** Far above any real layer, far below what would keep a nightly job busy until morning. */
const plainBytesLimit = 64 * 1024 ** 3;
/** A hard link to a hard link takes one pass more; a chain that is longer is left unread. */
const passLimit = 4;

/**
 * The one pass over a layer: verified bytes in, facts out; returned only after the last byte was verified.
 * Another pass is made only where a wanted file turns out to be a hard link to another name in the layer.
 * @throws ImgcheckError integrity, hostile, unsupported, and what the source throws
 */
export async function walkLayer(
  open: () => VerifiedBytes,
  descriptor: Descriptor,
  analyzers: readonly Analyzer<Located>[],
  options: WalkOptions = {},
): Promise<LayerFacts> {
  let aliases: ReadonlyMap<string, Alias> = new Map();
  for (let passes = 1; ; passes++) {
    const { facts, unread } = await pass(open(), descriptor, analyzers, aliases, options);
    if (unread.size === 0 || passes === passLimit) return { ...facts, passes };
    aliases = new Map([...aliases, ...unread]);
  }
}

async function pass(
  bytes: VerifiedBytes,
  descriptor: Descriptor,
  analyzers: readonly Analyzer<Located>[],
  aliases: ReadonlyMap<string, Alias>,
  options: WalkOptions,
): Promise<{ facts: Omit<LayerFacts, 'passes'>; unread: ReadonlyMap<string, Alias> }> {
  const what = `layer ${shortDigest(descriptor.digest)}`;
  const wanted = new Wanted(analyzers);
  const entries = new LayerEntries(wanted, aliases, what);
  const reader = new TarReader(entries, what);
  const diffId = new Digester('sha256');
  const { plainSize } = await decompress(
    options.onBytes ? counted(bytes, options.onBytes) : bytes,
    layerCompression(descriptor.mediaType),
    (plain) => {
      diffId.update(plain);
      reader.write(plain);
    },
    what,
    { plainBytes: options.plainBytes ?? plainBytesLimit, engine: options.engine },
  );
  reader.end();
  const { files, directories, implied, unread } = entries;
  return {
    unread,
    facts: {
      digest: descriptor.digest,
      diffId: diffId.digest(),
      size: descriptor.size,
      plainSize,
      entries: entries.entries,
      found: Object.fromEntries(wanted.workers.map(({ analyzer, analysis }) => [analyzer.name, analysis.end()])),
      whiteouts: entries.whiteouts,
      opaques: entries.opaques,
      paths: {
        key: wanted.hasher.key,
        files: files.values(),
        directories: directories.values(),
        implied: implied.values(),
      },
      links: entries.links,
      anomalies: entries.anomalies,
      anomaliesDropped: entries.anomaliesDropped,
    },
  };
}

async function* counted(bytes: Bytes, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    onBytes(chunk.byteLength);
    yield chunk;
  }
}
