import { baseConflict } from '../checks/base-conflict.js';
import { baseCurrent } from '../checks/base-current.js';
import { renderJson } from '../report/json.js';
import { renderFreshness } from '../report/freshness-text.js';
import { reportOn } from './examinations.js';
import type { BaseOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';

/** `imgcheck freshness IMAGE...`: the base verdict alone; no layer is fetched. */
export async function runFreshness(images: readonly string[], options: BaseOptions): Promise<number> {
  const { reports, exitCode } = await reportOn(images, options, { layers: false, checks: [baseConflict, baseCurrent] });
  const answered = reports.filter((report) => report.error === undefined);
  const text =
    options.format === 'json'
      ? renderJson(reports)
      : answered.map((report) => renderFreshness(report, styleFor(options))).join('\n');
  await writeOutput(text, options.output);
  return exitCode;
}
