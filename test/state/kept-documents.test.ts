import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { KeptDocuments } from '../../src/state/kept-documents.js';

const mebibyte = 1024 ** 2;

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('kept documents', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgcheck-documents-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are found by another process by their digest, of both algorithms', async () => {
    const bytes = Buffer.from('{"a manifest":true}');
    for (const algorithm of ['sha256', 'sha512'] as const) {
      const digest = digestOf(bytes, algorithm);
      const first = new KeptDocuments(folder);
      first.keep(digest, bytes);
      await first.settle();
      expect(await new KeptDocuments(folder).find(digest)).to.deep.equal(bytes);
    }
    expect(await new KeptDocuments(folder).find(digestOf(Buffer.from('other')))).to.equal(undefined);
  });

  for (const [title, damage] of [
    ['changed by a byte', (bytes: Buffer) => Buffer.from(bytes).fill(0x20, 1, 2)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 5)],
    ['made longer than any may be', () => Buffer.alloc(mebibyte + 1)],
    ['empty', () => Buffer.alloc(0)],
  ] as const) {
    it(`are not believed when a file was ${title}, and are put right by the next run`, async () => {
      const bytes = Buffer.from('{"a manifest":true}');
      const digest = digestOf(bytes);
      const documents = new KeptDocuments(folder);
      documents.keep(digest, bytes);
      await documents.settle();
      const [file = ''] = await filesOf(folder);
      await writeFile(file, damage(bytes));
      expect(await documents.find(digest)).to.equal(undefined);
      documents.keep(digest, bytes);
      await documents.settle();
      expect(await readFile(file)).to.deep.equal(bytes);
    });
  }

  it('stay within a MiB a folder: the oldest go', async () => {
    const documents = new KeptDocuments(folder);
    const contents: Buffer[] = [];
    for (let i = 0; contents.length < 5; i++) {
      const bytes = Buffer.alloc(300_000, String(i));
      // All in one folder of the 64.
      if (Number.parseInt(digestOf(bytes).slice(7, 9), 16) % 64 === 7) contents.push(bytes);
    }
    for (const [i, bytes] of contents.entries()) {
      documents.keep(digestOf(bytes), bytes);
      await documents.settle();
      for (const file of await filesOf(folder)) {
        const { mtimeMs } = await stat(file);
        if (mtimeMs > 1_000_000) await utimes(file, i, i);
      }
    }
    const found = await Promise.all(contents.map((bytes) => documents.find(digestOf(bytes))));
    expect(found.map((bytes) => bytes !== undefined)).to.deep.equal([false, false, true, true, true]);
  });

  it('leave out what is larger than a MiB, and everything where no folder is', async () => {
    const large = Buffer.alloc(mebibyte + 1);
    const documents = new KeptDocuments(folder);
    documents.keep(digestOf(large), large);
    await documents.settle();
    expect(await filesOf(folder)).to.deep.equal([]);
    const none = new KeptDocuments(undefined);
    none.keep(digestOf(large), large);
    await none.settle();
    expect(none.writeError).to.equal(undefined);
  });

  it('say why they could not be kept, and go on', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'documents'), 'in the way');
    const documents = new KeptDocuments(folder);
    documents.keep(digestOf(Buffer.from('x')), Buffer.from('x'));
    await documents.settle();
    expect(documents.writeError).to.match(/ENOTDIR|EEXIST/);
  });
});
