import { ImgcheckError } from '../core/error.js';
import { compareImages } from '../examination/difference.js';
import { readImage, type ReadImage, type ReadSettings } from '../examination/read-image.js';
import { withoutVersion } from '../freshness/open-base.js';
import { formatReference, type ImageReference } from '../oci/reference.js';
import type { Platform } from '../oci/platform.js';
import { buildDiffReport } from '../report/build-diff-report.js';
import { renderDiffText } from '../report/diff-text.js';
import { safeJson } from '../report/safe-json.js';
import { aboutImage } from './failure.js';
import type { CommonOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';
import { readReference } from './reference.js';
import { openSession } from './session.js';

/** `imgcheck diff A B`: 0 where all could be compared, whatever differs; 3 where a list of packages is not whole. */
export async function runDiff(from: string, to: string, options: CommonOptions): Promise<number> {
  const references = [
    await readReference(from, options.registriesConf),
    await readReference(to, options.registriesConf),
  ] as const;
  const session = await openSession(options);
  try {
    const a = await readNamed(references[0], session);
    // An index is asked for what the other image is for, unless the user has said what to ask for.
    const platform = options.platform === undefined ? likeOf(a, session.platform) : session.platform;
    const b = await readNamed(references[1], { ...session, platform }, a);
    session.progress.clear();
    const report = buildDiffReport(a, b, compareImages(a, b));
    const style = styleFor(options);
    const text = options.format === 'json' ? `${safeJson(report, 2)}\n` : renderDiffText(report, style);
    await writeOutput(text, options.output);
    return report.complete ? 0 : 3;
  } finally {
    await session.close();
  }
}

function likeOf({ image }: ReadImage, usual: Platform): Platform {
  return image.platform.os === '' ? usual : withoutVersion(image.platform);
}

/** With two images on the command line every error says which of them it speaks of. */
async function readNamed(reference: ImageReference, settings: ReadSettings, had?: ReadImage): Promise<ReadImage> {
  try {
    return await readImage(reference, settings, had);
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    throw aboutImage(formatReference(reference), error);
  }
}
