import { TarReader, type TarEntry, type TarLimits } from '../../src/archive/tar.js';

export interface ReadTar {
  readonly entries: readonly TarEntry[];
  /** Stored bytes of the members that were wanted, by name. */
  readonly bodies: ReadonlyMap<string, Buffer>;
  /** `kind name: message`. */
  readonly odd: readonly string[];
}

export interface ReadTarOptions {
  /** Bytes to each write; the whole at once unless told. */
  readonly chunk?: number;
  readonly limits?: Partial<TarLimits>;
  readonly want?: (entry: TarEntry) => boolean;
}

/** All that TarReader says of a tar. Chunks are wiped after each write, so that a kept view shows. */
export function readTar(bytes: Uint8Array, options: ReadTarOptions = {}): ReadTar {
  const entries: TarEntry[] = [];
  const bodies = new Map<string, Buffer>();
  const odd: string[] = [];
  let parts: Buffer[] = [];
  const reader = new TarReader(
    {
      entry(entry) {
        entries.push(entry);
        parts = [];
        return (options.want ?? (() => true))(entry);
      },
      body: (chunk) => parts.push(Buffer.from(chunk)),
      endBody: () => bodies.set(entries.at(-1)?.name ?? '', Buffer.concat(parts)),
      odd: (kind, name, message) => odd.push(`${kind} ${name}: ${message}`),
    },
    'layer',
    options.limits,
  );
  const size = options.chunk ?? Math.max(bytes.length, 1);
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = new Uint8Array(bytes.subarray(at, at + size));
    reader.write(chunk);
    chunk.fill(0xaa);
  }
  reader.end();
  return { entries, bodies, odd };
}
