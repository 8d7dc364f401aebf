import { expect } from 'chai';
import { expandVariables } from '../../src/lint/expand.js';

const values = new Map([
  ['A', 'x'],
  ['EMPTY', ''],
]);
const expand = (text: string, dollars = false): string | undefined =>
  expandVariables(text, (name) => values.get(name), { dollars });

describe('expandVariables', () => {
  for (const [text, expected] of [
    ['r/$A:$A', 'r/x:x'],
    ['${A}y', 'xy'],
    ['${B:-d}${EMPTY:-e}${EMPTY-f}', 'de'],
    ['${A:+o}${B:+o}${EMPTY+p}', 'op'],
    ['${B:-${A}}', 'x'],
    ['$B', undefined],
    ['${B:?must}', undefined],
    ['${A', undefined],
    ['${A%x}', undefined],
    ['$', undefined],
  ] as const) {
    it(`makes ${String(expected)} of ${text}`, () => expect(expand(text)).to.equal(expected));
  }

  it('takes $$ for a dollar where asked', () => {
    expect(expand('a$$b', true)).to.equal('a$b');
  });

  it('gives up on what grows without end', () => {
    expect(expandVariables('$A'.repeat(2000), () => 'x'.repeat(100))).to.equal(undefined);
    expect(expand('${B:-'.repeat(50) + 'x' + '}'.repeat(50))).to.equal(undefined);
  });
});
