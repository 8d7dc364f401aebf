import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { FileDigests, LayerEntry, LayerFile } from '../../src/layer/analyzer.js';
import { Bodies } from '../../src/layer/bodies.js';
import type { Worker } from '../../src/layer/wanted.js';
import { noting, type Noted } from './walked.js';

function workerOf(maxBytes: number): Worker {
  const analyzer = noting([], { maxBytes });
  return { analyzer, analysis: analyzer.create() };
}

const file = (path: string, size: number): LayerEntry => ({
  ...{ path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0 },
  size,
});
const found = (worker: Worker): string[] => (worker.analysis.end() as readonly Noted[]).map(({ text }) => text);

describe('layer/bodies', () => {
  it('gathers a body from pieces, whatever the header claimed', () => {
    const bodies = new Bodies();
    const worker = workerOf(2 ** 40);
    const content = Buffer.alloc(3_000_000, 'abc');
    bodies.offer(file('a', content.length), [{ worker, body: true }], false);
    for (let at = 0; at < content.length; at += 700_001) bodies.add(content.subarray(at, at + 700_001));
    bodies.finish();
    expect(found(worker)[0] === content.toString('latin1')).to.equal(true);
    expect(bodies.waiting).to.equal(false);
  });

  it('never makes room for a size that a header claims before bytes come', () => {
    const bodies = new Bodies();
    bodies.offer(file('a', 2 ** 50), [{ worker: workerOf(2 ** 53), body: true }], false);
    expect(bodies.waiting).to.equal(true);
  });

  it('gives one body under several names', () => {
    const bodies = new Bodies();
    const [one, other] = [workerOf(10), workerOf(10)];
    bodies.offer(file('a', 2), [{ worker: one, body: true }], false);
    bodies.offer(
      file('b', 2),
      [
        { worker: one, body: true },
        { worker: other, body: true },
      ],
      false,
    );
    bodies.add(Buffer.from('hi'));
    bodies.finish();
    expect(one.analysis.end()).to.deep.equal([
      { path: 'a', text: 'hi' },
      { path: 'b', text: 'hi' },
    ]);
    expect(found(other)).to.deep.equal(['hi']);
  });

  it('hands the next member nothing of the one before', () => {
    const bodies = new Bodies();
    const worker = workerOf(10);
    for (const [path, text] of Object.entries({ a: 'long', b: 'x' })) {
      bodies.offer(file(path, text.length), [{ worker, body: true }], false);
      bodies.add(Buffer.from(text));
      bodies.finish();
    }
    expect(found(worker)).to.deep.equal(['long', 'x']);
  });

  for (const [title, entry, sparse, text, waiting] of [
    ['a body that is too long as an error', file('a', 11), false, 'hostile: a of 11 bytes exceeds 10', false],
    [
      'a sparse one as an error',
      file('a', 1),
      true,
      'unsupported: a is stored as a sparse file, which is not read',
      false,
    ],
    ['an empty one at once', file('a', 0), false, '', false],
    ['the header alone of what has no body', { ...file('a', 0), type: 'fifo' } as const, false, '(fifo)', false],
  ] as const) {
    it(`hands over ${title}`, () => {
      const bodies = new Bodies();
      const worker = workerOf(10);
      bodies.offer(entry, [{ worker, body: true }], sparse);
      expect(bodies.waiting).to.equal(waiting);
      expect(found(worker)).to.deep.equal([text]);
    });
  }

  it('refuses a body to one and gathers it for another', () => {
    const bodies = new Bodies();
    const [small, large, header] = [workerOf(1), workerOf(10), workerOf(0)];
    const asked = [small, large].map((worker) => ({ worker, body: true }));
    bodies.offer(file('a', 2), [...asked, { worker: header, body: false }], false);
    bodies.add(Buffer.from('hi'));
    bodies.finish();
    expect([small, large, header].map(found)).to.deep.equal([['hostile: a of 2 bytes exceeds 1'], ['hi'], ['(file)']]);
  });

  describe('digests', () => {
    const content = Buffer.from('some content');
    const digestsOf = (bytes: Uint8Array): FileDigests => ({
      sha256: createHash('sha256').update(bytes).digest(),
      md5: createHash('md5').update(bytes).digest(),
    });
    const hashing = (): { readonly worker: Worker; readonly files: LayerFile[] } => {
      const files: LayerFile[] = [];
      const analysis = { file: (one: LayerFile) => void files.push(one), replaced: () => undefined, end: () => [] };
      return { worker: { analyzer: noting([], { maxBytes: 0 }), analysis }, files };
    };

    it('come from pieces of a file of any length, which is not kept', () => {
      const bodies = new Bodies();
      const { worker, files } = hashing();
      bodies.offer(file('a', content.length), [{ worker, body: false, digest: true }], false);
      expect(bodies.waiting).to.equal(true);
      for (const byte of content) bodies.add(Uint8Array.of(byte));
      bodies.finish();
      expect(files).to.deep.equal([{ entry: file('a', content.length), digests: digestsOf(content) }]);
      expect(bodies.waiting).to.equal(false);
    });

    it('come beside a body that another asked for', () => {
      const bodies = new Bodies();
      const { worker, files } = hashing();
      const other = workerOf(100);
      const asked = [{ worker: other, body: true }, { worker, body: false, digest: true } as const];
      for (const [path, bytes] of [
        ['a', content],
        ['b', Buffer.from('other')],
      ] as const) {
        bodies.offer(file(path, bytes.length), asked, false);
        bodies.add(bytes);
        bodies.finish();
      }
      expect(files.map(({ digests }) => digests)).to.deep.equal([digestsOf(content), digestsOf(Buffer.from('other'))]);
      expect(found(other)).to.deep.equal(['some content', 'other']);
    });

    it('are those of nothing for an empty file, at once', () => {
      const { worker, files } = hashing();
      new Bodies().offer(file('a', 0), [{ worker, body: false, digest: true }], false);
      expect(files).to.deep.equal([{ entry: file('a', 0), digests: digestsOf(new Uint8Array(0)) }]);
    });

    it('cannot be had of a sparse file, and are not asked of what is no file', () => {
      const { worker, files } = hashing();
      const bodies = new Bodies();
      bodies.offer(file('a', 9), [{ worker, body: false, digest: true }], true);
      bodies.offer({ ...file('b', 0), type: 'directory' }, [{ worker, body: false, digest: true }], false);
      expect(files.map(({ digests, error }) => [digests, error?.kind])).to.deep.equal([
        [undefined, 'unsupported'],
        [undefined, undefined],
      ]);
      expect(bodies.waiting).to.equal(false);
    });
  });
});
