import { renderText } from '../report/text.js';
import { answerOn, everything } from './examinations.js';
import type { BaseOptions } from './options.js';

/** `imgcheck IMAGE...`: the whole examination. Answers with the worst exit code. */
export async function runCheck(images: readonly string[], options: BaseOptions): Promise<number> {
  return (await answerOn(images, options, everything, renderText)).exitCode;
}
