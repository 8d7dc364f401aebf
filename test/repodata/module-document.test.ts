import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { parseDocument } from 'yaml';
import { readModuleDocument } from '../../src/repodata/module-document.js';
import { needShared } from '../support/shared.js';

describe('readModuleDocument', () => {
  it('reads what a document is and which builds it has, and nothing else', () => {
    const text =
      "document: modulemd # of version 2\nversion: 2\ndata:\n  name: \"a\"\n  stream: '1''0'\n  summary: x\n\n  # c\n" +
      '  artifacts: # two\n    rpm-map:\n      sha256: {x: y}\n      - z\n    rpms:\n    - x # first\n      \n    - "y"\n  api:\n    rpms:\n    - no';
    const expected = { kind: 'modulemd', name: 'a', stream: "1'0", artifacts: ['x', 'y'] };
    expect(readModuleDocument(text.split('\n'))).to.deep.equal(expected);
  });

  for (const [title, text] of [
    ['a flow mapping', 'document: modulemd\ndata: {name: a}'],
    ['an anchor on the data', 'document: modulemd\ndata: &x\n  name: a'],
    ['an alias for a name', 'data:\n  name: *x'],
    ['an alias among the artifacts', 'data:\n  artifacts:\n    rpms:\n    - *x'],
    ['an alias for the artifacts', 'data:\n  artifacts: *x'],
    ['a tag', 'data:\n  name: !!str a'],
    ['an escape', 'data:\n  name: "\\x41"'],
    ['a block scalar for a name', 'data:\n  name: >-\n    a'],
    ['a name on two lines', 'data:\n  name: a\n    b'],
    ['an artifact on two lines', 'data:\n  artifacts:\n    rpms:\n    - a\n      b'],
    ['a mapping among the artifacts', 'data:\n  artifacts:\n    rpms:\n    - a: b'],
    ['a list among the artifacts', 'data:\n  artifacts:\n    rpms:\n    - - b'],
    ['a flow list of artifacts', 'data:\n  artifacts:\n    rpms: [a]'],
    ['a tab in the indentation', 'data:\n \tname: a'],
    ['a name twice', 'data:\n  name: a\n  name: b'],
    ['less indentation than its first key has', 'data:\n   name: a\n  stream: b'],
  ] as const) {
    it(`does not guess at ${title}`, () => expect(readModuleDocument(text.split('\n'))).to.equal(undefined));
  }

  it('takes a line of a million blanks in its stride', () => {
    const blanks = ' '.repeat(1_000_000);
    expect(readModuleDocument(['data:', `  name: a${blanks}b`])?.name?.length).to.equal(1_000_002);
  });

  it('reads every real document that a YAML parser reads as that does', function () {
    const folder = 'data/repodata/createrepo_c/repo_with_additional_metadata/repodata';
    const file = '4fbad65c641f4f8fb3cec9b1672fcec2357443e1ea6e93541a0bb559c7dc9238-modules.yaml.gz';
    const text = gunzipSync(readFileSync(needShared(this, folder, file))).toString();
    let compared = 0;
    for (const document of text.split(/^(?:---|\.\.\.)\n/m).filter((part) => part.trim() !== '')) {
      const parsed = parseDocument(document, { schema: 'failsafe', logLevel: 'silent' });
      if (parsed.errors.length > 0) continue;
      const list = parsed.getIn(['data', 'artifacts', 'rpms']) as { toJSON(): string[] } | undefined;
      const [name, stream] = ['name', 'stream'].map((key) => parsed.getIn(['data', key]) as string | undefined);
      expect(readModuleDocument(document.split('\n'))).to.deep.equal({
        kind: parsed.get('document'),
        ...(name === undefined ? {} : { name }),
        ...(stream === undefined ? {} : { stream }),
        artifacts: list?.toJSON() ?? [],
      });
      compared++;
    }
    expect(compared).to.be.greaterThan(60);
  });
});
