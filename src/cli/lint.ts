import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ImgcheckError } from '../core/error.js';
import { lintFile } from '../lint/lint-file.js';
import { sizeLimit } from '../lint/source-text.js';
import { lintFormats } from '../report/all.js';
import { buildLintReport, type LintAnswer } from '../report/lint-report.js';
import { renderLintText } from '../report/lint-text.js';
import { formatError } from './failure.js';
import { styleFor, writeOutput } from './output.js';
import { version } from './version.js';

export interface LintOptions {
  readonly format: string;
  readonly output?: string;
  readonly quiet?: true;
  readonly color: boolean;
}

/**
 * `imgcheck lint FILE...`: Dockerfiles and manifests beside the guide. 0; 1 with an error among the findings; 2 when no
 * file could be read. A file that cannot be read is a line on standard error, and the others are judged.
 */
export async function runLint(files: readonly string[], options: LintOptions): Promise<number> {
  const answers: LintAnswer[] = [];
  for (const file of new Set(files)) answers.push(await answerOf(file));
  for (const answer of answers) if ('error' in answer) process.stderr.write(`${formatError(answer.error)}\n`);
  const report = buildLintReport(answers);
  const format = lintFormats[options.format];
  const text = format ? await format(report, version()) : renderLintText(report, styleFor(options));
  // With nothing read the errors have said all there is.
  if (format || report.exitCode !== 2) await writeOutput(text, options.output);
  return report.exitCode;
}

async function answerOf(file: string): Promise<LintAnswer> {
  try {
    return await lintFile(file, await readBounded(file));
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return { file, error };
  }
}

/** No more than shows that a file is too long, and nothing of what is no file: a device or a pipe has no end. */
async function readBounded(file: string): Promise<Uint8Array> {
  try {
    // Else opening a pipe would wait for whoever writes to it.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new ImgcheckError('usage', 'not a regular file', { subject: file });
      const bytes = Buffer.alloc(Math.min(found.size, sizeLimit) + 1);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof ImgcheckError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const message =
      code === 'ENOENT' ? 'there is no such file' : `the file cannot be read${code === '' ? '' : `: ${code}`}`;
    throw new ImgcheckError('usage', message, { subject: file, cause });
  }
}
