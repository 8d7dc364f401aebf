import type * as Yaml from 'yaml';
import type { Document, Node, ParsedNode } from 'yaml';
import type { SourceText } from './source-text.js';
import type { YamlEntry, YamlMap, YamlNode } from './yaml-node.js';
import { firstSentence, readYamlTokens } from './yaml-tokens.js';

/** Keys, values and items, with every alias counted as what it stands for. */
const expandedLimit = 1_000_000;

/**
 * The documents of a YAML or JSON file, aliases and merge keys resolved, empty documents left out. Bounded: 10,000
 * documents, nesting of 100, 1,000,000 tokens, and as many nodes with aliases counted as what they stand for.
 * @throws ImgcheckError usage, with file, line and column
 */
export async function parseYaml(source: SourceText): Promise<YamlNode[]> {
  const yaml = await import('yaml');
  // YAML forbids tabs where JSON has them; between tokens a blank is the same.
  const text = /^\s*[{[]/.test(source.text) ? source.text.replaceAll('\t', ' ') : source.text;
  const budget = { expanded: 0 };
  const nodes: YamlNode[] = [];
  const composer = new yaml.Composer({ uniqueKeys: false, strict: true, logLevel: 'error' });
  const take = (composed: Iterable<Document.Parsed>): void => {
    for (const document of composed) {
      const [problem] = document.errors;
      if (problem) throw source.fault(problem.pos[0], `not YAML: ${firstSentence(problem.message)}`, hintFor(source));
      const node = new Conversion(yaml, source, budget).convert(document.contents);
      if (node && !(node.type === 'scalar' && node.value === null)) nodes.push(node);
    }
  };
  for (const token of readYamlTokens(yaml, source, text)) take(composer.next(token));
  take(composer.end(false, text.length));
  return nodes;
}

function hintFor({ text }: SourceText): string | undefined {
  return /\{\{/.test(text) ? 'a template must be rendered first (helm template, for example)' : undefined;
}

/** One document's nodes in our own form. */
class Conversion {
  readonly #yaml: typeof Yaml;
  readonly #source: SourceText;
  readonly #budget: { expanded: number };
  readonly #anchors = new Map<string, { node: YamlNode; weight: number }>();

  constructor(yaml: typeof Yaml, source: SourceText, budget: { expanded: number }) {
    this.#yaml = yaml;
    this.#source = source;
    this.#budget = budget;
  }

  convert(node: ParsedNode | null): YamlNode | undefined {
    return node ? this.#node(node, 0) : undefined;
  }

  #node(node: Node | null, fallback: number): YamlNode {
    const before = this.#budget.expanded;
    const offset = node?.range?.[0] ?? fallback;
    this.#spend(1, offset);
    if (this.#yaml.isAlias(node)) {
      // An anchor that is still open contains this alias: it would have no end.
      const target = this.#anchors.get(node.source);
      if (!target) throw this.#source.fault(offset, 'the alias names no anchor that is complete before it');
      this.#spend(target.weight, offset);
      return target.node;
    }
    let made: YamlNode;
    if (this.#yaml.isMap(node)) made = this.#map(node.items as { key: Node | null; value: Node | null }[], offset);
    else if (this.#yaml.isSeq(node))
      made = { type: 'list', offset, items: node.items.map((item) => this.#node(item as Node | null, offset)) };
    else made = this.#scalar(node, offset);
    const anchor = this.#yaml.isNode(node) && 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { node: made, weight: this.#budget.expanded - before });
    return made;
  }

  #map(items: readonly { key: Node | null; value: Node | null }[], offset: number): YamlMap {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    for (const { key, value } of items) {
      const at = key?.range?.[0] ?? offset;
      const name = this.#yaml.isScalar(key) ? (key.source ?? String(key.value)) : undefined;
      const made = this.#node(value, at);
      if (name === undefined) continue; // a key that is a list or a map: nothing that we judge has one
      if (name === '<<') merged.push(...(made.type === 'list' ? made.items : [made]));
      else if (entries.has(name)) throw this.#source.fault(at, `the key ${name.slice(0, 80)} is written twice`);
      else entries.set(name, { offset: at, value: made });
    }
    for (const one of merged) {
      if (one.type !== 'map') continue;
      this.#spend(one.entries.size, offset);
      for (const [name, entry] of one.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return { type: 'map', offset, entries };
  }

  #scalar(node: Node | null, offset: number): YamlNode {
    if (!this.#yaml.isScalar(node)) return { type: 'scalar', offset, value: null, text: '', plain: true };
    const { value, source, type } = node;
    const plain = type === 'PLAIN';
    const kept = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { type: 'scalar', offset, value: kept, text: source ?? String(kept ?? ''), plain };
  }

  #spend(count: number, offset: number): void {
    this.#budget.expanded += count;
    if (this.#budget.expanded > expandedLimit) {
      throw this.#source.fault(offset, `aliases make more than ${expandedLimit} nodes of the file`);
    }
  }
}
