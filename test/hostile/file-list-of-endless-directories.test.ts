import { expect } from 'chai';
import { PackagedPathsReader } from '../../src/analyzers/packaged-paths.js';
import { PackagedFileTableWriter } from '../../src/analyzers/packaged-file-table.js';
import { parseHeader } from '../../src/rpm/header.js';
import { readPackage } from '../../src/rpm/package.js';
import { buildRpmHeader } from '../support/rpm-header.js';

/** A million names in one directory of a megabyte: written out, its paths would be a terabyte. */
describe('a million files in a directory whose name is a megabyte', () => {
  const count = 1_000_000;
  const blob = buildRpmHeader({
    ...{ name: 'p', version: '1', release: '2' },
    signed: [
      { tag: 1116, type: 'int32', value: Array.from({ length: count }, () => 0) },
      { tag: 1117, type: 'strings', value: Array.from({ length: count }, () => 'n') },
      { tag: 1118, type: 'strings', value: [`/${'d/'.repeat(500_000)}`] },
    ],
  });

  it('has no paths that any file could have', function () {
    this.timeout(60_000);
    const header = parseHeader(blob, 'header');
    const reader = new PackagedPathsReader();
    reader.add(header);
    expect(reader.end().paths.length).to.equal(0);
    const table = new PackagedFileTableWriter();
    table.add(header, readPackage(blob, header));
    expect(table.end().rows.length).to.equal(0);
  });
});
