import { expect } from 'chai';
import { PackagedFileTableWriter } from '../../src/analyzers/packaged-file-table.js';
import { packagedFilesOf } from '../../src/analyzers/packaged-files.js';
import { PackagedPathsReader } from '../../src/analyzers/packaged-paths.js';
import { ImgcheckError } from '../../src/core/error.js';
import { parseHeader, type Header } from '../../src/rpm/header.js';
import { readPackage } from '../../src/rpm/package.js';
import { fileListTags } from '../support/rpm-file-list.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { randomFrom } from '../layer/random-stack.js';

const files = Array.from({ length: 20 }, (_, i) => ({
  path: `/usr/lib/d${i % 4}/file-${i}`,
  mode: [0o100644, 0o104755, 0o040755, 0o120777, 0o020600][i % 5] ?? 0,
  body: `target-${i}`,
  state: i % 6,
  ...(i % 7 === 0 ? { capabilities: 'cap_kill=ep' } : {}),
}));
const tags = fileListTags(files);
const sound = buildRpmHeader({ name: 'p', version: '1', release: '2', ...tags });
// Another type of every number, so that no column has only one width.
const wide = buildRpmHeader({
  ...{ name: 'p', version: '1', release: '2' },
  signed: tags.signed.map((tag) => (tag.type === 'int32' && tag.tag !== 5011 ? { ...tag, type: 'int64' } : tag)),
});

function parsed(blob: Uint8Array): Header | undefined {
  try {
    return parseHeader(blob, 'header');
  } catch (error) {
    if (error instanceof ImgcheckError && error.kind === 'hostile') return undefined;
    throw error;
  }
}

describe('ten thousand file lists with bytes changed at random', () => {
  it('are read as far as they make sense, and no further than they are long', () => {
    const random = randomFrom(7);
    let [read, unread, listed] = [0, 0, 0];
    for (let round = 0; round < 10_000; round++) {
      const blob = (round % 2 === 0 ? sound : wide).slice();
      for (let left = 1 + random(4); left > 0; left--)
        blob[random(blob.length)] = random(4) === 0 ? random(256) : random(8);
      const header = parsed(blob);
      if (!header) continue;
      read++;
      const paths = new PackagedPathsReader();
      paths.add(header);
      const found = paths.end();
      unread += found.unread;
      expect(found.paths.length).to.be.at.most(blob.length);
      const table = new PackagedFileTableWriter();
      try {
        table.add(header, readPackage(blob, header));
      } catch (error) {
        if (!(error instanceof ImgcheckError)) throw error;
      }
      for (const file of packagedFilesOf(table.end())) {
        expect(file.directory.length + file.name.length).to.be.at.most(blob.length);
        listed++;
      }
    }
    expect(read).to.be.greaterThan(5000);
    expect(unread).to.be.greaterThan(100);
    expect(listed).to.be.greaterThan(50_000);
  });
});
