import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { databaseFigures, measureDamaged } from './databases.js';
import { engineFigure } from './engines.js';
import { figuresOf, imgcheck, type Bench } from './figures.js';
import { copyDatabase, images, prepareImages } from './images.js';
import { measureInterleaved } from './measure.js';
import { benchTool, startRegistry } from './registry.js';
import { renderDocument, renderTable, type Result } from './table.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true },
    write: { type: 'boolean', default: false },
  },
});
const runs = Math.max(1, Number(values.runs) || 5);

const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.stderr.write('the build failed: what it left is measured\n');
const [skopeo, rpm, rpmdb] = await Promise.all([benchTool('skopeo'), benchTool('rpm'), benchTool('rpmdb')]);
const prepared = await prepareImages(rpmdb);
const registry = await startRegistry(prepared.layout, skopeo);
const scratch = await mkdtemp(join(tmpdir(), 'imgcheck-bench-'));
try {
  await copyDatabase(prepared.database, join(scratch, 'rpm'));
  const { host, certDir, caFile } = registry;
  const bench: Bench = { prepared, host, certDir, caFile, scratch, skopeo, rpm };
  const results: Result[] = [];
  for (const figure of [...figuresOf(bench), engineFigure(bench), ...databaseFigures(bench)].filter(
    ({ name }) => values.only?.includes(name) ?? true,
  )) {
    process.stderr.write(`measuring ${figure.name}\n`);
    const [ours, ...peers] = await measureInterleaved([figure.ours, ...figure.peers], runs, scratch);
    if (ours) results.push({ figure, ours, peers });
  }
  const requests = await countRequests(bench);
  const damaged = measureDamaged();
  process.stdout.write(`${renderTable(results)}\nrequests of imgcheck freshness: ${requests}\n${damaged ?? ''}\n`);
  if (values.write) {
    await writeFile(
      join(root, 'docs/benchmarks.md'),
      renderDocument(results, { runs, requests, damaged, date: new Date() }),
    );
  }
} catch (error) {
  // Said before what follows: a registry that is stopped may take the process with it.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
  await registry.stop();
}

/** What a stale answer costs, by kind, as the report itself counts it. */
async function countRequests(bench: Bench): Promise<string> {
  const image = `${bench.host}/${images.app}`;
  const { argv } = imgcheck(bench, ['freshness', image, '--base', `${bench.host}/${images['base-latest']}`]);
  const text = await new Promise<string>((resolve, reject) => {
    execFile(argv[0], [...argv.slice(1), '--format', 'json'], (error, stdout, stderr) => {
      if (stdout === '') reject(error ?? new Error(stderr));
      else resolve(stdout);
    });
  });
  const report = JSON.parse(text) as { coverage?: { requests: Record<string, number> } };
  return Object.entries(report.coverage?.requests ?? {})
    .filter(([, count]) => count > 0)
    .map(([purpose, count]) => `${count} ${purpose}`)
    .join(', ');
}
