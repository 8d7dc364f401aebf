import { canonicalPath, whiteoutOf } from '../archive/entry-path.js';
import type { TarEntry, TarHandler } from '../archive/tar.js';
import { ImgcheckError } from '../core/error.js';
import type { EntryType, LayerEntry } from './analyzer.js';
import type { Anomaly, HardLink } from './facts.js';
import { HashSet, PathHasher } from './path-set.js';
import type { Asked, Wanted } from './wanted.js';

/** What one layer may hold besides its files before it is refused: what is kept of it must stay small. */
const limits = { whiteouts: 250_000, links: 100_000, anomalies: 100 } as const;

/** The body being gathered: grown as bytes come, never allocated from what a header claims. */
interface Gathering {
  readonly entry: LayerEntry;
  readonly asked: readonly Asked[];
  bytes: Uint8Array;
  length: number;
}

/** The fold over the members of one layer's tar: paths, whiteouts, links, and the entries that analyzers want. */
export class LayerEntries implements TarHandler {
  readonly hasher = new PathHasher();
  readonly files = new HashSet();
  readonly directories = new HashSet();
  readonly implied = new HashSet();
  readonly whiteouts: string[] = [];
  readonly opaques: string[] = [];
  readonly links: HardLink[] = [];
  readonly anomalies: Anomaly[] = [];
  /** Names in this layer whose content belongs under a wanted path too: target -> hard link (see walk). */
  readonly linked = new Map<string, string[]>();
  anomaliesDropped = 0;
  entries = 0;
  readonly #wanted: Wanted;
  readonly #aliases: ReadonlyMap<string, readonly string[]>;
  readonly #what: string;
  readonly #gathering: Gathering[] = [];
  #parent = '';

  constructor(wanted: Wanted, aliases: ReadonlyMap<string, readonly string[]>, what: string) {
    this.#wanted = wanted;
    this.#aliases = aliases;
    this.#what = what;
  }

  entry(member: TarEntry): boolean {
    this.entries++;
    const { path, escapes, absolute } = canonicalPath(member.name);
    if (escapes) this.#note('escaping-name', path, `the name ${member.name.slice(0, 200)} steps out of the root`);
    if (absolute) this.#note('absolute-name', path, 'the name is absolute');
    if (member.type === 'unknown') return false;
    const whiteout = whiteoutOf(path);
    if (whiteout) {
      this.#whiteout(whiteout, path);
      return false;
    }
    const entry = layerEntry(member, member.type, path);
    this.#place(entry);
    const asked = this.#wanted.of(entry);
    if (asked) this.#offer(entry, asked, member.sparse === true);
    for (const alias of this.#aliases.get(path) ?? []) {
      const under = { ...entry, path: alias };
      const wanting = this.#wanted.of(under);
      if (wanting) this.#offer(under, wanting, member.sparse === true);
    }
    return this.#gathering.length > 0;
  }

  body(chunk: Uint8Array): void {
    for (const one of this.#gathering) {
      const need = one.length + chunk.byteLength;
      if (need > one.bytes.byteLength) {
        const grown = new Uint8Array(Math.min(Math.max(need, one.bytes.byteLength * 2), one.entry.size));
        grown.set(one.bytes.subarray(0, one.length));
        one.bytes = grown;
      }
      one.bytes.set(chunk, one.length);
      one.length = need;
    }
  }

  endBody(): void {
    for (const { entry, asked, bytes, length } of this.#gathering.splice(0)) {
      const body = bytes.subarray(0, length);
      for (const { worker, body: wants } of asked) worker.analysis.file(wants ? { entry, body } : { entry });
    }
  }

  odd(kind: Anomaly['kind'], name: string, message: string): void {
    this.#note(kind, canonicalPath(name).path, message);
  }

  #offer(entry: LayerEntry, asked: readonly Asked[], sparse: boolean): void {
    const bodies = asked.filter((one) => one.body && entry.type === 'file');
    const refused = sparse
      ? new ImgcheckError('unsupported', `${entry.path} is stored as a sparse file, which is not read`)
      : undefined;
    for (const one of asked) {
      if (!bodies.includes(one)) one.worker.analysis.file({ entry });
    }
    const fitting = bodies.filter((one) => {
      const { maxBytes } = one.worker.analyzer;
      const error =
        refused ??
        (entry.size > maxBytes
          ? new ImgcheckError('hostile', `${entry.path} of ${entry.size} bytes exceeds ${maxBytes}`)
          : undefined);
      if (error) one.worker.analysis.file({ entry, error });
      return !error;
    });
    if (fitting.length === 0) return;
    if (entry.size === 0) {
      for (const one of fitting) one.worker.analysis.file({ entry, body: new Uint8Array(0) });
      return;
    }
    const first = Math.min(entry.size, 1 << 20);
    this.#gathering.push({ entry, asked: fitting, bytes: new Uint8Array(first), length: 0 });
  }

  /** Notes that the path exists, what it replaces within this layer, and where a hard link leads. */
  #place(entry: LayerEntry): void {
    const { path } = entry;
    const hash = this.hasher.hash(path);
    const directory = entry.type === 'directory';
    const fresh = (directory ? this.directories : this.files).add(hash);
    const other = (directory ? this.files : this.directories).has(hash);
    if (other || (!fresh && !directory)) this.#note('duplicate-entry', path, 'the name comes more than once');
    if (!fresh || other) for (const worker of this.#wanted.workers) worker.analysis.replaced(path);
    this.#imply(path);
    if (entry.type !== 'hardlink' || entry.linkname === undefined) return;
    if (!this.files.has(this.hasher.hash(entry.linkname))) {
      if (this.links.length >= limits.links) throw this.#tooMany('hard links out of the layer', limits.links);
      this.links.push({ path, target: entry.linkname });
    } else if (this.#wanted.hasPath(path) && !(this.#aliases.get(entry.linkname) ?? []).includes(path)) {
      this.linked.set(entry.linkname, [...(this.linked.get(entry.linkname) ?? []), path]);
    }
  }

  #imply(path: string): void {
    let slash = path.lastIndexOf('/');
    if (slash < 0 || (slash === this.#parent.length && path.startsWith(this.#parent))) return;
    this.#parent = path.slice(0, slash);
    for (let parent = this.#parent; slash >= 0; parent = parent.slice(0, slash)) {
      if (!this.implied.add(this.hasher.hash(parent))) return;
      slash = parent.lastIndexOf('/');
    }
  }

  #whiteout(whiteout: NonNullable<ReturnType<typeof whiteoutOf>>, path: string): void {
    if (whiteout.kind === 'odd') {
      this.#note('odd-whiteout', path, 'a whiteout that names nothing');
      return;
    }
    if (this.whiteouts.length + this.opaques.length >= limits.whiteouts)
      throw this.#tooMany('whiteouts', limits.whiteouts);
    (whiteout.kind === 'opaque' ? this.opaques : this.whiteouts).push(whiteout.path);
  }

  #note(kind: Anomaly['kind'], path: string, message: string): void {
    if (this.anomalies.length < limits.anomalies) this.anomalies.push({ kind, path, message });
    else this.anomaliesDropped++;
  }

  #tooMany(what: string, limit: number): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: more than ${limit} ${what}`);
  }
}

function layerEntry(member: TarEntry, type: EntryType, path: string): LayerEntry {
  const linkname =
    member.linkname === undefined || type !== 'hardlink' ? member.linkname : canonicalPath(member.linkname).path;
  return {
    path,
    type,
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    size: type === 'file' ? member.size : 0,
    mtime: member.mtime,
    ...(member.user ? { user: member.user } : {}),
    ...(member.group ? { group: member.group } : {}),
    ...(linkname === undefined ? {} : { linkname }),
    ...(member.xattrs ? { xattrs: member.xattrs } : {}),
    ...(member.devMajor === undefined ? {} : { devMajor: member.devMajor }),
    ...(member.devMinor === undefined ? {} : { devMinor: member.devMinor }),
  };
}
