import { bodiesAt, findLooseLogs, withLogApplied, type LooseLog } from '../analyzers/loose-logs.js';
import type { InflateEngine } from '../archive/decoder.js';
import { factsOf, type LayerFacts } from '../layer/facts.js';
import { Squash } from '../layer/squash.js';
import { walkLayer } from '../layer/walk.js';
import type { Image } from '../source/image.js';

/** No real image has more than one; each costs two more readings of a layer. */
const logLimit = 4;

/** Facts in which no log is loose any more, and what it cost. */
export interface AppliedLogs {
  readonly facts: readonly LayerFacts[];
  readonly bytes: number;
  readonly notes: readonly string[];
}

/**
 * Applies write-ahead logs to databases of lower layers: both files are fetched once more, since facts do not keep
 * them. Layers without such a log, nearly all, cost nothing.
 * @throws ImgcheckError as a layer's first reading does
 */
export async function applyLooseLogs(
  image: Image,
  layers: readonly LayerFacts[],
  engine: InflateEngine | undefined,
): Promise<AppliedLogs> {
  const facts = [...layers];
  const notes: string[] = [];
  let bytes = 0;
  for (const loose of findLooseLogs(new Squash(layers)).slice(0, logLimit)) {
    const database = await fetchBody(image, loose.databaseLayer, loose.path, engine);
    const log = await fetchBody(image, loose.logLayer, `${loose.path}-wal`, engine);
    bytes += sizeOf(image, loose.databaseLayer) + sizeOf(image, loose.logLayer);
    const above = facts[loose.logLayer];
    if (!database || !log || !above) continue;
    facts[loose.logLayer] = withLogApplied(above, loose, database, log);
    notes.push(noteOf(loose));
  }
  return { facts, bytes, notes };
}

async function fetchBody(
  image: Image,
  layer: number,
  path: string,
  engine: InflateEngine | undefined,
): Promise<Uint8Array | undefined> {
  const descriptor = image.layers[layer]?.descriptor;
  if (!descriptor) return undefined;
  const wanted = bodiesAt([path]);
  const facts = await walkLayer(() => image.source.fetch(descriptor), descriptor, [wanted], { engine });
  return factsOf(facts, wanted)[0]?.body;
}

function sizeOf(image: Image, layer: number): number {
  return image.layers[layer]?.descriptor.size ?? 0;
}

function noteOf({ path, databaseLayer, logLayer }: LooseLog): string {
  return `layers ${databaseLayer + 1} and ${logLayer + 1} were read again, to apply /${path}-wal to its database`;
}
