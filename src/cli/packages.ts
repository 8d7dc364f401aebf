import { ImgcheckError } from '../core/error.js';
import { examine } from '../examination/examine.js';
import { buildPackageReport } from '../report/package-report.js';
import { packageFormats } from '../report/package-formats.js';
import type { CommonOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';
import { readReference } from './reference.js';
import { openSession } from './session.js';

/** `imgcheck packages IMAGE`: what rpm -qa would say. 0, or 3 when the list is not whole. */
export async function runPackages(image: string, options: CommonOptions): Promise<number> {
  const render = packageFormats[options.format];
  if (!render) throw new ImgcheckError('usage', `unknown format ${options.format}`);
  const reference = await readReference(image, options.registriesConf);
  const session = await openSession(options);
  const { client, reader, platform, now, rpmKeys } = session;
  try {
    const examination = await examine(
      reference,
      { layers: true, freshness: undefined },
      { client, reader, platform, now, rpmKeys },
    );
    session.progress.clear();
    const report = buildPackageReport(examination);
    await writeOutput(await render(report, styleFor(options)), options.output);
    return report.complete ? 0 : 3;
  } finally {
    await session.close();
  }
}
