import type { RepositoryFindings } from '../examination/repositories.js';
import { formatEvr } from '../rpm/version.js';
import type { ReportedRepositories } from './report.js';

/** Puts what repositories said into the shape that is reported. */
export function reportRepositories({ asked, comparison }: RepositoryFindings): ReportedRepositories {
  return {
    asked,
    ...(comparison ? { current: comparison.current, ahead: comparison.ahead, absent: comparison.absent } : {}),
    behind: (comparison?.behind ?? []).map(({ package: one, newest, repository, advisories, since }) => ({
      name: one.name,
      arch: one.arch,
      from: formatEvr(one),
      to: formatEvr(newest),
      repository,
      ...(since === undefined ? {} : { since: timeOf(since) }),
      advisories: advisories.map(({ issued, ...advisory }) => ({
        ...advisory,
        ...(issued === undefined ? {} : { issued: timeOf(issued) }),
      })),
    })),
    uncompared: (comparison?.unknown ?? []).map(({ package: one, reason }) => ({
      name: one.name,
      arch: one.arch,
      reason,
    })),
  };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
