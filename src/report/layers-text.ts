import { escapeText } from '../core/escape.js';
import { pairLayers } from './layer-pairs.js';
import type { Report, ReportedLayer, ReportedSpecial } from './report.js';
import { narrowest, renderSideBySide } from './side-by-side.js';
import { instructionOf, renderStack } from './stack-picture.js';
import { renderStackWithBase } from './stack-with-base.js';
import { pad, plural, tint, wrap, type Style } from './style.js';
import { renderBases, renderCoverage } from './text.js';

/** The picture of the stack, then every layer with the packages and special files that it brought. */
export function renderLayersText(report: Report, style: Style): string {
  const lines = [
    `${tint(style, 'bold', escapeText(report.image.reference))}  ${escapeText(report.image.platform ?? '')}`,
    tint(style, 'dim', report.image.digest ?? ''),
    '',
    ...renderPicture(report, style),
    '',
    ...renderBases(report, style),
    ...report.layers.flatMap((layer) => renderLayer(layer, style)),
    ...renderCoverage(report, style),
  ];
  return `${lines.join('\n')}\n`;
}

/** Beside today's base where that was had and the terminal has room for both. */
function renderPicture(report: Report, style: Style): string[] {
  const stacks = pairLayers(report);
  if (!stacks) return renderStack(report, style);
  return style.width < narrowest ? renderStackWithBase(stacks, style) : renderSideBySide(stacks, style);
}

function renderLayer(layer: ReportedLayer, style: Style): string[] {
  const { packages, setuid = [], created } = layer;
  const from = created === undefined ? '' : `  ${escapeText(created.slice(0, 19))}`;
  const lines = [
    `${tint(style, 'bold', `layer ${layer.number}`)}  ${layer.digest}${from}`,
    `  ${wrap(instructionOf(layer), style.width - 2, '  ')}`,
  ];
  if (packages) {
    const name = (one: { name: string; arch: string }): string => `${one.name}.${one.arch}`;
    const names = (word: string, all: readonly string[]): void => {
      const more = all.length - nameLimit;
      const list = [...[...all].sort().slice(0, nameLimit), ...(more > 0 ? [`... and ${more} more`] : [])];
      if (list.length > 0)
        lines.push(`  ${pad(word, 11)}${wrap(escapeText(list.join(' ')), style.width - 13, ' '.repeat(13))}`);
    };
    names(`+${packages.added.length}`, packages.added.map(name));
    names(`-${packages.removed.length}`, packages.removed.map(name));
    names(
      'upgraded',
      packages.upgraded.map((one) => `${name(one)} ${one.from} -> ${one.to};`),
    );
    names(
      'downgraded',
      packages.downgraded.map((one) => `${name(one)} ${one.from} -> ${one.to};`),
    );
  }
  lines.push(...setuid.slice(0, specialLimit).map((one) => `  ${renderSpecial(one)}`));
  if (setuid.length > specialLimit)
    lines.push(
      `  ... and ${plural(setuid.length - specialLimit, 'more entry', 'more entries')} (--format json lists all)`,
    );
  return [...lines, ''];
}

/** Packages and special files shown for one layer; `--format json` lists all. */
const nameLimit = 60;
const specialLimit = 100;

/** `4755 root:root /usr/bin/su  setuid`, with what became of it. */
function renderSpecial(one: ReportedSpecial): string {
  const owner = `${escapeText(one.user ?? String(one.uid))}:${escapeText(one.group ?? String(one.gid))}`;
  const hidden = one.hidden ? `, hidden by layer ${one.hidden.layer} (${one.hidden.how})` : '';
  const changes = one.changes === undefined ? '' : `, over the one of layer ${one.changes}`;
  return `${one.mode} ${owner} ${escapeText(one.path)}  ${one.kinds.join(', ')}${packagedText(one)}${changes}${hidden}`;
}

/** Nothing where no database tells. */
function packagedText({ packaged, package: owner = '', differences = [] }: ReportedSpecial): string {
  switch (packaged) {
    case 'as-packaged':
      return escapeText(`, as packaged in ${owner}`);
    case 'changed':
      return escapeText(`, packaged in ${owner} but changed (${differences.join('; ')})`);
    case 'unowned':
      return ', owned by no package';
    case 'unknown':
      return '';
  }
}
