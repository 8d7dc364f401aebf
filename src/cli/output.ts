import { ImgcheckError } from '../core/error.js';
import type { Style } from '../report/style.js';
import { writeWhole } from '../state/whole-file.js';
import type { CommonOptions } from './options.js';

/** Writes the answer to the standard output, or whole into a file: never half a report. @throws ImgcheckError usage */
export async function writeOutput(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    await writeWhole(file, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ImgcheckError('usage', `the answer cannot be written: ${reason}`, { subject: file, cause });
  }
}

/** Colour only on a terminal that wants it (NO_COLOR, TERM=dumb); plain ASCII drawing in the C locale. */
export function styleFor(options: Pick<CommonOptions, 'color' | 'output'>): Style {
  const { env, stdout } = process;
  const terminal = stdout.isTTY === true && options.output === undefined;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return {
    width: Math.min(160, Math.max(40, terminal ? stdout.columns : Number(env['COLUMNS']) || 100)),
    color: terminal && options.color && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    unicode: locale !== 'C' && locale !== 'POSIX',
  };
}
