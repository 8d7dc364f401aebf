import { renderText } from '../report/text.js';
import { everything } from './everything.js';
import { answerOn } from './examinations.js';
import type { BaseOptions, TrustOptions } from './options.js';

/** `imgcheck IMAGE...`: the whole examination. Answers with the worst exit code. */
export async function runCheck(images: readonly string[], options: BaseOptions & TrustOptions): Promise<number> {
  return (await answerOn(images, options, everything, renderText)).exitCode;
}
