import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { isImgcheckError } from '../../src/core/error.js';
import { readDatabase } from '../../src/rpm/database.js';
import { cacheRoot } from '../../test/support/apt-packages.js';
import { buildBdb } from '../../test/support/rpm-bdb.js';
import { buildRpmHeader } from '../../test/support/rpm-header.js';
import { sharedPath } from '../../test/support/shared.js';
import type { Bench, Figure } from './figures.js';

const tenThousand = 10_000;
const script = `
import { readFileSync } from 'node:fs';
const { readDatabase } = await import(process.argv[2]);
const { packages } = readDatabase(readFileSync(process.argv[1]), 'database');
console.log(packages.map((one) => one.name + '-' + one.version + '-' + one.release + '.' + one.arch).join('\\n'));`;

/** Reading a database from the disk and listing it, start of the process included: ours beside rpm's. */
export function databaseFigures(bench: Bench): readonly Figure[] {
  const made = join(bench.scratch, 'ten-thousand');
  mkdirSync(made);
  bundleReader(readerIn(bench));
  writeFileSync(join(made, 'Packages'), tenThousandPackages());
  const figures = [figure(bench, 'read-10000', `${tenThousand} packages that our writer made`, made, 'Packages')];
  const largest = sharedPath('data', 'rpmdb', 'rebuilt', 'centos8-modularitylabel-bdb', 'Packages.gz');
  if (largest === undefined) return figures;
  const shared = join(bench.scratch, 'largest');
  mkdirSync(shared);
  writeFileSync(join(shared, 'Packages'), gunzipSync(readFileSync(largest)));
  return [...figures, figure(bench, 'read-518', 'the 518 packages of CentOS 8 in a Berkeley DB', shared, 'Packages')];
}

function figure(bench: Bench, name: string, about: string, folder: string, file: string): Figure {
  const { rpm } = bench;
  return {
    name,
    about: `reading and listing from the disk: ${about}`,
    ours: {
      name: 'node, the reader alone',
      argv: [process.execPath, '--input-type=module', '-e', script, join(folder, file), readerIn(bench)],
    },
    peers: [{ name: 'rpm -qa', argv: [rpm.path, '--dbpath', folder, '-qa'], env: rpm.env }],
  };
}

function readerIn({ scratch }: Bench): string {
  return join(scratch, 'reader.mjs');
}

/** The reader without the program around it. */
function bundleReader(outfile: string): void {
  const entry = fileURLToPath(new URL('../../src/rpm/database.ts', import.meta.url));
  buildSync({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20.19' });
}

function tenThousandPackages(): Uint8Array {
  const kept = join(cacheRoot, 'imgcheck-bench', 'ten-thousand.Packages');
  if (existsSync(kept)) return readFileSync(kept);
  const headers = Array.from({ length: tenThousand }, (_, i) =>
    buildRpmHeader({
      name: `package-${i}`,
      version: '1.0',
      release: '1.el9',
      arch: 'x86_64',
      vendor: 'v'.repeat(2000),
    }),
  );
  const database = buildBdb(headers, { pageSize: 4096 });
  writeFileSync(kept, database);
  return database;
}

/** How long the damaged databases of the shared collection take; undefined where it is not there. */
export function measureDamaged(): string | undefined {
  const folder = sharedPath('data', 'rpmdb', 'edge');
  if (folder === undefined) return undefined;
  const times = readdirSync(folder)
    .filter((name) => /\.bin(\.gz)?$/.test(name))
    .map((name) => {
      const stored = readFileSync(join(folder, name));
      const bytes = name.endsWith('.gz') ? gunzipSync(stored) : stored;
      const start = performance.now();
      try {
        readDatabase(bytes, name);
      } catch (error) {
        if (!isImgcheckError(error)) throw error;
      }
      return performance.now() - start;
    });
  return `${times.length} damaged files end in ${Math.max(...times).toFixed(0)} ms at most`;
}
