import { expect } from 'chai';
import type { History } from '../../src/oci/config.js';
import { alignHistory } from '../../src/source/history.js';

const made = (createdBy: string): History => ({ createdBy, emptyLayer: false });
const empty = (createdBy: string): History => ({ createdBy, emptyLayer: true });

describe('source/history', () => {
  it('matches the lines that made a layer, bottom first, and passes over the others', () => {
    const { lines, remark } = alignHistory([made('ADD'), empty('CMD'), made('RUN'), empty('USER')], 2);
    expect(lines.map((line) => line?.createdBy)).to.deep.equal(['ADD', 'RUN']);
    expect(remark).to.equal(undefined);
  });

  it('matches nothing for an image without layers', () => {
    expect(alignHistory([empty('ENV')], 0)).to.deep.equal({ lines: [] });
  });

  const odd: readonly { title: string; history: History[]; layers: number; remark: RegExp }[] = [
    { title: 'fewer lines than layers', history: [made('a')], layers: 2, remark: /1 lines .* for 2 layers/ },
    { title: 'more lines than layers', history: [made('a'), made('b')], layers: 1, remark: /2 lines .* for 1 layers/ },
    { title: 'no history at all', history: [], layers: 3, remark: /no history/ },
  ];
  for (const { title, history, layers, remark } of odd) {
    it(`matches no line and says so when there are ${title}`, () => {
      const aligned = alignHistory(history, layers);
      expect(aligned.lines).to.deep.equal(new Array(layers).fill(undefined));
      expect(aligned.remark).to.match(remark);
    });
  }
});
