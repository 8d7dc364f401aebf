import { harden } from '../advise/harden.js';
import { ImgcheckError } from '../core/error.js';
import { examine } from '../examination/examine.js';
import { hardenFormats } from '../report/harden-formats.js';
import { buildHardenReport } from '../report/harden-report.js';
import type { CommonOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';
import { readReference } from './reference.js';
import { openSession } from './session.js';

/** `imgcheck harden IMAGE`: the tightest way to run it. 0, or 3 when not all that advice rests on was read. */
export async function runHarden(image: string, options: CommonOptions): Promise<number> {
  const render = hardenFormats[options.format];
  if (!render) throw new ImgcheckError('usage', `unknown format ${options.format}`);
  const reference = await readReference(image, options.registriesConf);
  const session = await openSession(options);
  const { client, registries, reader, documents, tags, platform, now } = session;
  try {
    const examination = await examine(
      reference,
      { layers: true, freshness: undefined },
      { client, registries, reader, documents, tags, platform, now },
    );
    session.progress.clear();
    const report = buildHardenReport(examination, harden(examination));
    await writeOutput(render(report, styleFor(options)), options.output);
    return report.complete ? 0 : 3;
  } finally {
    await session.close();
  }
}
