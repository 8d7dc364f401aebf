import { expect } from 'chai';
import { readPem } from '../../src/x509/pem.js';
import { pem } from '../support/x509.js';

const block = pem('CERTIFICATE', Buffer.from('some bytes that are longer than one line of base64 can hold'));

describe('signature/pem', () => {
  it('reads blocks with any line ends, in any width', () => {
    const forms = [block, block.replaceAll('\n', '\r\n'), block.replaceAll('\n', '\r'), block.trim(), ` \n${block}`];
    for (const form of forms) {
      const { blocks, stray } = readPem(form, 'it');
      expect(blocks.map(({ label, bytes }) => [label, Buffer.from(bytes).toString().slice(0, 10)])).to.deep.equal([
        ['CERTIFICATE', 'some bytes'],
      ]);
      expect(stray).to.equal(false);
    }
  });

  it('tells whether other text stands around the blocks', () => {
    expect(readPem(`subject=CN\n${block}`, 'it').stray).to.equal(true);
    expect(readPem(`${block}x`, 'it').stray).to.equal(true);
    expect(readPem('no block at all', 'it')).to.deep.equal({ blocks: [], stray: true });
  });

  const refusals: readonly (readonly [title: string, text: string, message: RegExp])[] = [
    ['a block without its end', block.split('\n').slice(0, -2).join('\n'), /expected a line END CERTIFICATE/],
    ['a block in a block', block.replace('\n', '\n-----BEGIN CERTIFICATE-----\n'), /BEGIN CERTIFICATE out of place/],
    ['an end of another kind', block.replace('END CERTIFICATE', 'END KEY'), /END KEY out of place/],
    ['an end alone', '-----END KEY-----', /END KEY out of place/],
    ['headers', block.replace('\n', '\nProc-Type: 4,ENCRYPTED\n\n'), /not base64/],
    ['base64 without its padding', block.replace(/=+\n/, '\n'), /not base64/],
    ['characters that base64 lacks', block.replace('c29t', 'c2_t'), /not base64/],
  ];
  for (const [title, text, message] of refusals) {
    it(`refuses ${title}`, () => {
      expect(() => readPem(text, 'it'))
        .to.throw(message)
        .with.property('kind', 'hostile');
    });
  }

  it('refuses more blocks than it was told', () => {
    expect(readPem(block.repeat(2), 'it', 2).blocks).to.have.lengthOf(2);
    expect(() => readPem(block.repeat(3), 'it', 2)).to.throw('it has more than 2 PEM blocks');
  });
});
