import type { Report } from './report.js';
import { renderSignatures } from './signatures-text.js';
import { renderCoverage, renderError, renderFindings, renderHead } from './text.js';
import type { Style } from './style.js';

/** The verdict, the signatures with the rules about them, and the connections: what `imgcheck verify` shows. */
export function renderVerify(report: Report, style: Style): string {
  const lines = [...renderHead(report, style), ''];
  if (report.error) lines.push(...renderError(report.error, style));
  else
    lines.push(...renderSignatures(report, style), ...renderFindings(report, style), ...renderCoverage(report, style));
  return `${lines.join('\n')}\n`;
}
