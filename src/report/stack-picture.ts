import { escapeText } from '../core/escape.js';
import { shortDigest } from '../oci/digest.js';
import type { Report, ReportedLayer } from './report.js';
import { cut, formatBytes, pad, padLeft, plural, tint, type Style } from './style.js';

/** The layers as they lie, the last on top, with a line where the base begins. */
export function renderStack(report: Report, style: Style): string[] {
  const bar = style.unicode ? '│' : '|';
  const dash = style.unicode ? '─' : '-';
  const numberWidth = String(report.layers.length).length;
  const lines: string[] = [];
  const base = report.freshness?.bases.find((one) => one.proof !== 'none' && one.proof !== 'self');
  for (const layer of [...report.layers].reverse()) {
    const above = report.layers[layer.number];
    if (layer.base === true && above?.base !== true) lines.push(baseLine(base?.builtFrom?.reference, style, dash));
    const part = layer.base === undefined ? '' : layer.base ? 'base' : 'own';
    const head = `  ${padLeft(String(layer.number), numberWidth)} ${bar} ${pad(part, 4)} ${bar} ${padLeft(formatBytes(layer.size), 8)} ${bar} `;
    const words = describeLayer(layer);
    const room = Math.max(20, style.width - [...head].length);
    const wordsRoom = words === '' ? 0 : Math.min([...words].length + 2, Math.max(0, room - 20));
    const instruction = cut(style, instructionOf(layer), room - wordsRoom);
    const tail = words === '' ? '' : `  ${cut(style, words, wordsRoom - 2)}`;
    const line = `${head}${tint(style, layer.base === true ? 'dim' : 'bold', instruction)}${tint(style, 'yellow', tail)}`;
    lines.push(line.trimEnd());
  }
  return lines;
}

function baseLine(reference: string | undefined, style: Style, dash: string): string {
  const name = reference === undefined ? 'base' : `base ${escapeText(reference)}`;
  const text = cut(style, `  ${dash.repeat(2)} ${name} `, style.width);
  return tint(style, 'cyan', text + dash.repeat(Math.max(0, Math.min(style.width, 78) - [...text].length)));
}

/** What made the layer, without what a build tool puts before every line. */
export function instructionOf(layer: Pick<ReportedLayer, 'instruction' | 'digest'>): string {
  const text = layer.instruction
    ?.replace(/^\/bin\/sh -c (?:#\(nop\)\s*)?/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text ? escapeText(text) : shortDigest(layer.digest);
}

const specialWords: readonly (readonly [kinds: readonly string[], word: string])[] = [
  [['setuid', 'setgid'], 'setuid'],
  [['capabilities'], 'capable'],
  [['world-writable'], 'writable'],
  [['device'], 'devices'],
];

/** `+204 packages, 3 upgraded, 2 setuid`: what the layer did that matters here. */
function describeLayer(layer: ReportedLayer): string {
  const { packages, setuid } = layer;
  const parts: string[] = [];
  if (packages) {
    const { added, removed, upgraded, downgraded } = packages;
    const gone = added.length === 0 && removed.length > 20;
    if (gone) parts.push(`${plural(removed.length, 'package')} gone`);
    else {
      if (added.length > 0) parts.push(`+${plural(added.length, 'package')}`);
      if (removed.length > 0) parts.push(`-${plural(removed.length, 'package')}`);
    }
    if (upgraded.length > 0) parts.push(`${upgraded.length} upgraded`);
    if (downgraded.length > 0) parts.push(`${downgraded.length} downgraded`);
  }
  for (const [kinds, word] of specialWords) {
    const count = setuid?.filter((one) => kinds.some((kind) => one.kinds.includes(kind))).length ?? 0;
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return parts.join(', ');
}
