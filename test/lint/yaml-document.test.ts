import { expect } from 'chai';
import fc from 'fast-check';
import { parseYaml } from '../../src/lint/yaml-document.js';
import { switchAt, textAt, valueAt, type YamlNode } from '../../src/lint/yaml-node.js';
import { sourceOf } from './rig.js';

const parse = (text: string): Promise<YamlNode[]> => parseYaml(sourceOf(text, 'a.yaml'));

async function fault(text: string): Promise<string> {
  try {
    await parse(text);
  } catch (error) {
    return `${(error as { subject?: string }).subject}: ${(error as Error).message}`;
  }
  return 'none';
}

function plain(node: YamlNode | undefined): unknown {
  if (!node) return undefined;
  if (node.type === 'list') return node.items.map(plain);
  if (node.type === 'scalar') return node.value;
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

describe('parseYaml', () => {
  it('reads what JSON.parse reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), async (value) => {
        const wrapped = { value };
        const [node] = await parse(JSON.stringify(wrapped, undefined, 1));
        // A number of JSON may be one that YAML keeps as text, and -0 has no JSON of its own.
        expect(JSON.stringify(plain(node))).to.equal(JSON.stringify(wrapped));
      }),
      { numRuns: 200 },
    );
  });

  it('says where keys and values stand', async () => {
    const source = sourceOf('a:\n  - b: "c"\n    d: |\n      e\n', 'a.yaml');
    const [document] = await parseYaml(source);
    const item = valueAt(document, 'a');
    const first = item?.type === 'list' ? item.items[0] : undefined;
    expect(source.place(first?.offset ?? 0)).to.deep.equal({ line: 2, column: 5 });
    expect(source.place(textAt(first, 'b')?.offset ?? 0)).to.deep.equal({ line: 2, column: 8 });
  });

  it('follows aliases and merge keys, own keys first', async () => {
    const [document] = await parse('x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: [*x]\nw: {<<: [*x, {c: 4}]}\n');
    expect(plain(document)).to.deep.equal({
      x: { a: 1, b: 2 },
      y: { a: 1, b: 3 },
      z: [{ a: 1, b: 2 }],
      w: { a: 1, b: 2, c: 4 },
    });
  });

  it('takes JSON that is indented with tabs', async () => {
    expect(plain((await parse('{\n\t"a": [\n\t\t1\n\t]\n}'))[0])).to.deep.equal({ a: [1] });
  });

  it('leaves empty documents out', async () => {
    expect(await parse('---\n# nothing\n---\na: 1\n---\n')).to.have.length(1);
  });

  it('knows the booleans of YAML 1.1', async () => {
    const [document] = await parse('a: yes\nb: Off\nc: true\nd: maybe\n');
    expect(['a', 'b', 'c', 'd'].map((key) => switchAt(document, key)?.on)).to.deep.equal([
      true,
      false,
      true,
      undefined,
    ]);
  });

  for (const [text, expected] of [
    ['a: 1\nb: 2\na: 3\n', 'a.yaml:3:1: the key a is written twice'],
    ['a: b: c\n', 'a.yaml:1:4: not YAML: Nested mappings are not allowed in compact mappings'],
    ['a: *x\n', 'a.yaml:1:4: '],
    ['a: &x [*x]\n', 'a.yaml:1:8: the alias names no anchor that is complete before it'],
    ['{{- if .Values.x }}\na: 1\n{{- end }}\n', 'a.yaml:'],
    ['a:\n\t- b\n', 'a.yaml:2:1: not YAML: Tabs are not allowed as indentation'],
  ] as const) {
    it(`points at what is wrong with ${JSON.stringify(text)}`, async () => {
      expect(await fault(text)).to.include(expected);
    });
  }
});
