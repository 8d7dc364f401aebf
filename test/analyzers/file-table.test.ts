import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { fileTable, type FileTable } from '../../src/analyzers/file-table.js';
import { factsOf } from '../../src/layer/facts.js';
import type { LayerEntry } from '../../src/layer/analyzer.js';
import { PathHasher } from '../../src/layer/path-set.js';
import { buildExtension, paxRecords } from '../support/build-tar.js';
import { walked, type LayerContent } from '../layer/walked.js';

async function tableOf(content: LayerContent): Promise<FileTable> {
  const [table] = factsOf(await walked(content, { analyzers: [fileTable] }), fileTable);
  if (!table) throw new Error('no table');
  return table;
}

describe('analyzers/file-table', () => {
  it('has a row for every entry, in order, and digests for files', async () => {
    const table = await tableOf([
      { path: 'd/' },
      { path: 'd/a', body: 'a' },
      { path: 'd/b', body: '' },
      { path: 'l', linkname: 'd' },
    ]);
    const hasher = new PathHasher(table.key);
    expect([...table.hashes]).to.deep.equal(['d', 'd/a', 'd/b', 'l'].map((path) => hasher.hash(path)));
    const digest = (kind: string, text: string): string => createHash(kind).update(text).digest('hex');
    expect(Buffer.from(table.digests).toString('hex')).to.equal(
      ['a', ''].map((text) => digest('sha256', text) + digest('md5', text)).join(''),
    );
    expect([table.path, table.md5, table.unlisted]).to.deep.equal(['', true, 0]);
  });

  it('takes some ninety bytes an entry', async () => {
    const table = await tableOf(
      Array.from({ length: 2000 }, (_, i) => ({ path: `some/long/folder/name/file-${i}`, body: 'x' })),
    );
    const bytes = table.rows.byteLength + table.digests.byteLength + table.hashes.byteLength;
    expect(bytes / 2000).to.be.below(90);
  });

  it('has no digest of a sparse file, whose bytes are not its content', async () => {
    const sparse = paxRecords({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '10' });
    const table = await tableOf([buildExtension('x', sparse), { path: 'a', body: 'x'.repeat(512) }]);
    expect([table.hashes.length, table.digests.byteLength]).to.deep.equal([1, 0]);
  });

  it('keeps two million entries and counts the rest', function () {
    this.timeout(60_000);
    const analysis = fileTable.create();
    const entry = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0 } as const;
    for (let i = 0; i < 2_000_003; i++) analysis.file({ entry: { ...entry, path: String(i) } });
    const [table] = analysis.end();
    expect([table?.hashes.length, table?.unlisted]).to.deep.equal([2_000_000, 3]);
  });

  it('keeps 64 MiB of link targets and counts the rest', () => {
    const analysis = fileTable.create();
    const linkname = 'x'.repeat(4096);
    const entry: LayerEntry = { path: 'l', type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, mtime: 0, linkname };
    for (let i = 0; i < 17_000; i++) analysis.file({ entry });
    const [table] = analysis.end();
    expect(table?.unlisted).to.be.greaterThan(500);
    expect((table?.hashes.length ?? 0) + (table?.unlisted ?? 0)).to.equal(17_000);
  });

  it('is plain data that can be cloned', async () => {
    const table = await tableOf([{ path: 'a', body: 'x', xattrs: { 'security.capability': new Uint8Array(20) } }]);
    expect(structuredClone(table)).to.deep.equal(table);
  });
});
