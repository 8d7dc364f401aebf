import { analyzers as allAnalyzers } from '../../src/analyzers/all.js';
import type { Analyzer, LayerFile, Located } from '../../src/layer/analyzer.js';
import type { LayerFacts } from '../../src/layer/facts.js';
import { Squash } from '../../src/layer/squash.js';
import { walkLayer, type WalkOptions } from '../../src/layer/walk.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, describeBlob, MemoryTransport, type BuiltBlob } from '../support/build-image.js';
import { buildTar, type TarInput } from '../support/build-tar.js';

export const plainType = 'application/vnd.oci.image.layer.v1.tar';

export type LayerContent = readonly (TarInput | Uint8Array)[] | Uint8Array;

export interface WalkedOptions extends WalkOptions {
  readonly analyzers?: readonly Analyzer<Located>[];
}

/** The facts of a layer as an examination gathers them: of verified bytes. */
export async function walked(content: LayerContent, options: WalkedOptions = {}): Promise<LayerFacts> {
  const tar = content instanceof Uint8Array ? content : buildTar(content);
  return (await walkedBlob(describeBlob(plainType, tar), options)).facts;
}

/** The same of bytes that are described already, in any compression; and how often they were fetched. */
export async function walkedBlob(
  { descriptor, bytes }: BuiltBlob,
  options: WalkedOptions = {},
): Promise<{ facts: LayerFacts; fetches: number }> {
  const transport = new MemoryTransport(buildImage({ layers: [] }));
  transport.blobs.set(descriptor.digest, bytes);
  const source = verified(transport);
  const { analyzers = allAnalyzers, ...rest } = options;
  const facts = await walkLayer(() => source.fetch(descriptor), descriptor, analyzers, rest);
  return { facts, fetches: transport.fetched.length };
}

export async function stackOf(...layers: readonly LayerContent[]): Promise<Squash> {
  return new Squash(await Promise.all(layers.map((layer) => walked(layer))));
}

export interface Noted extends Located {
  readonly text: string;
}

/** An analyzer that tells of every file what it was given, each under its path. */
export function noting(
  paths: readonly string[],
  options: Partial<Pick<Analyzer<Noted>, 'name' | 'wants' | 'maxBytes' | 'version'>> = {},
): Analyzer<Noted> {
  return {
    name: 'noting',
    version: 1,
    maxBytes: 1 << 20,
    ...options,
    paths,
    create() {
      const found = new Map<string, Noted>();
      return {
        file(file) {
          const before = found.get(file.entry.path)?.text;
          const text = textOf(file);
          found.set(file.entry.path, {
            path: file.entry.path,
            text: before === undefined ? text : `${before} ${text}`,
          });
        },
        replaced: (path) => found.delete(path),
        end: () => [...found.values()],
      };
    },
  };
}

function textOf({ entry, body, error }: LayerFile): string {
  if (error) return `${error.kind}: ${error.message}`;
  return body ? Buffer.from(body).toString('latin1') : `(${entry.type})`;
}
