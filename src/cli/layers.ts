import { renderLayersText } from '../report/layers-text.js';
import { everything } from './everything.js';
import { answerOn } from './examinations.js';
import type { BaseOptions } from './options.js';

/** `imgcheck layers IMAGE`: the stack, with all that each layer brought. 0, or 3 when not all could be read. */
export async function runLayers(image: string, options: BaseOptions): Promise<number> {
  const { reports, exitCode } = await answerOn(
    [image],
    options,
    { ...everything, signatures: undefined },
    (all, style) => all.map((report) => renderLayersText(report, style)).join('\n'),
  );
  const [report] = reports;
  return !report || report.error ? exitCode : report.coverage?.packages === 'incomplete' ? 3 : 0;
}
