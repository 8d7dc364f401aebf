import { decompress } from '../archive/decompress.js';
import { TarReader } from '../archive/tar.js';
import type { Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import { Digester, shortDigest } from '../oci/digest.js';
import { layerCompression } from '../oci/media-type.js';
import type { VerifiedBytes } from '../source/source.js';
import type { Analyzer, Located } from './analyzer.js';
import { LayerEntries } from './entries.js';
import type { LayerFacts } from './facts.js';
import { Wanted } from './wanted.js';

export interface WalkOptions {
  /** Told of bytes as they arrive. */
  readonly onBytes?: (count: number) => void;
  /** Tar bytes that one layer may inflate to. */
  readonly plainBytes?: number;
}

/** Far above any real layer, far below what would keep a nightly job busy until morning. */
const plainBytesLimit = 64 * 1024 ** 3;

/**
 * The one pass over a layer: verified bytes in, facts out; returned only after the last byte was verified.
 * A second pass is made only where a wanted file turns out to be a hard link to another name in the layer.
 * @throws ImgcheckError integrity, hostile, unsupported, and what the source throws
 */
export async function walkLayer(
  open: () => VerifiedBytes,
  descriptor: Descriptor,
  analyzers: readonly Analyzer<Located>[],
  options: WalkOptions = {},
): Promise<LayerFacts> {
  const first = await pass(open(), descriptor, analyzers, new Map(), options);
  if (first.linked.size === 0) return { ...first.facts, passes: 1 };
  const second = await pass(open(), descriptor, analyzers, first.linked, options);
  return { ...second.facts, passes: 2 };
}

async function pass(
  bytes: VerifiedBytes,
  descriptor: Descriptor,
  analyzers: readonly Analyzer<Located>[],
  aliases: ReadonlyMap<string, readonly string[]>,
  options: WalkOptions,
): Promise<{ facts: Omit<LayerFacts, 'passes'>; linked: ReadonlyMap<string, readonly string[]> }> {
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
    { plainBytes: options.plainBytes ?? plainBytesLimit },
  );
  reader.end();
  const { hasher, files, directories, implied, linked } = entries;
  return {
    linked,
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
        key: hasher.key,
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
