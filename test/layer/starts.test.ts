import { expect } from 'chai';
import type { LayerEntry, LayerFile } from '../../src/layer/analyzer.js';
import { Bodies } from '../../src/layer/bodies.js';
import { Starts } from '../../src/layer/starts.js';
import type { Worker } from '../../src/layer/wanted.js';
import { noting, walked, type Noted } from './walked.js';

const file = (path: string, size: number): LayerEntry => ({
  ...{ path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0 },
  size,
});

/** A worker that writes down what it is shown. */
function watching(): { readonly worker: Worker; readonly shown: string[] } {
  const shown: string[] = [];
  const note = ({ entry, start, error }: LayerFile): void =>
    void shown.push(`${entry.path} ${error ? error.kind : Buffer.from(start ?? []).toString('latin1')}`);
  return {
    shown,
    worker: { analyzer: noting([]), analysis: { file: note, replaced: () => undefined, end: () => [] } },
  };
}

describe('layer/starts', () => {
  it('shows a start as soon as it is there, out of the piece that holds it', () => {
    const { worker, shown } = watching();
    const starts = new Starts();
    starts.offer(file('a', 6), worker, 4);
    expect(starts.waiting).to.equal(true);
    starts.add(Buffer.from('abcdef'));
    expect(shown).to.deep.equal(['a abcd']);
    expect(starts.waiting).to.equal(false);
    starts.finish();
    expect(shown).to.have.length(1);
  });

  it('puts a start together from pieces, byte by byte, file after file', () => {
    const { worker, shown } = watching();
    const starts = new Starts();
    for (const [path, text] of [
      ['a', 'abcdef'],
      ['b', 'xy'],
      ['c', 'longer than both'],
    ] as const) {
      starts.offer(file(path, text.length), worker, 5);
      for (const byte of Buffer.from(text)) starts.add(Uint8Array.of(byte));
      starts.finish();
    }
    expect(shown).to.deep.equal(['a abcde', 'b xy', 'c longe']);
  });

  it('shows to each as much as it asked for', () => {
    const [one, other] = [watching(), watching()];
    const starts = new Starts();
    starts.offer(file('a', 6), one.worker, 2);
    starts.offer(file('a', 6), other.worker, 100);
    for (const piece of ['abc', 'def']) starts.add(Buffer.from(piece));
    expect([one.shown, other.shown]).to.deep.equal([['a ab'], ['a abcdef']]);
  });

  it('makes no room for a size that a header claims before bytes come', () => {
    const { worker, shown } = watching();
    const starts = new Starts();
    starts.offer(file('a', 2 ** 50), worker, 2 ** 49);
    starts.add(Buffer.from('abc'));
    starts.finish();
    expect(shown).to.deep.equal(['a abc']);
  });

  it('shows nothing of an empty file, at once', () => {
    const { worker, shown } = watching();
    const starts = new Starts();
    starts.offer(file('a', 0), worker, 5);
    expect([shown, starts.waiting]).to.deep.equal([['a '], false]);
  });

  it('stands beside bodies and digests of the same file', () => {
    const { worker, shown } = watching();
    const noted = noting([]);
    const body: Worker = { analyzer: noted, analysis: noted.create() };
    const bodies = new Bodies();
    for (const text of ['abcdef', 'xyz']) {
      bodies.offer(
        file(text, text.length),
        [
          { worker, body: false, start: 4 },
          { worker: body, body: true },
        ],
        false,
      );
      expect(bodies.waiting).to.equal(true);
      for (const piece of [text.slice(0, 2), text.slice(2)]) bodies.add(Buffer.from(piece));
      bodies.finish();
      expect(bodies.waiting).to.equal(false);
    }
    expect(shown).to.deep.equal(['abcdef abcd', 'xyz xyz']);
    expect((body.analysis.end() as readonly Noted[]).map((one) => one.text)).to.deep.equal(['abcdef', 'xyz']);
  });

  it('refuses a sparse file, as its stored bytes are not its content', () => {
    const { worker, shown } = watching();
    const bodies = new Bodies();
    bodies.offer(file('a', 6), [{ worker, body: false, start: 4 }], true);
    expect([shown, bodies.waiting]).to.deep.equal([['a unsupported'], false]);
  });

  it('comes through the whole pass', async () => {
    const shown: string[] = [];
    const analyzer = {
      ...noting([], { wants: ({ type }) => (type === 'file' ? 'start' : 'no') }),
      startBytes: () => 3,
      create: () => ({
        file: ({ entry, start }: LayerFile) => void shown.push(`${entry.path} ${Buffer.from(start ?? []).toString()}`),
        replaced: () => undefined,
        end: () => [],
      }),
    };
    await walked(
      [{ path: 'd/' }, { path: 'd/a', body: 'abcdef' }, { path: 'd/b', body: 'x' }, { path: 'd/c', body: '' }],
      {
        analyzers: [analyzer],
      },
    );
    expect(shown).to.deep.equal(['d/a abc', 'd/b x', 'd/c ']);
  });
});
