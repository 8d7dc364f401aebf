import { escapeText } from '../core/escape.js';
import type { ReportedForecast, ReportedForecastAdvisory, ReportedRebuild } from './forecast-report.js';
import type { Report } from './report.js';
import { formatBytes, plural, wrap, type Style } from './style.js';

/** What a rebuild on today's base would change; nothing where there is nothing to rebuild for and nothing to mend. */
export function renderRebuild({ freshness }: Pick<Report, 'freshness'>, style: Style): string[] {
  const { rebuild, forecast } = freshness ?? {};
  if (!rebuild) return [];
  const idle = forecast === undefined || forecast.deadWeight.length + forecast.downgrades.length === 0;
  if (rebuild.layers === 'not-needed' && idle) return [];
  const lines = [
    ...(forecast ? [`on ${escapeText(forecast.comparedWith)}: ${forecastWords(forecast)}`] : []),
    needWords(rebuild),
    ...(forecast ? [...mendWords(forecast), ...layerLines(forecast)] : []),
  ];
  const indent = ' '.repeat(9);
  const text = lines.map((line) => wrap(line, Math.max(30, style.width - indent.length), indent));
  return [...text.map((line, i) => (i === 0 ? `rebuild  ${line}` : indent + line)), ''];
}

/** `would upgrade 75 packages (12 advisories: 3 critical), lose 2 newer ones, leave 4 behind the repository`. */
function forecastWords({ upgraded, held, lost, withdrawn, dropped, brought, advisories }: ReportedForecast): string {
  const closed = advisories ? ` (${advisoryWords(advisories.closed)})` : '';
  const changes: readonly (readonly [verb: string, count: number, which: string, rest: string])[] = [
    ['upgrade', upgraded.length, '', closed],
    ['bring', brought.length, 'new ', ''],
    ['drop', dropped.length, 'former ', ''],
    ['take back', withdrawn.length, 'withdrawn ', ''],
    ['lose', lost.length, 'newer ', ''],
    ['keep', held.length, 'older ', ''],
  ];
  const parts = changes
    .filter(([, count]) => count > 0)
    .map(
      ([verb, count, which, rest], i) => `${verb} ${plural(count, `${which}${i === 0 ? 'package' : 'one'}`)}${rest}`,
    );
  const left = advisories ? advisories.behind.base + advisories.behind.own : 0;
  if (left > 0) parts.push(`leave ${left} behind the repository`);
  return parts.length === 0 ? 'would change no package' : `would ${parts.join(', ')}`;
}

const severities = ['critical', 'important', 'moderate', 'low'] as const;

/** `12 advisories: 3 critical, 9 moderate`. */
function advisoryWords(all: readonly ReportedForecastAdvisory[]): string {
  if (all.length === 0) return 'no advisory';
  const counts = severities.flatMap((severity) => {
    const count = all.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${plural(all.length, 'advisory', 'advisories')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
}

/** `needed by layers, not needed by packages (no package differs ...)`, the one that binds first. */
function needWords({ when, layers, packages, advisories, reasons }: ReportedRebuild): string {
  const words = { needed: 'needed', 'not-needed': 'not needed', unknown: 'not known' } as const;
  const all = [
    { when: 'layers-differ', text: `by layers ${words[layers]}` },
    { when: 'packages-differ', text: `by packages ${words[packages]} (${escapeText(reasons.packages)})` },
    {
      when: 'advisories',
      text: `by advisories ${words[advisories]}${advisories === packages && reasons.advisories === reasons.packages ? '' : ` (${escapeText(reasons.advisories)})`}`,
    },
  ];
  return all.map((one) => `${one.text}${one.when === when ? ' [binds]' : ''}`).join(', ');
}

/** What a rebuild alone leaves as it is, and what would mend that. */
function mendWords({ advisories, lost }: ReportedForecast): string[] {
  const open = advisories?.open ?? [];
  const base = open.filter((one) => one.needs.includes('base'));
  const own = open.filter((one) => one.needs.includes('own'));
  return [
    ...(lost.length > 0 ? ['what it has newer comes back only if its update step runs anew'] : []),
    ...(base.length > 0
      ? [
          `not mended by it: ${advisoryWords(base)} that today’s base misses too: update in a layer of its own, or ask for a newer base`,
        ]
      : []),
    ...(own.length > 0
      ? [`not mended by it: ${advisoryWords(own)} of its own packages, unless the steps that install them run anew`]
      : []),
  ];
}

function layerLines({ deadWeight, downgrades }: ReportedForecast): string[] {
  return [
    ...deadWeight.map(
      ({ layer, packages, bytes }) =>
        `layer ${layer} is dead weight: today’s base has its ${plural(packages, 'package')} as new or newer (${formatBytes(bytes)})`,
    ),
    ...downgrades.map(
      ({ layer, packages }) => `layer ${layer} ships ${plural(packages.length, 'package')} older than today’s base has`,
    ),
  ];
}
