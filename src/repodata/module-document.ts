/** What a document of modules.yaml says, as far as it is wanted. */
export interface ModuleDocument {
  /** `modulemd`, `modulemd-defaults`, ... */
  readonly kind?: string;
  readonly name?: string;
  /** Always text, also where it looks like a number. */
  readonly stream?: string;
  /** Under artifacts, rpms. */
  readonly artifacts: readonly string[];
}

const keyForm = /^(["']?)([A-Za-z_][A-Za-z0-9_-]*)\1:(?:\s+(.*))?$/;

/**
 * Reads the few lines of a modulemd document that say what it is and which builds it has. Undefined where these are not
 * laid out as every tool writes them: block mappings and lists, each name on one line, no anchors, aliases and tags.
 *
 * What belongs to a key of a block mapping is indented deeper, or is a list at the same depth (YAML 1.2.2, 8.2); but for
 * quotes that real files close at the margin, in texts that are not wanted. A whole YAML parser is no help here: it
 * takes a hundred times as long, refuses these quotes, and can be made to exhaust the stack and end the process.
 */
export function readModuleDocument(lines: readonly string[]): ModuleDocument | undefined {
  const found: { kind?: string; name?: string; stream?: string } = {};
  const artifacts: string[] = [];
  /** The key at each of the three depths, and how far each depth is indented. */
  const keys = ['', '', ''];
  const indents = [0, -1, -1];
  const wanted = (): boolean => keys[0] === 'document' || (keys[0] === 'data' && isWanted(keys[1], keys[2]));
  for (const line of lines) {
    const indent = line.search(/\S/);
    if (indent < 0 || line[indent] === '#') continue;
    const content = line.slice(indent).trimEnd();
    if (line.slice(0, indent).trim() !== '' || line.slice(0, indent).includes('\t')) return undefined;
    if (content === '-' || content.startsWith('- ')) {
      if (keys[0] !== 'data' || keys[1] !== 'artifacts' || keys[2] !== 'rpms') continue;
      const artifact = readScalar(content.slice(2));
      if (artifact === undefined) return undefined;
      artifacts.push(artifact);
      continue;
    }
    const depth = depthOf(indent, indents, keys);
    if (depth === undefined) {
      if (wanted()) return undefined;
      continue;
    }
    const [, , key, value = ''] = keyForm.exec(content) ?? [];
    if (key === undefined) {
      if (wanted()) return undefined;
      continue;
    }
    keys.fill('', depth);
    indents.fill(-1, depth + 1);
    keys[depth] = key;
    if (depth === 0 && key === 'document') found.kind = readScalar(value) ?? '';
    if (depth === 1 && (key === 'name' || key === 'stream')) {
      const text = readScalar(value);
      if (text === undefined || found[key] !== undefined) return undefined;
      found[key] = text;
    }
    const opens = depth === 0 ? key === 'data' : depth === 1 ? key === 'artifacts' : key === 'rpms';
    if (opens && !/^(?:#.*|\[\]|\{\}|)$/.test(value)) return undefined;
  }
  return { ...found, artifacts };
}

function isWanted(key: string | undefined, inner: string | undefined): boolean {
  return key === 'name' || key === 'stream' || (key === 'artifacts' && (inner === '' || inner === 'rpms'));
}

/** At which of the depths that matter a line is a key; a first line below one that matters settles its indentation. */
function depthOf(indent: number, indents: number[], keys: readonly string[]): number | undefined {
  if (indent === 0) return 0;
  if (keys[0] !== 'data') return undefined;
  if ((indents[1] as number) < 0) indents[1] = indent;
  if (indent === indents[1]) return 1;
  if (keys[1] !== 'artifacts' || indent < (indents[1] as number)) return undefined;
  if ((indents[2] as number) < 0) indents[2] = indent;
  return indent === indents[2] ? 2 : undefined;
}

/** A plain or quoted scalar on one line, without escapes; undefined for anything else. */
function readScalar(text: string): string | undefined {
  const [, single, double] = /^(?:'((?:[^']|'')*)'|"([^"\\]*)")\s*(?:#.*)?$/.exec(text) ?? [];
  if (single !== undefined) return single.replaceAll("''", "'");
  if (double !== undefined) return double;
  const plain = text.replace(/(?:^|\s)#.*$/, '').trim();
  return plain === '' || /^[-?:](?:\s|$)|^[[\]{},&*!|>'"%@`#]|:(?:\s|$)/.test(plain) ? undefined : plain;
}
