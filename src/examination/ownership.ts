import type { PackagedPaths, PackagedSpecial } from '../analyzers/packaged-paths.js';
import { typeBits } from '../analyzers/file-table.js';
import type { SpecialFile } from '../analyzers/special-files.js';
import { groupBy } from '../core/group.js';
import type { ImagePaths } from '../layer/image-paths.js';
import { PathHasher } from '../layer/path-set.js';
import { formatPackage } from '../rpm/package-name.js';
import type { RpmPackage } from '../rpm/package.js';
import { compareAttributes, type AccountNames, type ActualAttributes } from './file-attributes.js';

/** How an entry stands to the packages of its image. */
export interface Ownership {
  /** `unknown`: no database was read, or not all of it and nobody was found. */
  readonly packaged: 'as-packaged' | 'changed' | 'unowned' | 'unknown';
  /** The owning package: name, version, release, architecture. */
  readonly package?: string;
  /** What was changed: `mode 4755, packaged 0755`. */
  readonly differences?: readonly string[];
}

/** What an image knows of its files' owners. */
export interface OwnerRecords {
  readonly files: PackagedPaths;
  /** Of the same database. */
  readonly packages: readonly RpmPackage[];
  /** Whether these are all packages, and all their paths. */
  readonly whole: boolean;
  readonly paths: ImagePaths;
  readonly users: AccountNames;
  readonly groups: AccountNames;
}

/**
 * Who owns each of the entries, and whether it is as packaged, in the order given. An entry is looked up under every
 * name that the image's own links to directories give it: packages know `/bin/su` where it lies in `/usr/bin`.
 */
export function ownershipOf(entries: readonly SpecialFile[], records: OwnerRecords): readonly Ownership[] {
  const hasher = new PathHasher(records.files.key);
  const names = entries.map((entry) => records.paths.names(entry.path));
  const hashes = names.map((all) => all.map((name) => hasher.hash(name)));
  const owners = findOwners(records.files, new Set(hashes.flat()));
  const special = groupBy(records.files.special, (one) => one.path);
  return entries.map((entry, i) => {
    const owner = hashes[i]?.map((hash) => owners.get(hash)).find((one) => one !== undefined);
    if (owner === undefined) return { packaged: records.whole ? 'unowned' : 'unknown' };
    const known = names[i]?.flatMap((name) => special.get(name) ?? []) ?? [];
    return judge(entry, known, owner, records);
  });
}

/** The index of the first package that owns a path, by the path's hash. */
function findOwners({ paths, counts }: PackagedPaths, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const owners = new Map<number, number>();
  let at = 0;
  for (const [owner, count] of counts.entries()) {
    for (const end = at + count; at < end; at++) {
      const hash = paths[at] as number;
      if (wanted.has(hash) && !owners.has(hash)) owners.set(hash, owner);
    }
  }
  return owners;
}

/** Of several packages that own it one is enough that has it so. */
function judge(entry: SpecialFile, known: readonly PackagedSpecial[], owner: number, records: OwnerRecords): Ownership {
  const nameOf = (index: number): { package?: string } => {
    const one = records.packages[index];
    return one ? { package: formatPackage(one) } : {};
  };
  const actual = actualOf(entry);
  const compared = known.map((one) => ({ one, differences: compareAttributes(one, actual, records) }));
  const same = compared.find(({ differences }) => differences.length === 0);
  if (same) return { packaged: 'as-packaged', ...nameOf(same.one.package) };
  const [first] = compared;
  if (first) {
    const differences = first.differences.map(({ text }) => text);
    return { packaged: 'changed', ...nameOf(first.one.package), differences };
  }
  return { packaged: 'changed', ...nameOf(owner), differences: [`packaged without being ${entry.kinds.join(' or ')}`] };
}

function actualOf(entry: SpecialFile): ActualAttributes {
  const { type, mode, uid, gid, capabilities, devMajor = 0, devMinor = 0 } = entry;
  return {
    type: type === 'hardlink' ? typeBits.file : typeBits[type],
    mode,
    uid,
    gid,
    ...(capabilities ? { capabilities } : {}),
    device: ((devMajor & 0xff) << 8) | (devMinor & 0xff),
  };
}
