import type { Content } from '../examination/examination.js';
import type { RepositoryFindings } from '../examination/repositories.js';
import type { BehindPackage } from '../freshness/repository-comparison.js';
import { formatEvr } from '../rpm/version.js';
import { evidenceLimit, type Finding } from './check.js';

/** What the repositories say of the packages: behind, the worst advisory missed, since when; never silent on one not had. */
export function judgeRepositories(
  { asked, comparison }: RepositoryFindings,
  { packages }: Content,
  now: Date,
  remedy: string,
): Finding {
  const lost = asked.flatMap((one) => (one.problem === undefined ? [] : [`${one.location}: ${one.problem}`]));
  if (!comparison)
    return { outcome: 'unknown', message: `no repository could be read: ${lost.join('; ')}`, evidence: [] };
  const had = asked.filter((one) => one.problem === undefined).map((one) => one.location);
  const doubts = [
    ...lost,
    ...packages.state.problems,
    ...(comparison.unknown.length > 0 ? [`${comparison.unknown.length} of unknown module streams`] : []),
  ];
  const doubt = doubts.length > 0 ? `; not compared: ${doubts.join('; ')}` : '';
  const { behind, current, ahead, absent } = comparison;
  const rest = `${current} current${ahead > 0 ? `, ${ahead} newer` : ''}${absent > 0 ? `, ${absent} not in it` : ''}`;
  const where = had.join(' and ');
  if (behind.length === 0) {
    const nothing = current + ahead === 0;
    return {
      outcome: doubts.length > 0 || nothing ? 'unknown' : 'pass',
      message: `no package is older than in ${where}: ${rest}${doubt}`,
      evidence: [],
    };
  }
  return {
    outcome: 'fail',
    message: `${behind.length} of its packages ${behind.length === 1 ? 'is' : 'are'} older than in ${where} (${rest}): ${named(behind, now)}${doubt}`,
    evidence: behind.slice(0, evidenceLimit).map((one) => ({
      type: 'package',
      name: `${one.package.name}.${one.package.arch}`,
      image: formatEvr(one.package),
      other: formatEvr(one.newest),
    })),
    remedy,
    ...(doubts.length > 0 ? { partial: true } : {}),
  };
}

const ranks = ['critical', 'important', 'moderate', 'low', 'none', 'unknown'] as const;

/** The three worst, each with what it misses. */
function named(behind: readonly BehindPackage[], now: Date): string {
  const worst = (one: BehindPackage): number =>
    Math.min(ranks.length, ...one.advisories.map((advisory) => ranks.indexOf(advisory.severity)));
  const shown = [...behind]
    .sort((a, b) => worst(a) - worst(b))
    .slice(0, 3)
    .map((one) => `${one.package.name} ${formatEvr(one.package)} < ${formatEvr(one.newest)}${missed(one, now)}`);
  return shown.join(', ') + (behind.length > shown.length ? ', ...' : '');
}

function missed({ advisories, since }: BehindPackage, now: Date): string {
  const [first] = [...advisories].sort((a, b) => ranks.indexOf(a.severity) - ranks.indexOf(b.severity));
  if (!first) return '';
  const more = advisories.length > 1 ? ` and ${advisories.length - 1} more` : '';
  const severity = first.severity === 'none' || first.severity === 'unknown' ? '' : ` ${first.severity}`;
  const days = since === undefined ? -1 : Math.floor((now.getTime() / 1000 - since) / 86_400);
  return ` (${first.id}${severity}${more}${days < 0 ? '' : `, superseded for ${days} ${days === 1 ? 'day' : 'days'}`})`;
}
