import { packageCaches, type LeftoverUse, type PackageLeftover } from '../analyzers/package-caches.js';
import { groupBy } from '../core/group.js';
import { factsOf } from '../layer/facts.js';
import type { Seen, Squash } from '../layer/squash.js';

/** What package managers left in one layer, and whether the image still shows it. */
export interface LayerLeftovers {
  readonly use: LeftoverUse;
  /** Index of the layer whose bytes they are. */
  readonly layer: number;
  /** Index of the layer that removed or replaced them: they ship all the same. */
  readonly hiddenBy?: number;
  readonly origin: 'base' | 'own' | 'unknown';
  /** Largest first. */
  readonly folders: readonly { readonly folder: string; readonly bytes: number }[];
  readonly files: number;
  /** As in the tar, before compression. */
  readonly bytes: number;
  /** Paths of the largest. */
  readonly largest: readonly string[];
  /** Of the files, those that were only counted: a layer that hides single ones of them is not seen. */
  readonly unlisted: number;
}

const largestLimit = 20;

/** By use, layer and the layer that hid them; those of most bytes first. */
export function packageLeftovers(stack: Squash, baseLayers: number | undefined): readonly LayerLeftovers[] {
  const bytes = new Set(stack.layers.flatMap((layer) => factsOf(layer, packageCaches)));
  // A hard link into a lower layer shows what lies there, and ships nothing of its own.
  const all = stack.all(packageCaches).filter((one) => bytes.has(one.fact));
  const groups = groupBy(all, ({ fact, layer, hidden }) => `${fact.use} ${layer} ${hidden?.layer ?? ''}`);
  return [...groups.values()].map((group) => sumUp(group, baseLayers)).sort((a, b) => b.bytes - a.bytes);
}

function sumUp(group: readonly Seen<PackageLeftover>[], baseLayers: number | undefined): LayerLeftovers {
  const facts = group.map((one) => one.fact);
  const folders = [...groupBy(facts, (one) => one.folder)].map(([folder, ones]) => ({ folder, bytes: bytesOf(ones) }));
  const listed = facts.filter((one) => one.unlisted === undefined).sort((a, b) => b.size - a.size);
  const unlisted = facts.reduce((sum, one) => sum + (one.unlisted ?? 0), 0);
  const [first] = group;
  const layer = first?.layer ?? 0;
  return {
    use: first?.fact.use ?? 'cache',
    layer,
    ...(first?.hidden ? { hiddenBy: first.hidden.layer } : {}),
    origin: baseLayers === undefined ? 'unknown' : layer < baseLayers ? 'base' : 'own',
    folders: folders.sort((a, b) => b.bytes - a.bytes),
    files: listed.length + unlisted,
    bytes: bytesOf(facts),
    largest: listed.slice(0, largestLimit).map((one) => one.path),
    unlisted,
  };
}

function bytesOf(facts: readonly PackageLeftover[]): number {
  return facts.reduce((sum, one) => sum + one.size, 0);
}
