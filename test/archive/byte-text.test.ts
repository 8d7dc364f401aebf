import { expect } from 'chai';
import fc from 'fast-check';
import { byteCount, fieldText, textOf } from '../../src/archive/byte-text.js';

/** Back from text to bytes, written from the promise and not from the code. */
function bytesOf(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character));
  }
  return Buffer.concat(parts);
}

describe('textOf', () => {
  const cases: readonly [title: string, bytes: readonly number[], text: string][] = [
    ['reads UTF-8', [0x68, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], 'hé😀'],
    ['keeps a byte order mark, which is part of the name', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['carries a lone byte as a surrogate', [0x61, 0xe9, 0x62], 'a\udce9b'],
    ['carries each byte of an encoded surrogate', [0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
    ['carries each byte of an overlong slash', [0xc0, 0xaf], '\udcc0\udcaf'],
    ['carries the bytes of a sequence that is cut', [0x61, 0xe2, 0x82], 'a\udce2\udc82'],
    ['reads on after what is not UTF-8', [0xff, 0xc3, 0xa9], '\udcffé'],
    ['carries what is beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
  ];
  for (const [title, bytes, text] of cases) {
    it(title, () => expect(textOf(Buffer.from(bytes))).to.equal(text));
  }

  it('loses nothing of any bytes, so different names stay different', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = textOf(bytes);
        expect(bytesOf(text).equals(bytes)).to.equal(true);
        expect(byteCount(text)).to.equal(bytes.length);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('agrees with Node on all that is UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOf(Buffer.from(text))).to.equal(text);
        expect(byteCount(text)).to.equal(Buffer.byteLength(text));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe('fieldText', () => {
  it('stops at the first NUL, or at the end of the field', () => {
    const block = Buffer.from('abc\0def');
    expect(fieldText(block, 0, 7)).to.equal('abc');
    expect(fieldText(block, 4, 7)).to.equal('def');
    expect(fieldText(block, 3, 7)).to.equal('');
    expect(fieldText(block, 1, 2)).to.equal('b');
  });
});
