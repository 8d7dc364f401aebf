import type { Content, Examination } from '../examination/examination.js';
import { baseDoubt } from '../freshness/base-doubt.js';
import type { PackageChange } from '../freshness/compare.js';
import type { RebuildWhen } from '../freshness/rebuild-when.js';
import { formatEvr } from '../rpm/version.js';
import { judgeRepositories } from './repository-finding.js';
import { evidenceLimit, type Check, type Evidence, type Finding } from './check.js';
import { isWithinDays, usualThresholds, type Thresholds } from './thresholds.js';
import { isRpmDistribution } from './rpm-distribution.js';

export const packagesCurrent: Check = {
  id: 'packages-current',
  asks: 'Is no RPM package older than in the given repositories, or in its base image as that is today?',
  reason: 'An old package in a new image is what a rebuild from a stale build cache leaves behind.',
  remedy: 'Rebuild on the base of today, without the build cache for the steps that install or update packages.',
  guide: '3.2',
  mendedByRebuild: true,
  evaluate(examination, rebuildWhen, thresholds = usualThresholds) {
    const { content, repositories, now } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'packages were not read', evidence: [], idle: true }];
    const base = (): Finding => binding(judgeBase(examination, content), examination, rebuildWhen, thresholds);
    if (!repositories) return [base()];
    const found = judgeRepositories(repositories, content, now, packagesCurrent.remedy);
    return examination.comparison ? [found, base()] : [found];
  },
};

/**
 * Where a rebuild is wanted for advisories alone, an older package of which it closes none is shown and does not bind; no
 * more does one of a base that is no further behind than the policy bears.
 */
function binding(
  finding: Finding,
  { rebuild, base }: Examination,
  rebuildWhen: RebuildWhen | undefined,
  thresholds: Thresholds,
): Finding {
  if (finding.outcome !== 'fail') return finding;
  if (base?.outcome === 'stale' && isWithinDays(base, thresholds)) return { ...finding, idle: true };
  if (rebuildWhen !== 'advisories') return finding;
  return rebuild?.advisories.outcome === 'needed' ? finding : { ...finding, idle: true };
}

function judgeBase(examination: Examination, content: Content): Finding {
  const { comparison, base } = examination;
  if (!comparison) return nothingToCompare(examination, content);
  const { differences, problem, reference } = comparison;
  const behind = differences?.behind ?? [];
  const doubt = base ? baseDoubt(base, reference) : undefined;
  if (doubt !== undefined) {
    const message = `its packages tell nothing: ${doubt}`;
    return { outcome: 'unknown', message, evidence: [], remedy: 'name its base with --base' };
  }
  if (behind.length > 0) {
    const more = problem === undefined ? '' : `, and not all could be compared: ${problem}`;
    return {
      outcome: 'fail',
      message: `${behind.length} of its packages ${behind.length === 1 ? 'is' : 'are'} older than in ${reference}: ${names(behind)}${more}`,
      evidence: behind.slice(0, evidenceLimit).map(evidenceOf),
      remedy: packagesCurrent.remedy,
      ...(problem === undefined ? {} : { partial: true }),
    };
  }
  if (!differences || problem !== undefined) {
    const message = `its packages could not be compared with those of ${reference}: ${problem ?? 'no packages'}`;
    return { outcome: 'unknown', message, evidence: [] };
  }
  const ahead = differences.ahead.length > 0 ? `, ${differences.ahead.length} newer` : '';
  return {
    outcome: 'pass',
    message: `no package is older than in ${reference}: ${differences.equal} equal${ahead}, ${differences.added.length} of its own`,
    evidence: [],
  };
}

/** No base to compare with: said with the age of what is there, and without binding; on an RPM system a missing list does bind. */
function nothingToCompare({ now }: Examination, content: Content): Finding {
  const { state, packages } = content.packages;
  if (state.outcome !== 'read' || packages.length === 0) {
    const rpm = state.outcome !== 'none' || isRpmDistribution(content.osRelease);
    const other = content.managers.length > 0 ? ` (packages by ${content.managers.join(', ')} are not compared)` : '';
    const none = state.outcome === 'read' ? 'the RPM database holds no package' : 'no RPM database';
    const message = state.problems[0] ?? `${none}${other}`;
    return { outcome: 'unknown', message, evidence: [], ...(rpm ? {} : { idle: true }) };
  }
  const age = (times: readonly (number | undefined)[]): string => {
    const newest = times.reduce<number>((latest, time) => Math.max(latest, time ?? 0), 0);
    const days = Math.floor((now.getTime() / 1000 - newest) / 86_400);
    if (newest === 0) return 'at an unknown time';
    return days < 0 ? 'at a time that is yet to come' : `${days} ${days === 1 ? 'day' : 'days'} ago`;
  };
  const built = age(packages.map((one) => one.package.buildTime));
  const installed = age(packages.map((one) => one.package.installTime));
  return {
    outcome: 'unknown',
    message: `nothing to compare its ${packages.length} packages with; the newest was built ${built}, installed ${installed}`,
    evidence: [],
    idle: true,
  };
}

function names(changes: readonly PackageChange[]): string {
  const shown = changes.slice(0, 3).map((one) => `${one.name} ${formatEvr(one.image)} < ${formatEvr(one.other)}`);
  return shown.join(', ') + (changes.length > shown.length ? ', ...' : '');
}

function evidenceOf(change: PackageChange): Evidence {
  const { name, arch, image, other } = change;
  return { type: 'package', name: `${name}.${arch}`, image: formatEvr(image), other: formatEvr(other) };
}
