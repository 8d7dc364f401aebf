import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { FileTableIndex } from '../../src/analyzers/file-table-index.js';
import { fileTable, type FileTable } from '../../src/analyzers/file-table.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { walked } from '../layer/walked.js';

async function tableOf(content: readonly TarInput[]): Promise<FileTable> {
  const [table] = factsOf(await walked(content, { analyzers: [fileTable] }), fileTable);
  if (!table) throw new Error('no table');
  return table;
}

const owner = { uid: 1, gid: 2 };

describe('analyzers/file-table-index', () => {
  const capability = Uint8Array.of(1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const rows: readonly (readonly [TarInput, object])[] = [
    [
      { path: 'd/', mode: 0o1777, ...owner },
      { type: 4, mode: 0o1777, ...owner, size: 0 },
    ],
    [
      { path: 'l', linkname: '../x', mode: 0o777 },
      { type: 10, mode: 0o777, uid: 0, gid: 0, size: 0, extra: { path: 'l', linkname: '../x' } },
    ],
    [
      { path: 'h', type: 'hardlink', linkname: './d/f', mode: 0o600 },
      { type: 15, mode: 0o600, uid: 0, gid: 0, size: 0, extra: { linkname: 'd/f' } },
    ],
    [
      { path: 'c', dev: [1, 5], mode: 0o666 },
      { type: 2, mode: 0o666, uid: 0, gid: 0, size: 0, extra: { device: 0x105 } },
    ],
    [
      { path: 'b', type: 'block-device', dev: [8, 1] },
      { type: 6, mode: 0o644, uid: 0, gid: 0, size: 0, extra: { device: 0x801 } },
    ],
    [
      { path: 'p', type: 'fifo' },
      { type: 1, mode: 0o644, uid: 0, gid: 0, size: 0 },
    ],
  ];
  for (const [input, expected] of rows) {
    it(`finds ${JSON.stringify(input)}`, async () => {
      const index = new FileTableIndex(await tableOf([{ path: 'first' }, input, { path: 'last' }]));
      expect(index.find(String(input.path).replace(/\/$/, ''))).to.deep.equal(expected);
    });
  }

  it('finds a file with its digests and capabilities', async () => {
    const input = { path: 'd/f', mode: 0o4755, body: 'abc', ...owner, xattrs: { 'security.capability': capability } };
    const found = new FileTableIndex(await tableOf([{ path: 'x', body: 'other' }, input])).find('d/f');
    const { digests, ...rest } = found ?? {};
    expect(rest).to.deep.equal({ type: 8, mode: 0o4755, ...owner, size: 3, extra: { capabilities: capability } });
    for (const kind of ['sha256', 'md5'] as const) {
      expect(Buffer.from(digests?.[kind] ?? []).toString('hex')).to.equal(createHash(kind).update('abc').digest('hex'));
    }
  });

  it('finds the last of a name that came twice', async () => {
    const index = new FileTableIndex(
      await tableOf([{ path: 'a', body: 'longer' }, { path: 'a/' }, { path: 'a', body: 'x' }]),
    );
    expect(index.find('a')?.size).to.equal(1);
  });

  it('finds each of many, and nothing else', async () => {
    const index = new FileTableIndex(
      await tableOf(Array.from({ length: 5000 }, (_, i) => ({ path: `f${i}`, mode: i & 0o777 }))),
    );
    for (let i = 0; i < 5000; i++) expect(index.find(`f${i}`)?.mode).to.equal(i & 0o777);
    for (let i = 0; i < 5000; i++) expect(index.find(`g${i}`)).to.equal(undefined);
  });

  it('gives no MD5 where none could be made, and nobody’s number for one beyond 32 bits', async () => {
    const table = await tableOf([{ path: 'a', body: 'x', uid: 2 ** 40 }]);
    expect(new FileTableIndex({ ...table, md5: false }).find('a')?.digests).to.have.all.keys('sha256');
    expect(new FileTableIndex(table).find('a')?.uid).to.equal(0xffffffff);
  });

  it('is empty for an empty layer', async () => {
    expect(new FileTableIndex(await tableOf([])).find('')).to.equal(undefined);
  });
});
