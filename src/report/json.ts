import type { Report } from './report.js';
import { safeJson } from './safe-json.js';

/** One image is one object, several are a list. */
export function renderJson(reports: readonly Report[]): string {
  return `${safeJson(reports.length === 1 ? reports[0] : reports, 2)}\n`;
}
