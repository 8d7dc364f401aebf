import { expect } from 'chai';
import { NumberWriter, RowWriter, TextTable } from '../../src/core/rows.js';

describe('core/rows', () => {
  it('keeps rows as it grows, zeros where nothing was written', () => {
    const rows = new RowWriter(6);
    for (let i = 0; i < 1000; i++) {
      const at = rows.add();
      rows.view.setUint32(at, i);
    }
    expect(rows.count).to.equal(1000);
    const packed = Buffer.from(rows.packed());
    expect(packed.length).to.equal(6000);
    for (let i = 0; i < 1000; i++)
      expect([packed.readUInt32BE(6 * i), packed.readUInt16BE(6 * i + 4)]).to.deep.equal([i, 0]);
  });

  it('cuts and fills bytes to the width', () => {
    const rows = new RowWriter(3);
    rows.push(Uint8Array.of(1));
    rows.push(Uint8Array.of(1, 2, 3, 4));
    expect([...rows.packed()]).to.deep.equal([1, 0, 0, 1, 2, 3]);
  });

  it('keeps numbers as it grows', () => {
    const numbers = new NumberWriter();
    for (let i = 0; i < 5000; i++) numbers.push(i + 0.5);
    expect(numbers.count).to.equal(5000);
    expect([...numbers.packed()]).to.deep.equal(Array.from({ length: 5000 }, (_, i) => i + 0.5));
  });

  it('numbers texts in their order, the same one once', () => {
    const table = new TextTable();
    expect(['b', 'a', 'b', ''].map((text) => table.number(text))).to.deep.equal([0, 1, 0, 2]);
    expect([table.texts, table.length]).to.deep.equal([['b', 'a', ''], 2]);
  });
});
