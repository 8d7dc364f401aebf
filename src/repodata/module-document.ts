const keyForm = /^ *([A-Za-z_][A-Za-z0-9_-]*):(?=\s|$)/;
const wantedAtTop = new Set(['document', 'data']);
const wantedInside = new Set(['name', 'stream', 'artifacts']);

/**
 * The lines of a modulemd document that say what it is and which builds it has: a tenth of them all, and YAML is slow
 * to parse. Undefined where it is not laid out as every tool writes it: block mappings with plain keys. Then the whole
 * is to be parsed, and so it is where these lines alone make no sense (an alias to what was left out).
 *
 * What belongs to a key of a block mapping is indented deeper, or is a list at the same depth (YAML 1.2.2, 8.2); but
 * for quotes that real files close at the margin, in texts that are not wanted.
 */
export function trimModuleDocument(lines: readonly string[]): readonly string[] | undefined {
  const kept: string[] = [];
  let inData = false;
  let inside = -1;
  let keep = false;
  for (const line of lines) {
    const indent = line.search(/\S/);
    if (indent < 0 || line[indent] === '#') continue;
    if (line.slice(0, indent).includes('\t')) return undefined;
    const item = line[indent] === '-';
    if (indent === 0 && !item) {
      const key = keyForm.exec(line)?.[1];
      if (key === undefined && keep) return undefined;
      if (key === undefined) continue;
      inData = key === 'data';
      if (inData && line.slice(5).trim() !== '') return undefined;
      inside = -1;
      keep = wantedAtTop.has(key);
    } else if (inData && inside < 0) {
      inside = indent;
    }
    if (inData && indent > 0 && indent < inside && keep) return undefined;
    if (inData && indent > 0 && indent === inside && !item) {
      const key = keyForm.exec(line)?.[1];
      if (key === undefined && keep) return undefined;
      keep = key !== undefined && wantedInside.has(key);
    }
    if (keep) kept.push(line);
  }
  return kept;
}
