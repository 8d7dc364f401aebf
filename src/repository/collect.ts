import { ImgcheckError } from '../core/error.js';
import type { Advisory, AdvisoryPackage } from '../repodata/advisory.js';
import type { ModuleBuild } from '../repodata/modules.js';
import { formatNevra, type Nevra } from '../repodata/nevra.js';
import type { PrimaryPackage } from '../repodata/primary.js';
import { compareEvr } from '../rpm/version.js';
import { isModularRelease, type RepositoryPackage } from './repository-index.js';

/** The names that are wanted: nothing is kept of any other. */
export type Wanted = ReadonlySet<string>;

/** Of any one kind; far above what an image's packages can have in a repository. */
const keptLimit = 500_000;

/** Which module streams there are, and which of the wanted builds belong to them. */
export class ModuleTable {
  readonly streams = new Set<string>();
  readonly #wanted: Wanted;
  readonly #byBuild = new Map<string, string[]>();

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  add({ name, stream, artifacts }: ModuleBuild): void {
    this.streams.add(`${name}:${stream}`);
    checkKept(this.streams.size, 'module streams');
    for (const artifact of artifacts) this.assign(artifact, `${name}:${stream}`);
  }

  /** Notes that a build belongs to a stream; a build of two streams belongs to both. */
  assign(build: Nevra, stream: string): void {
    if (!this.#wanted.has(build.name)) return;
    this.streams.add(stream);
    const key = formatNevra(build);
    const known = this.#byBuild.get(key);
    if (!known) this.#byBuild.set(key, [stream]);
    else if (!known.includes(stream) && known.length < 100) known.push(stream);
    checkKept(this.#byBuild.size, 'module builds');
  }

  streamsOf(build: Nevra): readonly string[] {
    return this.#byBuild.get(formatNevra(build)) ?? [];
  }
}

/** Gathers the advisories that bring wanted packages; of one that comes several times the packages are joined. */
export class AdvisoryCollection {
  /** The module streams that advisories tell of. */
  readonly told: ModuleTable;
  readonly #wanted: Wanted;
  readonly #modules: ModuleTable;
  readonly #byId = new Map<string, { readonly advisory: Advisory; readonly packages: Map<string, AdvisoryPackage> }>();
  #kept = 0;

  constructor(wanted: Wanted, modules: ModuleTable) {
    this.#wanted = wanted;
    this.#modules = modules;
    this.told = new ModuleTable(wanted);
  }

  add(advisory: Advisory): void {
    const found = advisory.packages.filter(({ name }) => this.#wanted.has(name));
    if (found.length === 0) return;
    const known = this.#byId.get(advisory.id);
    const entry = known ?? { advisory: ownCopy({ ...advisory, packages: [] }), packages: new Map() };
    this.#byId.set(advisory.id, entry);
    for (const one of found.flatMap((each) => this.#withStreams(each))) {
      const key = `${formatNevra(one)} ${one.module ?? ''}`;
      if (!entry.packages.has(key)) checkKept(++this.#kept, 'builds in advisories');
      entry.packages.set(key, ownCopy(one));
    }
  }

  finish(): readonly Advisory[] {
    return [...this.#byId.values()].map(({ advisory, packages }) => ({
      ...advisory,
      packages: [...packages.values()],
    }));
  }

  /** An advisory may leave out the module of its builds, or be the only one to tell it. */
  #withStreams(found: AdvisoryPackage): readonly AdvisoryPackage[] {
    if (found.module !== undefined) {
      this.told.assign(found, found.module);
      return [found];
    }
    const streams = this.#modules.streamsOf(found);
    return streams.length === 0 ? [found] : streams.map((module) => ({ ...found, module }));
  }
}

/** Keeps the newest build of each wanted name, architecture and module stream. */
export class NewestBuilds {
  /** Builds for a module that no stream of the repository names: with what they may be compared is not known. */
  homeless = 0;
  readonly #wanted: Wanted;
  readonly #modules: readonly ModuleTable[];
  readonly #newest = new Map<string, RepositoryPackage>();

  constructor(wanted: Wanted, modules: readonly ModuleTable[]) {
    this.#wanted = wanted;
    this.#modules = modules;
  }

  add(found: PrimaryPackage): void {
    if (!this.#wanted.has(found.name)) return;
    const streams = new Set(this.#modules.flatMap((table) => table.streamsOf(found)));
    if (streams.size === 0 && isModularRelease(found.release)) {
      this.homeless++;
      return;
    }
    if (streams.size === 0) this.#keep(found);
    for (const module of streams) this.#keep({ ...found, module });
  }

  finish(): readonly RepositoryPackage[] {
    return [...this.#newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
  }

  #keep(found: RepositoryPackage): void {
    const key = `${found.name}\0${found.arch}\0${found.module ?? ''}`;
    const known = this.#newest.get(key);
    if (known && compareEvr(known, found) >= 0) return;
    this.#newest.set(key, ownCopy(found));
    checkKept(this.#newest.size, 'packages of the same names');
  }
}

/** A parser's texts are windows on the pieces of the document they stood in, and would keep all of these. */
function ownCopy<T>(found: T): T {
  return structuredClone(found);
}

function checkKept(kept: number, what: string): void {
  if (kept > keptLimit) throw new ImgcheckError('hostile', `the repository has more than ${keptLimit} ${what}`);
}
