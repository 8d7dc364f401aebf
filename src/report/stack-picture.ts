import { escapeText } from '../core/escape.js';
import { shortDigest } from '../oci/digest.js';
import type { Report, ReportedLayer } from './report.js';
import { cut, cutStart, formatBytes, pad, padLeft, plural, tint, type Style } from './style.js';

/** The layers as they lie, the last on top, with a line where the base begins. */
export function renderStack(report: Report, style: Style): string[] {
  const bar = style.unicode ? '│' : '|';
  const numberWidth = String(report.layers.length).length;
  const lines: string[] = [];
  const base = report.freshness?.bases.find((one) => one.proof !== 'none' && one.proof !== 'self');
  for (const layer of [...report.layers].reverse()) {
    const above = report.layers[layer.number];
    if (layer.base === true && above?.base !== true)
      lines.push(baseLine(escapeText(base?.builtFrom?.reference ?? ''), Math.min(style.width, 78), style));
    const part = layer.base === undefined ? '' : layer.base ? 'base' : 'own';
    const head = `  ${padLeft(String(layer.number), numberWidth)} ${bar} ${pad(part, 4)} ${bar} ${padLeft(formatBytes(layer.size), 8)} ${bar} `;
    const { instruction, words } = fitInstruction(instructionOf(layer), layer, style.width - [...head].length, style);
    const line = `${head}${tint(style, layer.base === true ? 'dim' : 'bold', instruction)}${tint(style, 'yellow', words)}`;
    lines.push(line.trimEnd());
  }
  return lines;
}

/** The line above the layers of the base, `width` columns long; `name` is fit to print, '' where it is not known. */
export function baseLine(name: string, width: number, style: Style): string {
  const dash = style.unicode ? '─' : '-';
  const lead = `  ${dash.repeat(2)} base `;
  const text = name === '' ? lead : `${lead}${cutStart(style, name, width - lead.length - 1)} `;
  return tint(style, 'cyan', text + dash.repeat(Math.max(0, width - [...text].length)));
}

/** An instruction needs so much room to be told from others. */
const instructionRoom = 20;
/** Fewer columns of words say nothing. */
const wordsRoom = 10;

/** The instruction, and what its layer did where that is known, cut to `room` columns together. */
export function fitInstruction(
  instruction: string,
  layer: ReportedLayer | undefined,
  room: number,
  style: Style,
): { readonly instruction: string; readonly words: string } {
  const words = layer ? describeLayer(layer) : '';
  const spare = room - Math.min([...instruction].length, instructionRoom);
  const wanted = words === '' ? 0 : [...words].length + 2;
  const given = wanted <= spare ? wanted : spare >= wordsRoom + 2 ? spare : 0;
  return {
    instruction: cut(style, instruction, room - given),
    words: given === 0 ? '' : `  ${cut(style, words, given - 2)}`,
  };
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
