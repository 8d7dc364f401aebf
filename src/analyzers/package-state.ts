import type { Seen, Squash } from '../layer/squash.js';
import type { Database, DatabaseKind } from '../rpm/database.js';
import type { RpmPackage } from '../rpm/package.js';
import { rpmdb, rpmdbFiles, rpmdbFolders, type RpmdbFact } from './rpmdb.js';

/** Where the database that counts lies. */
export interface DatabasePlace {
  readonly path: string;
  /** Index of the layer it comes from. */
  readonly layer: number;
  readonly kind: DatabaseKind;
}

/** What `rpm -qa` would say at one height of the stack, and how much of it can be believed. */
export interface PackageState {
  /**
   * `read`: whole. `incomplete`: some of it could not be read, or it cannot be told which database counts.
   * `removed`: a lower layer had one and it is hidden now. `none`: no layer has one.
   */
  readonly outcome: 'read' | 'incomplete' | 'removed' | 'none';
  readonly place: DatabasePlace | undefined;
  /** gpg-pubkey rows included. Of a removed database: empty. */
  readonly packages: readonly RpmPackage[];
  /** Why it is not `read`, in words. */
  readonly problems: readonly string[];
  /** Databases that are visible too, but do not count. */
  readonly others: readonly string[];
  /** Databases at other places that higher layers hid: what a move, or a change of backend, left in the layers below. */
  readonly leftBehind: readonly LeftDatabase[];
}

/** A database that no longer shows, but still ships. */
export interface LeftDatabase {
  readonly path: string;
  /** Index of the layer it lies in. */
  readonly layer: number;
  /** Index of the layer that hid it. */
  readonly hiddenBy: number;
}

/** What there is to say where no database could be read. */
const nothing = { place: undefined, packages: [], problems: [], others: [], leftBehind: [] } as const;

type DatabaseFact = Extract<RpmdbFact, { kind: 'database' | 'unreadable' }>;

/**
 * Chooses the database as rpm would: the first folder, links followed, that has one, and in it sqlite, ndb, bdb
 * (rpm lib/backend/dbi.cc); judges what a log or a link beside it does to the answer.
 */
export function packageState(stack: Squash): PackageState {
  const all = stack.all(rpmdb);
  const visible = all.filter((one) => !one.hidden);
  const { chosen, problems } = choose(visible);
  if (!chosen) return withoutDatabase(all, problems);
  const { fact } = chosen;
  const others = visible.filter((one) => isDatabase(one) && one.fact.path !== fact.path).map((one) => one.fact.path);
  if (fact.kind === 'unreadable') {
    const reason = `${fact.path} could not be read: ${fact.reason}`;
    return { ...nothing, outcome: 'incomplete', problems: [reason, ...problems], others };
  }
  const { database, path } = fact;
  problems.push(...logProblems(visible, chosen.layer, fact), ...damageOf(database, path));
  return {
    outcome: problems.length > 0 ? 'incomplete' : 'read',
    place: { path, layer: chosen.layer, kind: database.kind },
    packages: database.packages,
    problems,
    others,
    leftBehind: all.flatMap((one) =>
      one.hidden && isDatabase(one) && one.fact.path !== path
        ? [{ path: one.fact.path, layer: one.layer, hiddenBy: one.hidden.layer }]
        : [],
    ),
  };
}

/** The first database in the order in which rpm looks, and what on the way there hides that it may be another. */
function choose(visible: readonly Seen<RpmdbFact>[]): {
  readonly chosen: Seen<DatabaseFact> | undefined;
  readonly problems: string[];
} {
  const problems: string[] = [];
  for (const folder of rpmdbFolders) {
    const place = followLinks(folder, visible);
    if (!rpmdbFolders.some((one) => one === place)) {
      problems.push(`/${folder} leads to /${place}, where databases are not looked for`);
      continue;
    }
    for (const file of rpmdbFiles) {
      // A log of a higher layer makes a second fact of the database there (see loose-logs): it is the later state.
      const one = visible.findLast((seen) => seen.fact.path === `${place}/${file}`);
      if (one && isDatabase(one)) return { chosen: one, problems };
    }
  }
  return { chosen: undefined, problems };
}

function isDatabase(one: Seen<RpmdbFact>): one is Seen<DatabaseFact> {
  const { kind, path } = one.fact;
  return (kind === 'database' || kind === 'unreadable') && places.has(path);
}

const places: ReadonlySet<string> = new Set(
  rpmdbFolders.flatMap((folder) => rpmdbFiles.map((file) => `${folder}/${file}`)),
);

/** What the log beside a database, as the image shows it, does to what was read of both in one layer. */
function logProblems(visible: readonly Seen<RpmdbFact>[], layer: number, fact: DatabaseFact): string[] {
  const beside = visible.find((one) => one.fact.path === `${fact.path}-wal`);
  const applied = fact.kind === 'database' && fact.writeAheadLog;
  if (beside?.fact.kind === 'unreadable') return [`${beside.fact.path} could not be read: ${beside.fact.reason}`];
  if (beside?.fact.kind !== 'write-ahead-log') {
    return applied ? [`${fact.path} was read with its write-ahead log, which a higher layer took away`] : [];
  }
  if (beside.layer === layer && applied) return [];
  return [
    `${beside.fact.path} of layer ${beside.layer + 1} belongs to a database of layer ${layer + 1}: its changes are not applied`,
  ];
}

function damageOf(database: Database, path: string): string[] {
  if (database.damaged === 0) return [];
  const shown = database.damage.slice(0, 3).join('; ');
  return [`${path} is damaged: ${database.damaged} records or pages could not be read (${shown})`];
}

/** Links that point at each other would go on forever; no folder needs as many. */
const linkLimit = 8;

/** Where a folder lies once the links that the image shows, at it or above it, are followed. */
function followLinks(folder: string, visible: readonly Seen<RpmdbFact>[]): string {
  let place = folder;
  for (let i = 0; i < linkLimit; i++) {
    const link = visible.find(
      ({ fact }) => fact.kind === 'link' && (place === fact.path || place.startsWith(`${fact.path}/`)),
    )?.fact;
    if (link?.kind !== 'link') return place;
    place = resolveLink(link.path, link.target) + place.slice(link.path.length);
  }
  return place;
}

/** The target of a symbolic link as a canonical path, `..` clamped at the root. */
function resolveLink(path: string, target: string): string {
  const parts = target.startsWith('/') ? [] : path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function withoutDatabase(all: readonly Seen<RpmdbFact>[], problems: readonly string[]): PackageState {
  const lost = all.filter((one) => isDatabase(one) && one.hidden).at(-1);
  if (problems.length > 0) return { ...nothing, outcome: 'incomplete', problems };
  if (!lost?.hidden) return { ...nothing, outcome: 'none' };
  const reason = `the database ${lost.fact.path} of layer ${lost.layer + 1} was removed in layer ${lost.hidden.layer + 1}`;
  return { ...nothing, outcome: 'removed', problems: [reason] };
}
