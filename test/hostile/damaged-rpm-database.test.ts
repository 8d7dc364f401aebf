import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { examineHostile, findingsOf, imageOfTar, type Judged } from '../support/hostile.js';
import { buildBdb } from '../support/rpm-bdb.js';
import { buildHeaders, readLines, readPlain } from '../support/rpm-database.js';
import { buildNdb } from '../support/rpm-ndb.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { needShared } from '../support/shared.js';

/** Odd files that hold a whole list all the same, and how many packages are on it (keys, which rpm -qa counts, left out). */
const readable: Readonly<Record<string, number>> = {
  'alpha-hdr-dirindex-out.bin.gz': 3,
  'alpha-hdr-no-region.bin.gz': 3,
  'alpha-sqlite-512-utf16.bin.gz': 8,
  'alpha-sqlite-64k-page-freed.bin.gz': 8,
  'alpha-sqlite-empty-table.bin.gz': 0,
};

function examineDatabase(name: string, bytes: Uint8Array): Promise<Judged> {
  const release = { path: 'etc/os-release', body: 'ID=fedora\nNAME=Fedora\n' };
  return examineHostile(imageOfTar([release, { path: `var/lib/rpm/${name}`, body: bytes }]));
}

function expectDoubt(judged: Judged, file: string): void {
  const said = findingsOf(judged, 'package-database');
  expect(
    said.some(({ outcome }) => outcome === 'pass'),
    file,
  ).to.equal(false);
  expect(judged.report.coverage?.packages, file).to.equal('incomplete');
  expect(judged.exitCode, file).to.equal(3);
}

describe('a damaged package database', () => {
  it('is never read as whole, for every damaged file of the collection', async function () {
    const folder = needShared(this, 'data', 'rpmdb', 'edge');
    const rows = readLines(join(folder, 'alpha-expected.tsv')).slice(1);
    const names = new Map(rows.map((row) => row.split('\t') as [string, string]));
    const files = readdirSync(folder).filter((file) => file.includes('.bin'));
    expect(files).to.have.members([...names.keys()]);
    for (const file of files) {
      const judged = await examineDatabase(names.get(file) ?? '', readPlain(join(folder, file)));
      const count = readable[file];
      if (count === undefined) expectDoubt(judged, file);
      else {
        expect(judged.report.coverage?.packages, file).to.equal('read');
        expect(judged.report.layers[0]?.packages?.added, file).to.have.length(count);
      }
    }
  });

  const written: readonly (readonly [string, Uint8Array])[] = [
    ['rpmdb.sqlite', buildSqlite(buildHeaders(8))],
    ['Packages.db', buildNdb(buildHeaders(8))],
    ['Packages', buildBdb(buildHeaders(8))],
  ];
  for (const [name, bytes] of written) {
    for (const kept of [1, 100, 4096, Math.floor(bytes.byteLength / 2)]) {
      it(`is never read as whole: ${name} cut to ${kept} bytes`, async () => {
        expectDoubt(await examineDatabase(name, bytes.subarray(0, kept)), name);
      });
    }

    it(`is never read as whole: ${name} of zeros`, async () => {
      expectDoubt(await examineDatabase(name, new Uint8Array(bytes.byteLength)), name);
    });

    it(`is never read as whole: ${name} as a device, a fifo, a link to elsewhere`, async () => {
      for (const entry of [
        { path: `var/lib/rpm/${name}`, type: 'fifo' },
        { path: `var/lib/rpm/${name}`, dev: [1, 5] },
        { path: `var/lib/rpm/${name}`, linkname: '/proc/self/mem' },
      ] as const) {
        expectDoubt(await examineHostile(imageOfTar([entry])), entry.path);
      }
    });
  }
});
