import { renderJson } from '../report/json.js';
import { renderText } from '../report/text.js';
import { everything, reportOn } from './examinations.js';
import type { BaseOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';

/** `imgcheck IMAGE...`: the whole examination. Answers with the worst exit code. */
export async function runCheck(images: readonly string[], options: BaseOptions): Promise<number> {
  const { reports, exitCode } = await reportOn(images, options, everything);
  const answered = reports.filter((report) => report.error === undefined);
  const text =
    options.format === 'json'
      ? renderJson(reports)
      : answered.length > 0
        ? renderText(answered, styleFor(options))
        : '';
  await writeOutput(text, options.output);
  return exitCode;
}
