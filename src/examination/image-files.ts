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
/** Links that a higher layer writes or takes something away through; engines' own layers have none. */
const throughLimit = 64;
/** Links of all layers, each looked up in every layer. */
const lookUpLimit = 20_000_000;

/** The files that an image shows, by path, out of the tables of its layers. */
export class ImageFiles {
  readonly #stack: Squash;
  readonly #tables: readonly (FileTable | undefined)[];
  readonly #indexes = new Map<number, FileTableIndex>();
  readonly #hardLinks = new Map<number, ReadonlyMap<string, string>>();
  readonly #paths: ImagePaths;
  /** Links under which a layer above them has entries: those unpack to where the link leads. */
  readonly #entered: readonly { readonly path: string; readonly place: string }[];
  /** What whiteouts take away through links, and how. */
  readonly #removed = new Map<string, Hidden>();
  #tooManyLinks = false;

  constructor(stack: Squash) {
    this.#stack = stack;
    this.#tables = stack.layers.map((layer) => factsOf(layer, fileTable)[0]);
    const links = this.#links();
    this.#paths = new ImagePaths(links);
    const entered = links.flatMap(({ path, layer }) => {
      const within = stack.highestWithin(path);
      const place = within !== undefined && within >= layer ? this.#paths.follow(path) : undefined;
      return place === undefined || place === path ? [] : [{ path, place }];
    });
    for (const [layer, { whiteouts, opaques }] of stack.layers.entries()) {
      for (const path of whiteouts) this.#noteRemoval(path, this.#paths.resolve(path), { layer, how: 'whiteout' });
      for (const path of opaques) this.#noteRemoval(path, this.#paths.follow(path), { layer, how: 'opaque' });
    }
    if (entered.length > throughLimit) this.#tooManyLinks = true;
    this.#entered = entered.slice(0, throughLimit);
  }

  /** Not all links could be followed: what is shown may be wrong. */
  get tooManyLinks(): boolean {
    return this.#tooManyLinks;
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
      // Which of both names came last in their layer, and so is there, the tables do not tell.
      else if (there.kind === 'entry' && shown.kind === 'entry' && there.layer === shown.layer) {
        return { kind: 'untold', layer: shown.layer };
      }
    }
    const removed = this.#removed.size > 0 ? this.#removal(path) : undefined;
    if (shown.kind !== 'nothing' && removed && removed.layer > shown.layer) return { kind: 'nothing', hidden: removed };
    if (shown.kind !== 'entry') return shown;
    const entry = this.#entry(name, shown.layer);
    return entry ? { kind: 'entry', layer: shown.layer, entry } : { kind: 'untold', layer: shown.layer };
  }

  #noteRemoval(path: string, place: string | undefined, hidden: Hidden): void {
    if (place === undefined || place === path) return;
    if (this.#removed.size < throughLimit || this.#removed.has(place)) this.#removed.set(place, hidden);
    else this.#tooManyLinks = true;
  }

  /** The highest removal of the path or of a directory above it. */
  #removal(path: string): Hidden | undefined {
    let highest: Hidden | undefined;
    for (const [place, hidden] of this.#removed) {
      const hit = path.startsWith(`${place}/`) || (path === place && hidden.how === 'whiteout');
      if (hit && hidden.layer > (highest?.layer ?? -1)) highest = hidden;
    }
    return highest;
  }

  /** The row of a layer; of a hard link that of its target, which may lie in a layer below. */
  #entry(path: string, layer: number): TableEntry | undefined {
    for (let links = 0; links <= hardLinkLimit; links++) {
      const found = this.#index(layer)?.find(path);
      if (found?.type !== typeBits.hardlink) return found;
      const beyond = this.#linksOut(layer).get(path);
      path = beyond ?? found.extra?.linkname ?? '';
      if (beyond === undefined) continue;
      const below = this.#stack.at(beyond, layer);
      if (below.kind !== 'entry') return undefined;
      layer = below.layer;
    }
    return undefined;
  }

  /** Hard links of a layer to what it did not hold when they came. */
  #linksOut(layer: number): ReadonlyMap<string, string> {
    const known = this.#hardLinks.get(layer);
    if (known) return known;
    const links = new Map(this.#stack.layers[layer]?.links.map(({ path, target }) => [path, target]));
    this.#hardLinks.set(layer, links);
    return links;
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
    const count = this.#tables.reduce((sum, table) => sum + (table?.extras.length ?? 0), 0);
    if (count * this.#tables.length > lookUpLimit) {
      this.#tooManyLinks = true;
      return [];
    }
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
