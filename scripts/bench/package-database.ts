import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tool } from '../../test/support/debian.js';
import { buildBdb } from '../../test/support/rpm-bdb.js';
import { buildRpmHeader, type TagValue } from '../../test/support/rpm-header.js';

const filesOfOne = 190;

/**
 * An rpm database of `count` packages with file lists, digests and scripts, as rpm itself stores it: written as a
 * Berkeley DB, which rpm then converts. About 30 KB a package.
 */
export async function makePackageDatabase(count: number, rpmdb: Tool): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'imgcheck-bench-'));
  try {
    await writeFile(join(folder, 'Packages'), buildBdb(Array.from({ length: count }, (_, i) => headerOf(i))));
    await rpmdb.run(['--dbpath', folder, '--rebuilddb']);
    return await readFile(join(folder, 'rpmdb.sqlite'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function headerOf(i: number): Uint8Array {
  const files = Array.from({ length: filesOfOne }, (_, file) => file);
  const every = <T>(value: (file: number) => T): T[] => files.map(value);
  const signed: TagValue[] = [
    { tag: 1004, type: 'i18n', value: [`Package ${i} of the benchmark`] },
    { tag: 1005, type: 'i18n', value: [`What package ${i} is for, at some length. `.repeat(12)] },
    { tag: 1014, type: 'string', value: 'Apache-2.0' },
    { tag: 1028, type: 'int32', value: every((file) => 1000 + file) },
    { tag: 1030, type: 'int16', value: every(() => 0o100644) },
    { tag: 1034, type: 'int32', value: every(() => 1_700_000_000) },
    { tag: 1035, type: 'strings', value: every((file) => createHash('sha256').update(`${i}/${file}`).digest('hex')) },
    { tag: 1036, type: 'strings', value: every(() => '') },
    { tag: 1037, type: 'int32', value: every(() => 0) },
    { tag: 1039, type: 'strings', value: every(() => 'root') },
    { tag: 1040, type: 'strings', value: every(() => 'root') },
    { tag: 1095, type: 'int32', value: every(() => 1) },
    { tag: 1096, type: 'int32', value: every((file) => file + 1) },
    { tag: 1097, type: 'strings', value: every(() => '') },
    { tag: 1116, type: 'int32', value: every((file) => file % 8) },
    { tag: 1117, type: 'strings', value: every((file) => `file-${file}-of-package-${i}.so`) },
    {
      tag: 1118,
      type: 'strings',
      value: Array.from({ length: 8 }, (_, dir) => `/usr/lib64/package-${i}/part-${dir}/`),
    },
  ];
  return buildRpmHeader({
    name: `benchmark-${i}`,
    version: `1.${i}`,
    release: '1.el9',
    arch: 'x86_64',
    vendor: 'Example Vendor',
    sourceRpm: `benchmark-${i}-1.${i}-1.el9.src.rpm`,
    buildTime: 1_700_000_000,
    installTime: 1_710_000_000 + i,
    signed,
  });
}
