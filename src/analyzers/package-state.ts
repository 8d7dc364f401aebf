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
}

type DatabaseFact = Extract<RpmdbFact, { kind: 'database' | 'unreadable' }>;

/**
 * Chooses the database as rpm would: the first folder that is no link to another, and in it sqlite, ndb, bdb
 * (rpm lib/backend/dbi.cc); judges what a log or a link beside it does to the answer.
 */
export function packageState(stack: Squash): PackageState {
  const all = stack.all(rpmdb);
  const visible = all.filter((one) => !one.hidden);
  const databases = order(visible);
  const problems = [...brokenLinks(visible, databases), ...lostLinks(stack)];
  const [chosen, ...others] = databases;
  if (!chosen) return withoutDatabase(all, problems);
  const log = visible.find((one) => one.fact.kind === 'write-ahead-log' && one.fact.path === `${chosen.fact.path}-wal`);
  if (log && log.layer !== chosen.layer) {
    problems.push(
      `${log.fact.path} of layer ${log.layer + 1} belongs to a database of layer ${chosen.layer + 1}: its changes are not applied`,
    );
  }
  const otherPaths = others.map((one) => one.fact.path);
  if (chosen.fact.kind === 'unreadable') {
    const reason = `${chosen.fact.path} could not be read: ${chosen.fact.reason}`;
    return {
      outcome: 'incomplete',
      place: undefined,
      packages: [],
      problems: [reason, ...problems],
      others: otherPaths,
    };
  }
  const { database, path } = chosen.fact;
  problems.push(...damageOf(database, path));
  return {
    outcome: problems.length > 0 ? 'incomplete' : 'read',
    place: { path, layer: chosen.layer, kind: database.kind },
    packages: database.packages,
    problems,
    others: otherPaths,
  };
}

function order(visible: readonly Seen<RpmdbFact>[]): Seen<DatabaseFact>[] {
  const ordered: Seen<DatabaseFact>[] = [];
  for (const folder of rpmdbFolders) {
    for (const file of rpmdbFiles) {
      const one = visible.find((seen) => seen.fact.path === `${folder}/${file}`);
      if (one && isDatabase(one)) ordered.push(one);
    }
  }
  return ordered;
}

function isDatabase(one: Seen<RpmdbFact>): one is Seen<DatabaseFact> {
  return one.fact.kind === 'database' || one.fact.kind === 'unreadable';
}

function damageOf(database: Database, path: string): string[] {
  if (database.damaged === 0) return [];
  const shown = database.damage.slice(0, 3).join('; ');
  return [`${path} is damaged: ${database.damaged} records or pages could not be read (${shown})`];
}

/** A folder that links out of the known places hides a database we did not see. */
function brokenLinks(visible: readonly Seen<RpmdbFact>[], databases: readonly Seen<DatabaseFact>[]): string[] {
  const links = visible.flatMap((one) => (one.fact.kind === 'link' ? [one.fact] : []));
  const problems: string[] = [];
  for (const folder of rpmdbFolders) {
    const link = links.find((one) => folder === one.path || folder.startsWith(`${one.path}/`));
    if (!link) continue;
    const target = resolveLink(link.path, link.target) + folder.slice(link.path.length);
    const known = rpmdbFolders.some((one) => one === target);
    if (!known && databases.length === 0) {
      problems.push(`/${folder} leads to /${target}, where databases are not looked for`);
    }
  }
  return problems;
}

/** Hard links at a database's place whose content lies elsewhere in a layer below. */
function lostLinks(stack: Squash): string[] {
  const paths = new Set(rpmdbFolders.flatMap((folder) => rpmdbFiles.map((file) => `${folder}/${file}`)));
  return stack.layers.flatMap((layer, i) =>
    layer.links
      .filter((link) => paths.has(link.path) && !paths.has(link.target))
      .map(
        (link) =>
          `/${link.path} of layer ${i + 1} is a hard link to /${link.target} of a layer below, which was not read`,
      ),
  );
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
  if (problems.length > 0) return { outcome: 'incomplete', place: undefined, packages: [], problems, others: [] };
  if (!lost?.hidden) return { outcome: 'none', place: undefined, packages: [], problems: [], others: [] };
  const reason = `the database ${lost.fact.path} of layer ${lost.layer + 1} was removed in layer ${lost.hidden.layer + 1}`;
  return { outcome: 'removed', place: undefined, packages: [], problems: [reason], others: [] };
}
