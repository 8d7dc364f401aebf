import { escapeText } from '../core/escape.js';
import type { LayerPair, StackPairs } from './layer-pairs.js';
import { baseLine, fitInstruction, instructionOf } from './stack-picture.js';
import { cut, cutStart, formatBytes, pad, padLeft, plural, tint, type Style } from './style.js';

/** Terminals up to this width have no room for two stacks. */
export const narrowest = 73;

/** What lies between two layers of one height. */
const joints = {
  unicode: { digest: '══', 'diff-id': '≈≈', other: '≠ ' },
  ascii: { digest: '==', 'diff-id': '~~', other: '!=' },
} as const;

/** How the columns of the picture are cut. */
interface Columns {
  readonly bar: string;
  readonly dash: string;
  readonly joint: Readonly<Record<'digest' | 'diff-id' | 'other', string>>;
  readonly number: number;
  /** Of the image's stack and of the base's. */
  readonly own: number;
  readonly today: number;
}

/**
 * The image's stack and today's base's, the last layers on top: equal layers joined, and a line where the two part.
 * Needs `narrowest` columns.
 */
export function renderSideBySide(stacks: StackPairs, style: Style): string[] {
  const { base, pairs, baseHeight, parting } = stacks;
  const columns = columnsOf(pairs, style);
  const { own, today, dash } = columns;
  const builtFrom = escapeText(base.builtFrom?.reference ?? '');
  const lines: string[] = [`  ${tint(style, 'dim', `${pad('this image', own)}    ${titleOf(stacks, style, today)}`)}`];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const pair = pairs[i];
    if (!pair) continue;
    if (i === baseHeight - 1) lines.push(baseLine(builtFrom, own + 2, style));
    lines.push(renderPair(pair, columns, style));
    if (i === parting) {
      const below = i === 0 ? 'no layer in common' : `${plural(i, 'layer')} in common below`;
      const text = `  ${dash} they part here: ${below} `;
      lines.push(tint(style, 'yellow', `${text}${dash.repeat(Math.max(0, own + today + 6 - [...text].length))}`));
    }
  }
  const joints = legend(pairs, columns);
  return [...lines, ...(joints === '' ? [] : [`  ${tint(style, 'dim', cut(style, joints, style.width - 2))}`])];
}

/** What stands above today's base, cut to `width` columns. */
export function titleOf({ base }: StackPairs, style: Style, width: number): string {
  const word = base.proof === 'self' ? 'the newest' : 'its base today';
  const reference = escapeText(base.current?.reference ?? base.reference);
  return `${word}  ${cutStart(style, reference, width - word.length - 2)}`;
}

function columnsOf(pairs: readonly LayerPair[], style: Style): Columns {
  const width = style.width - 6;
  // The image's own side has more to tell.
  const own = Math.ceil(width * 0.56);
  return {
    bar: style.unicode ? '│' : '|',
    dash: style.unicode ? '╌' : '-',
    joint: joints[style.unicode ? 'unicode' : 'ascii'],
    number: String(pairs.length).length,
    own,
    today: width - own,
  };
}

function renderPair({ own, today, same }: LayerPair, columns: Columns, style: Style): string {
  const joint = own && today ? columns.joint[same ?? 'other'] : '  ';
  const left = own ? cells(own, columns, columns.own, style, same) : ' '.repeat(columns.own);
  const right = today ? cells(today, columns, columns.today, style, same) : '';
  return `  ${left} ${tint(style, same === undefined ? 'yellow' : 'green', joint)} ${right}`.trimEnd();
}

/** Number, size and instruction of one layer, exactly `width` columns wide. */
function cells(
  layer: NonNullable<LayerPair['own'] | LayerPair['today']>,
  { bar, number }: Columns,
  width: number,
  style: Style,
  same: LayerPair['same'],
): string {
  const head = `${padLeft(String(layer.number), number)} ${bar} ${padLeft(formatBytes(layer.size), 8)} ${bar} `;
  const room = width - [...head].length;
  const told = 'mediaType' in layer ? layer : undefined;
  const { instruction, words } = fitInstruction(instructionOf(layer), told, room, style);
  const blank = ' '.repeat(Math.max(0, room - [...instruction].length - [...words].length));
  return `${head}${tint(style, same === undefined ? 'bold' : 'dim', instruction)}${tint(style, 'yellow', words)}${blank}`;
}

/** Explains the joints that were drawn. */
function legend(pairs: readonly LayerPair[], { joint }: Columns): string {
  const drawn = (kind: 'digest' | 'diff-id'): boolean => pairs.some(({ same }) => same === kind);
  return [
    ...(drawn('digest') ? [`${joint.digest} the same layer`] : []),
    ...(drawn('diff-id') ? [`${joint['diff-id']} the same files, compressed otherwise`] : []),
  ].join('   ');
}
