import type { LayerPair, StackPairs } from './layer-pairs.js';
import { titleOf } from './side-by-side.js';
import { baseLine, fitInstruction, instructionOf } from './stack-picture.js';
import { escapeText } from '../core/escape.js';
import { formatBytes, padLeft, tint, wrap, type Style } from './style.js';

/** Below this width the sizes are left out. */
const sizesFrom = 56;

/**
 * One stack for narrow terminals: the image's layers, beside each whether today's base has the same one, and between
 * them those that only today's base has.
 */
export function renderStackWithBase(stacks: StackPairs, style: Style): string[] {
  const { base, pairs, baseHeight } = stacks;
  const marks = style.unicode ? { same: '=', tar: '≈', other: '≠' } : { same: '=', tar: '~', other: '!' };
  const builtFrom = escapeText(base.builtFrom?.reference ?? '');
  const lines: string[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const pair = pairs[i];
    if (!pair) continue;
    if (i === baseHeight - 1) lines.push(baseLine(builtFrom, style.width, style));
    lines.push(...renderRows(pair, String(pairs.length).length, marks, style));
  }
  const { same, tar, other } = marks;
  const used = [
    ...(pairs.some((one) => one.same === 'digest') ? [`${same} the same there`] : []),
    ...(pairs.some((one) => one.same === 'diff-id') ? [`${tar} the same, compressed otherwise`] : []),
    ...(pairs.some((one) => one.own && one.today && !one.same) ? [`${other} another there`] : []),
    ...(pairs.some((one) => !one.own) ? ['+ there only'] : []),
  ];
  return [
    ...lines,
    `  ${tint(style, 'dim', titleOf(stacks, style, style.width - 2))}`,
    `  ${tint(style, 'dim', wrap(used.join(', '), style.width - 2, '  '))}`,
  ];
}

function renderRows(
  { own, today, same }: LayerPair,
  numberWidth: number,
  marks: Readonly<Record<'same' | 'tar' | 'other', string>>,
  style: Style,
): string[] {
  const mark = same === 'digest' ? marks.same : same === 'diff-id' ? marks.tar : marks.other;
  if (own) return [renderRow(own, today ? mark : ' ', numberWidth, style, same === undefined ? 'bold' : 'dim')];
  return today ? [renderRow(today, '+', numberWidth, style, 'green')] : [];
}

function renderRow(
  layer: NonNullable<LayerPair['own'] | LayerPair['today']>,
  mark: string,
  numberWidth: number,
  style: Style,
  color: 'bold' | 'dim' | 'green',
): string {
  const bar = style.unicode ? '│' : '|';
  const told = 'mediaType' in layer ? layer : undefined;
  const number = padLeft(told ? String(layer.number) : '', numberWidth);
  const size = style.width < sizesFrom ? '' : `${padLeft(formatBytes(layer.size), 8)} ${bar} `;
  const head = `  ${number} ${mark} ${bar} ${size}`;
  const { instruction, words } = fitInstruction(instructionOf(layer), told, style.width - [...head].length, style);
  return `${head}${tint(style, color, instruction)}${tint(style, 'yellow', words)}`.trimEnd();
}
