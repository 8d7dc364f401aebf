import { renderRebuild } from './forecast-text.js';
import type { Report } from './report.js';
import { renderBases, renderCoverage, renderHead } from './text.js';
import type { Style } from './style.js';

/** The base verdict alone. */
export function renderFreshness(report: Report, style: Style): string {
  return `${[...renderHead(report, style), '', ...renderBases(report, style), ...renderRebuild(report, style), ...renderCoverage(report, style)].join('\n')}\n`;
}
