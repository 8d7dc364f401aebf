import { baseConflict } from '../checks/base-conflict.js';
import { baseCurrent } from '../checks/base-current.js';
import { tagMovedBack } from '../checks/tag-moved-back.js';
import { renderFreshness } from '../report/freshness-text.js';
import { answerOn, type Scope } from './examinations.js';
import type { BaseOptions } from './options.js';

const scope: Scope = {
  layers: false,
  freshness: true,
  signatures: undefined,
  checks: [baseConflict, baseCurrent, tagMovedBack],
};

/** `imgcheck freshness IMAGE...`: the base verdict alone; no layer is fetched. */
export async function runFreshness(images: readonly string[], options: BaseOptions): Promise<number> {
  const { exitCode } = await answerOn(images, options, scope, (reports, style) =>
    reports.map((report) => renderFreshness(report, style)).join('\n'),
  );
  return exitCode;
}
