import { expect } from 'chai';
import { findJsonFault } from '../../src/core/json-fault.js';

describe('findJsonFault', () => {
  const whole = ['{}', '[]', ' null ', '-0.5e+3', '"\\u00e9\\n"', '{"a":[1,{"b":true}],"c":""}\n', '[[],{},[0]]'];
  for (const text of whole) {
    it(`finds none in ${JSON.stringify(text)}`, () => {
      JSON.parse(text);
      expect(findJsonFault(text)).to.equal(undefined);
    });
  }

  const broken: readonly (readonly [string, number])[] = [
    ['', 0],
    ['  ', 2],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['{"a":1]', 6],
    ['[1}', 2],
    ['{} x', 3],
    ['[01]', 2],
    ['["a\nb"]', 1],
    ['["\\x"]', 1],
    ['{"a":', 5],
    ['[1, // no\n2]', 4],
    ['\ufeff{}', 0],
  ];
  for (const [text, at] of broken) {
    it(`finds it at ${at} of ${JSON.stringify(text)}`, () => {
      expect(() => JSON.parse(text) as unknown).to.throw(SyntaxError);
      expect(findJsonFault(text)).to.equal(at);
    });
  }

  it('finds it behind a text of three megabytes', () => {
    const long = 'x'.repeat(3 << 20);
    expect(findJsonFault(`{"a":"${long}",}`)).to.equal(long.length + 8);
  });

  it('agrees with JSON.parse on whatever one character is taken out of or put into', () => {
    const text = '{"a": [1, -2.5e3, "x\\n", {}], "b": {"c": [null, true]}}';
    for (let at = 0; at < text.length; at++) {
      for (const put of ['', ',', ']', '}', '"', ':', '0', ' ']) {
        const bent = text.slice(0, at) + put + text.slice(at + 1);
        expect(findJsonFault(bent) === undefined, bent).to.equal(isJson(bent));
      }
    }
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
