import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from '../../test/support/apt-packages.js';
import { buildTar } from '../../test/support/build-tar.js';
import type { Tool } from '../../test/support/debian.js';
import { Layout } from './layout.js';
import { tarOfManyMembers } from './many-members.js';
import { makePackageDatabase } from './package-database.js';
import { tarOfRealFiles } from './real-files.js';

/** Raise it when the images would be others. */
const version = 1;
export const bigLayerBytes = 275_000_000;
export const manyMembers = 1_000_000;
export const packageCount = 500;

/** Name in the layout, and where it is pushed to. */
export const images = {
  big: 'bench/big:1',
  many: 'bench/many:1',
  packages: 'bench/packages:1',
  'base-1.0': 'bench/base:1.0',
  'base-1.1': 'bench/base:1.1',
  'base-latest': 'bench/base:latest',
  app: 'bench/app:1',
} as const;

export interface PreparedImages {
  /** An OCI layout. */
  readonly layout: string;
  /** A folder with the rpmdb.sqlite that is in the image `packages`, for rpm itself. */
  readonly database: string;
}

/** The images that are measured: made once, in a minute or two, and kept with the other caches. */
export async function prepareImages(rpmdb: Tool): Promise<PreparedImages> {
  const home = join(cacheRoot, 'imgcheck-bench', `images-${version}`);
  const prepared = { layout: join(home, 'layout'), database: join(home, 'rpm') };
  if (existsSync(home)) return prepared;
  const part = `${home}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(join(part, 'rpm'), { recursive: true });
  const layout = new Layout(join(part, 'layout'));
  const note = (what: string): void => void process.stderr.write(`making ${what}\n`);
  note('the big layer');
  const big = await layout.addLayer((compressed) => tarOfRealFiles(compressed, bigLayerBytes));
  await layout.addImage('big', [big], '2026-01-01T00:00:00Z');
  note('the layer of many members');
  const many = await layout.addLayer(() => tarOfManyMembers(manyMembers));
  await layout.addImage('many', [many], '2026-01-01T00:00:00Z');
  note('the package database');
  const database = await makePackageDatabase(packageCount, rpmdb);
  await writeFile(join(part, 'rpm/rpmdb.sqlite'), database);
  const packages = await layout.addLayer(() => [rootTar('9.0', database)]);
  await layout.addImage('packages', [packages], '2026-01-01T00:00:00Z');
  await addBaseAndApp(layout, await makePackageDatabase(20, rpmdb));
  await layout.finish();
  await rename(part, home);
  return prepared;
}

/** An app on a base of which there is a newer release by now. */
async function addBaseAndApp(layout: Layout, database: Uint8Array): Promise<void> {
  const old = await layout.addLayer(() => [rootTar('9.0', database)]);
  const today = await layout.addLayer(() => [rootTar('9.1', database)]);
  const own = await layout.addLayer(() => [
    buildTar([{ path: 'srv/' }, { path: 'srv/app', body: 'app\n', mode: 0o755 }]),
  ]);
  await layout.addImage('base-1.0', [old], '2026-01-01T00:00:00Z');
  for (const name of ['base-1.1', 'base-latest']) await layout.addImage(name, [today], '2026-02-01T00:00:00Z');
  await layout.addImage('app', [old, own], '2026-01-02T00:00:00Z');
}

function rootTar(release: string, database: Uint8Array): Uint8Array {
  return buildTar([
    { path: 'etc/' },
    { path: 'etc/os-release', body: `ID=example\nVERSION_ID=${release}\nPRETTY_NAME="Example ${release}"\n` },
    { path: 'var/lib/rpm/' },
    { path: 'var/lib/rpm/rpmdb.sqlite', body: database },
  ]);
}

/** A copy of the database that rpm may write its lock and log beside. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
}
