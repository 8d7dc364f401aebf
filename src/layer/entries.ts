import { canonicalPath, whiteoutOf, type Whiteout } from '../archive/entry-path.js';
import type { TarEntry, TarHandler, TarOddity } from '../archive/tar.js';
import { ImgcheckError } from '../core/error.js';
import type { LayerEntry } from './analyzer.js';
import { Bodies } from './bodies.js';
import type { Anomaly, HardLink } from './facts.js';
import { layerEntry } from './layer-entry.js';
import { HashSet, lastSlash, type PathHasher } from './path-set.js';
import type { Wanted } from './wanted.js';

/** What one layer may hold besides its files before it is refused: what is kept of it must stay small. */
const limits = { whiteouts: 250_000, links: 100_000, implied: 2_000_000, textLength: 64 << 20 } as const;
/** Anomalies listed of one kind: harmless ones cannot crowd out the others. */
const anomaliesOfKind = 50;

/** A wanted path whose content lies under another name of the layer, as that name was at an entry before this one. */
export interface Alias {
  readonly target: string;
  /** Counting entries from 0. */
  readonly before: number;
}

/** The fold over the members of one layer's tar: paths, whiteouts, links, and the entries that analyzers want. */
export class LayerEntries implements TarHandler {
  readonly files = new HashSet();
  readonly directories = new HashSet();
  readonly implied = new HashSet();
  readonly whiteouts: string[] = [];
  readonly opaques: string[] = [];
  readonly anomalies: Anomaly[] = [];
  /** Wanted paths that turned out to be hard links to other names in this layer: to be read in another pass. */
  readonly unread = new Map<string, Alias>();
  anomaliesDropped = 0;
  entries = 0;
  readonly #hasher: PathHasher;
  readonly #wanted: Wanted;
  readonly #aliases: ReadonlyMap<string, Alias>;
  readonly #namesOf = new Map<string, string[]>();
  readonly #what: string;
  readonly #bodies = new Bodies();
  readonly #symlinks = new HashSet();
  readonly #repeated = new HashSet();
  readonly #leadingOut = new Map<string, string>();
  readonly #listed = new Map<Anomaly['kind'], number>();
  #textLength = 0;
  #parent = '';

  constructor(wanted: Wanted, aliases: ReadonlyMap<string, Alias>, what: string) {
    this.#hasher = wanted.hasher;
    this.#wanted = wanted;
    this.#aliases = aliases;
    this.#what = what;
    for (const [path, { target }] of aliases) this.#namesOf.set(target, [...(this.#namesOf.get(target) ?? []), path]);
  }

  /** Hard links to names that the layer did not hold when they came. */
  get links(): readonly HardLink[] {
    return [...this.#leadingOut].map(([path, target]) => ({ path, target }));
  }

  entry(member: TarEntry): boolean {
    const ordinal = this.entries++;
    const { path, escapes, absolute } = canonicalPath(member.name);
    if (escapes) this.#note('escaping-name', path, `the name ${member.name.slice(0, 200)} steps out of the root`);
    if (absolute) this.#note('absolute-name', path, 'the name is absolute');
    if (member.type === 'unknown') return false;
    const slash = lastSlash(path);
    const whiteout = path.charCodeAt(slash + 1) === 0x2e ? whiteoutOf(path) : undefined;
    if (whiteout) {
      this.#whiteout(whiteout, path);
      return false;
    }
    const linked = member.type === 'hardlink' ? this.#lookUp(member.linkname ?? '', path) : undefined;
    const entry = layerEntry(member, member.type, path, linked);
    const hash = this.#hasher.hash(path);
    this.#place(entry, hash);
    if (slash >= 0 && this.#hasher.parent !== this.#parent) this.#imply(path);
    // An empty map would hash the path's text first.
    const aliased = this.#aliases.size > 0 && this.#aliases.has(path);
    if (linked) this.#follow(path, linked, ordinal, !aliased && this.#wanted.atPath(path, hash) !== undefined);
    else this.#forget(path, aliased);
    const asked = this.#wanted.of(entry, hash);
    const sparse = member.sparse === true;
    if (asked) this.#bodies.offer(entry, aliased ? asked.filter((one) => !one.body) : asked, sparse);
    if (this.#namesOf.size > 0) this.#offerUnderAliases(entry, linked, ordinal, sparse);
    return this.#bodies.waiting;
  }

  body(chunk: Uint8Array): void {
    this.#bodies.add(chunk);
  }

  endBody(): void {
    this.#bodies.finish();
  }

  odd(kind: TarOddity, name: string, message: string): void {
    this.#note(kind, canonicalPath(name).path, message);
  }

  /** A wanted path gets what its target was when the link was made: the last entry of the target before it counts. */
  #offerUnderAliases(entry: LayerEntry, linked: Linked | undefined, ordinal: number, sparse: boolean): void {
    for (const alias of this.#namesOf.get(entry.path) ?? []) {
      if (ordinal >= (this.#aliases.get(alias)?.before ?? 0)) continue;
      const workers = this.#wanted.atPath(alias, this.#hasher.hash(alias)) ?? [];
      for (const worker of workers) worker.analysis.replaced(alias);
      this.#forget(alias, false);
      if (linked) this.#follow(alias, linked, ordinal, true);
      const asked = workers.map((worker) => ({ worker, body: true }));
      this.#bodies.offer({ ...entry, path: alias }, asked, sparse);
    }
  }

  #lookUp(linkname: string, path: string): Linked {
    const { path: target, escapes } = canonicalPath(linkname);
    if (escapes) this.#note('escaping-name', path, `its target ${linkname.slice(0, 200)} steps out of the root`);
    const hash = this.#hasher.hash(target);
    const within = this.files.has(hash);
    return { target, within, toSymlink: within && this.#symlinks.has(hash) && !this.#repeated.has(hash) };
  }

  /** Notes where a hard link leads: out of the layer, perhaps by way of one that does, or to be read in another pass. */
  #follow(path: string, { target, within }: Linked, ordinal: number, wanted: boolean): void {
    const beyond = within ? this.#leadingOut.get(target) : target;
    if (beyond !== undefined) {
      if (this.#leadingOut.size >= limits.links) throw this.#tooMany(`${limits.links} hard links out of the layer`);
      this.#count(path, beyond);
      this.#leadingOut.set(path, beyond);
      this.unread.delete(path);
    } else {
      this.#leadingOut.delete(path);
      if (wanted) this.unread.set(path, { target, before: ordinal });
    }
  }

  /** What came now at the path is no hard link. */
  #forget(path: string, aliased: boolean): void {
    if (aliased) return;
    if (this.#leadingOut.size > 0) this.#leadingOut.delete(path);
    if (this.unread.size > 0) this.unread.delete(path);
  }

  /** Notes that the path exists, and what it replaces within this layer. */
  #place(entry: LayerEntry, hash: number): void {
    const { path } = entry;
    const directory = entry.type === 'directory';
    const fresh = (directory ? this.directories : this.files).add(hash);
    const other = (directory ? this.files : this.directories).has(hash);
    if (!fresh || other) {
      this.#repeated.add(hash);
      this.#replaced(path, hash);
      if (!directory || other) this.#note('duplicate-entry', path, 'the name comes more than once');
    } else if (!directory && this.implied.has(hash)) {
      this.#note('duplicate-entry', path, 'something lies in it, yet it is no directory');
    }
    if (entry.type === 'symlink' || entry.linksToSymlink) this.#symlinks.add(hash);
  }

  #replaced(path: string, hash: number): void {
    const spared = this.#aliases.has(path) ? this.#wanted.atPath(path, hash) : undefined;
    for (const worker of this.#wanted.workers) if (!spared?.includes(worker)) worker.analysis.replaced(path);
  }

  #imply(path: string): void {
    const above = this.#hasher.above(path);
    this.#parent = this.#hasher.parent;
    for (let depth = above.length - 1; depth >= 0; depth--) {
      const hash = above[depth] as number;
      if (!this.implied.add(hash)) return;
      if (this.implied.size > limits.implied) throw this.#tooMany(`${limits.implied} directories`);
      if (!this.files.has(hash)) continue;
      const name = path.split('/', depth + 1).join('/');
      this.#note('duplicate-entry', name, 'something lies in it, yet it is no directory');
    }
  }

  #whiteout(whiteout: Whiteout, path: string): void {
    if (whiteout.kind === 'odd') {
      this.#note('odd-whiteout', path, 'a whiteout that names nothing');
      return;
    }
    if (this.whiteouts.length + this.opaques.length >= limits.whiteouts) {
      throw this.#tooMany(`${limits.whiteouts} whiteouts`);
    }
    this.#count(whiteout.path);
    (whiteout.kind === 'opaque' ? this.opaques : this.whiteouts).push(whiteout.path);
  }

  #note(kind: Anomaly['kind'], path: string, message: string): void {
    const listed = this.#listed.get(kind) ?? 0;
    this.#listed.set(kind, listed + 1);
    if (listed < anomaliesOfKind) this.anomalies.push({ kind, path, message });
    else this.anomaliesDropped++;
  }

  #count(...texts: readonly string[]): void {
    for (const text of texts) this.#textLength += text.length;
    if (this.#textLength > limits.textLength) {
      throw this.#tooMany(`${limits.textLength} characters of whiteouts and hard links`);
    }
  }

  #tooMany(what: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: more than ${what}`);
  }
}

/** Where a hard link leads, as the layer was when it came. */
interface Linked {
  readonly target: string;
  readonly within: boolean;
  readonly toSymlink: boolean;
}
