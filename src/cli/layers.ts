import { renderJson } from '../report/json.js';
import { renderLayersText } from '../report/layers-text.js';
import { everything, reportOn } from './examinations.js';
import type { BaseOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';

/** `imgcheck layers IMAGE`: the stack, with all that each layer brought. 0, or 3 when not all could be read. */
export async function runLayers(image: string, options: BaseOptions): Promise<number> {
  const { reports, exitCode } = await reportOn([image], options, everything);
  const [report] = reports;
  if (!report) return exitCode;
  const text =
    options.format === 'json' ? renderJson(reports) : report.error ? '' : renderLayersText(report, styleFor(options));
  await writeOutput(text, options.output);
  return report.error ? exitCode : report.coverage?.packages === 'incomplete' ? 3 : 0;
}
