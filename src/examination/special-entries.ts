import { specialFiles, type SpecialFile } from '../analyzers/special-files.js';
import { groupBy } from '../core/group.js';
import type { Seen, Squash } from '../layer/squash.js';
import type { SpecialEntry } from './examination.js';
import { ownerRecords } from './owner-records.js';
import { ownershipOf, type Ownership } from './ownership.js';

/** Every setuid file, capability, device and world-writable entry of an image, with where it comes from; and how many more there are. */
export function specialEntries(
  stack: Squash,
  baseLayers: number | undefined,
): { readonly special: readonly SpecialEntry[]; readonly unlisted: number } {
  const all = stack.all(specialFiles);
  const listed = all.filter((one) => one.fact.unlisted === undefined);
  const owners = ownersOf(stack, listed);
  return {
    special: listed.map((one) => {
      const { fact: file, layer, hidden } = one;
      const changes = stack.firstBelow(file.path, layer);
      return {
        file,
        layer,
        ...(hidden ? { hidden } : {}),
        origin: baseLayers === undefined ? 'unknown' : layer < baseLayers ? 'base' : 'own',
        ...(changes === undefined ? {} : { changes }),
        ...(owners.get(one) ?? { packaged: 'unknown' }),
      };
    }),
    unlisted: all.reduce((sum, one) => sum + (one.fact.unlisted ?? 0), 0),
  };
}

/** Databases of so many steps of the image are looked at: real ones have a handful in which something was hidden. */
const heights = 64;

/** What is hidden belongs to the packages of its own time, the rest to those that the image shows. */
function ownersOf(stack: Squash, entries: readonly Seen<SpecialFile>[]): ReadonlyMap<Seen<SpecialFile>, Ownership> {
  const owners = new Map<Seen<SpecialFile>, Ownership>();
  const byHeight = groupBy(entries, (one) => (one.hidden ? one.layer + 1 : stack.layers.length));
  const highestFirst = [...byHeight].sort(([a], [b]) => b - a);
  for (const [height, group] of highestFirst.slice(0, heights)) {
    const records = ownerRecords(stack.below(height));
    if (!records) continue;
    const found = ownershipOf(
      group.map((one) => one.fact),
      records,
    );
    for (const [i, one] of group.entries()) {
      const ownership = found[i];
      if (ownership) owners.set(one, ownership);
    }
  }
  return owners;
}
