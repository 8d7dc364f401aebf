import { expect } from 'chai';
import fc from 'fast-check';
import { findJsonFault } from '../../src/lint/json-fault.js';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('findJsonFault', () => {
  for (const [text, at] of [
    ['{"a": 1}', undefined],
    [' [] \n', undefined],
    ['{"a": 1,}', 8],
    ['{"a": // x\n 1}', 6],
    ["{'a': 1}", 1],
    ['{a: 1}', 1],
    ['[1 2]', 3],
    ['[1]]', 3],
    ['{"a": 1', 7],
    ['', 0],
    ['"\u0001"', 0],
    ['[01]', 1],
    ['nullx', 0],
  ] as const) {
    it(`finds ${at === undefined ? 'nothing' : `offset ${at}`} in ${JSON.stringify(text)}`, () => {
      expect(findJsonFault(text)).to.equal(at);
    });
  }

  it('agrees with JSON.parse on texts and on their mutations', () => {
    const mutated = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', ',', ':', '{', ']', '\\', '0', '-', '.', 'e', ' ', '\n', 'x'),
      )
      .map(([text, at, with_]) => {
        const i = at % (text.length + 1);
        return text.slice(0, i) + with_ + text.slice(i + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        expect(findJsonFault(text) === undefined).to.equal(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });
});
