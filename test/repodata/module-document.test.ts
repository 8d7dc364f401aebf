import { expect } from 'chai';
import { trimModuleDocument } from '../../src/repodata/module-document.js';

function trimmed(text: string): string | undefined {
  return trimModuleDocument(text.split('\n'))?.join('\n');
}

describe('trimModuleDocument', () => {
  it('keeps the lines that say what a document is and which builds it has', () => {
    const text =
      'document: modulemd\nversion: 2\ndata:\n  name: a\n  summary: x\n  # c\n  artifacts:\n    rpms:\n    - x\n  api:\n    - y';
    expect(trimmed(text)).to.equal('document: modulemd\ndata:\n  name: a\n  artifacts:\n    rpms:\n    - x');
  });

  for (const [title, text] of [
    ['a flow mapping', 'document: modulemd\ndata: {name: a}'],
    ['an anchor on the data', 'document: modulemd\ndata: &x\n  name: a'],
    ['a tab in the indentation', 'data:\n \tname: a'],
    ['a complex key', 'data:\n  name: a\n  ? b\n  : c'],
    ['a quoted key after a kept one', 'data:\n  name: a\n  "stream": b'],
    ['less indentation than its first key has', 'data:\n   name: a\n  stream: b'],
  ] as const) {
    it(`leaves ${title} to a whole parse`, () => expect(trimmed(text)).to.equal(undefined));
  }
});
