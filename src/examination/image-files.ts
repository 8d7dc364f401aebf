import { FileTableIndex, type TableEntry } from '../analyzers/file-table-index.js';
import { fileTable, typeBits, type FileTable } from '../analyzers/file-table.js';
import { factsOf } from '../layer/facts.js';
import { ImagePaths, type PathLink } from '../layer/image-paths.js';
import type { Hidden, Shown, Squash } from '../layer/squash.js';

/** What the image shows at a path. */
export type ShownFile =
  | { readonly kind: 'entry'; readonly layer: number; readonly entry: TableEntry }
  /** A directory that has no entry of its own. */
  | { readonly kind: 'implied'; readonly layer: number }
  /** Something of which no table has a row. */
  | { readonly kind: 'untold'; readonly layer: number }
  | { readonly kind: 'nothing'; readonly hidden?: Hidden };

/** Hard links to hard links; tars link to the first name. */
const hardLinkLimit = 8;

/** The files that an image shows, by path, out of the tables of its layers. */
export class ImageFiles {
  readonly #stack: Squash;
  readonly #tables: readonly (FileTable | undefined)[];
  readonly #indexes = new Map<number, FileTableIndex>();
  readonly #paths: ImagePaths;
  /** Links under which a layer above them has entries: those unpack to where the link leads. */
  readonly #entered: readonly { readonly path: string; readonly place: string }[];

  constructor(stack: Squash) {
    this.#stack = stack;
    this.#tables = stack.layers.map((layer) => factsOf(layer, fileTable)[0]);
    const links = this.#links();
    this.#paths = new ImagePaths(links);
    this.#entered = links.flatMap(({ path, layer }) => {
      const within = stack.highestWithin(path);
      const place = within !== undefined && within >= layer ? this.#paths.follow(path) : undefined;
      return place === undefined || place === path ? [] : [{ path, place }];
    });
  }

  /** Entries that the tables have no room for. */
  get unlisted(): number {
    return this.#tables.reduce((sum, table) => sum + (table?.unlisted ?? 0), 0);
  }

  /** Where the image's own links lead. */
  get paths(): ImagePaths {
    return this.#paths;
  }

  /** What lies at a path above which there are no links. */
  at(path: string): ShownFile {
    let { shown, name } = { shown: this.#stack.at(path), name: path };
    for (const link of this.#entered) {
      if (!path.startsWith(`${link.place}/`)) continue;
      const other = link.path + path.slice(link.place.length);
      const there = this.#stack.at(other);
      if (layerOf(there) > layerOf(shown)) [shown, name] = [there, other];
    }
    if (shown.kind !== 'entry') return shown;
    const entry = this.#entry(name, shown.layer);
    return entry ? { kind: 'entry', layer: shown.layer, entry } : { kind: 'untold', layer: shown.layer };
  }

  /** The row of a layer; of a hard link that of its target, which may lie in a layer below. */
  #entry(path: string, layer: number): TableEntry | undefined {
    let found = this.#index(layer)?.find(path);
    for (let links = 0; found?.type === typeBits.hardlink; links++) {
      const target = found.extra?.linkname ?? '';
      if (links >= hardLinkLimit) return undefined;
      found = this.#index(layer)?.find(target);
      if (found) continue;
      const below = this.#stack.at(target, layer);
      if (below.kind !== 'entry') return undefined;
      layer = below.layer;
      found = this.#index(layer)?.find(target);
    }
    return found;
  }

  #index(layer: number): FileTableIndex | undefined {
    const known = this.#indexes.get(layer);
    const table = this.#tables[layer];
    if (known || !table) return known;
    const index = new FileTableIndex(table);
    this.#indexes.set(layer, index);
    return index;
  }

  /** The symbolic links that the image shows. */
  #links(): readonly (PathLink & { readonly layer: number })[] {
    return this.#tables.flatMap((table, layer) =>
      (table?.extras ?? []).flatMap(({ path, linkname }) => {
        if (path === undefined || linkname === undefined) return [];
        const shown = this.#stack.at(path);
        if (shown.kind !== 'entry' || shown.layer !== layer) return [];
        // Of a name that came twice in its layer only the last counts.
        const { extra } = this.#index(layer)?.find(path) ?? {};
        return extra?.path === path && extra.linkname === linkname ? [{ path, target: linkname, layer }] : [];
      }),
    );
  }
}

/** The layer whose word counts; -1 where no layer ever had anything. */
function layerOf(shown: Shown): number {
  return shown.kind === 'nothing' ? (shown.hidden?.layer ?? -1) : shown.layer;
}
