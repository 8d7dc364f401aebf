import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RpmPackage } from '../../src/rpm/package.js';
import { buildRpmHeader, type HeaderFields } from './rpm-header.js';

/** A file of the shared collection, unpacked when its name ends in .gz. */
export function readPlain(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The database file in a folder of the collection, whatever its format. */
export function databaseIn(folder: string): string {
  const names = ['rpmdb.sqlite', 'Packages.db', 'Packages'].flatMap((name) => [name, `${name}.gz`]);
  const name = names.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) throw new Error(`no database in ${folder}`);
  return join(folder, name);
}

/** A package as a line of the collection's packages.tsv: what `rpm -qa` prints of it. */
export function rpmLine(one: RpmPackage): string {
  const none = '(none)';
  const { name, epoch, version, release, arch, sourceRpm, vendor, installTime, module } = one;
  const last = [arch === '' ? none : arch, sourceRpm ?? none, vendor ?? none, installTime ?? none, module ?? none];
  return [name, epoch, version, release, ...last].join('\t');
}

export function readLines(path: string): readonly string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Headers of made-up packages, each some hundred bytes longer than the one before. */
export function buildHeaders(count: number, grow = 400): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, i) => buildRpmHeader(fieldsOf(i, grow)));
}

function fieldsOf(i: number, grow: number): HeaderFields {
  return {
    name: `made-${i}`,
    version: `1.${i}`,
    release: '1.el9',
    ...(i % 2 === 1 ? { epoch: i } : {}),
    arch: 'noarch',
    vendor: 'Example Vendor',
    sourceRpm: `made-${i}-1.${i}-1.el9.src.rpm`,
    buildTime: 1_700_000_000,
    installTime: 1_700_000_000 + i,
    signed: [{ tag: 1005, type: 'i18n', value: ['d'.repeat(i * grow)] }],
  };
}
