import type { OsRelease } from '../analyzers/os-release.js';
import { settle } from '../core/attempt.js';
import { compareWithRepository, type RepositoryComparison } from '../freshness/repository-comparison.js';
import type { RepositoryIndex } from '../repository/repository-index.js';
import type { Repository } from '../repository/repository.js';
import type { RpmPackage } from '../rpm/package.js';
import type { Content } from './examination.js';

/** A repository to compare with, for images whose os-release fits; for all when nothing is said. */
export interface RepositoryChoice {
  readonly repository: Repository;
  /** os-release ID. */
  readonly id?: string;
  /** The beginning of VERSION_ID, component by component. */
  readonly version?: string;
}

/** One repository that was asked, and how that went. */
export interface AskedRepository {
  readonly location: string;
  readonly revision?: string;
  /** How repomd.xml is signed; undefined when it could not be had. */
  readonly signature?: RepositoryIndex['signature']['outcome'];
  readonly remarks: readonly string[];
  /** Why it could not be had. */
  readonly problem?: string;
}

/** The image's packages beside what repositories have of them. */
export interface RepositoryFindings {
  readonly asked: readonly AskedRepository[];
  /** Undefined when none could be had. */
  readonly comparison: RepositoryComparison | undefined;
  /** What the image would hold after a rebuild, beside the same; undefined where that is not known. */
  readonly rebuilt?: RepositoryComparison;
  /** Those that know of no advisories. */
  readonly unadvised?: readonly string[];
}

/**
 * Asks every repository that fits the image, once, of what it holds and would hold `rebuilt`; undefined when none was named
 * for it. Never throws for what one does.
 */
export async function compareWithRepositories(
  content: Content,
  choices: readonly RepositoryChoice[],
  rebuilt?: readonly RpmPackage[],
): Promise<RepositoryFindings | undefined> {
  const { packages, osRelease } = content;
  const fitting = choices.filter((choice) => fits(choice, osRelease));
  if (fitting.length === 0 || packages.packages.length === 0) return undefined;
  const installed = packages.packages.map((one) => one.package);
  const names = new Set([...installed, ...(rebuilt ?? [])].map((one) => one.name));
  const asked: AskedRepository[] = [];
  const indexes: RepositoryIndex[] = [];
  for (const { repository } of fitting) {
    const { location } = repository;
    const index = await settle(() => repository.index({ names }), ['integrity', 'hostile']);
    if (!index.ok) {
      asked.push({ location, remarks: [], problem: index.error.message });
      continue;
    }
    const { revision, signature, remarks } = index.value;
    asked.push({ location, ...(revision === undefined ? {} : { revision }), signature: signature.outcome, remarks });
    indexes.push(index.value);
  }
  if (indexes.length === 0) return { asked, comparison: undefined };
  return {
    asked,
    comparison: compareWithRepository(installed, ...indexes),
    ...(rebuilt ? { rebuilt: compareWithRepository(rebuilt, ...indexes) } : {}),
    unadvised: indexes.filter((one) => one.unadvised).map((one) => one.location),
  };
}

function fits({ id, version }: RepositoryChoice, release: OsRelease | undefined): boolean {
  if (id !== undefined && release?.id !== id) return false;
  if (version === undefined) return true;
  return release?.versionId === version || release?.versionId.startsWith(`${version}.`) === true;
}
