import { expect } from 'chai';
import { placeOfFault, readSource, SourceText } from '../../src/lint/source-text.js';
import { faultOf } from './rig.js';

describe('SourceText', () => {
  it('knows line and column of every offset, in UTF-16 code units', () => {
    const source = new SourceText('f', 'ab\n\nć😀d\r\ne');
    const places = [0, 2, 3, 4, 7, 10].map((offset) => Object.values(source.place(offset)).join(':'));
    expect(places).to.deep.equal(['1:1', '1:3', '2:1', '3:1', '3:4', '4:1']);
  });

  it('carries the place of a fault in its subject', () => {
    const error = new SourceText('a:1:2', 'ab\ncd').fault(4, 'no');
    expect(error.subject).to.equal('a:1:2:2:2');
    expect(placeOfFault(error)).to.deep.equal({ line: 2, column: 2 });
  });
});

describe('readSource', () => {
  it('leaves a byte order mark out', () => {
    expect(readSource('f', Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)).text).to.equal('A');
  });

  it('points at the first byte that is not UTF-8, past a genuine replacement character', async () => {
    const bytes = Buffer.concat([Buffer.from('FROM a\n�x'), Uint8Array.of(0xff)]);
    expect(await faultOf('Dockerfile', bytes)).to.equal('Dockerfile:2:3: the file is not UTF-8');
  });

  it('points at a NUL byte', async () => {
    expect(await faultOf('Dockerfile', 'FROM a\n\0')).to.equal(
      'Dockerfile:2:1: the file is not text: it holds a NUL byte',
    );
  });
});
