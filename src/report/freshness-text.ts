import { renderRebuild } from './forecast-text.js';
import type { Report } from './report.js';
import { renderBases, renderCoverage, renderFindings, renderHead } from './text.js';
import type { Style } from './style.js';

/** The base verdict alone, and what is amiss with the tags that it rests on. */
export function renderFreshness(report: Report, style: Style): string {
  return `${[
    ...renderHead(report, style),
    '',
    ...renderBases(report, style),
    ...renderRebuild(report, style),
    ...renderFindings({ ...report, findings: report.findings.filter(isAmiss) }, style),
    ...renderCoverage(report, style),
  ].join('\n')}\n`;
}

/** The other findings are what the bases above say. */
function isAmiss({ check, outcome, idle }: Report['findings'][number]): boolean {
  return check === 'tag-moved-back' && outcome !== 'pass' && idle !== true;
}
