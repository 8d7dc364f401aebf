import { escapeText } from '../core/escape.js';
import type { ComparedImage, DiffConfig, DiffPackage, DiffReport, DiffSpecial } from './diff-report.js';
import { cut, formatBytes, pad, plural, tint, wrap, type Style, type Tint } from './style.js';

/** Of each list so many lines are shown; `--format json` lists all. */
const lineLimit = 500;
/** Of packages that were only built anew. */
const rebuiltLimit = 40;
/** Characters of a value; labels hold whole documents. */
const valueLimit = 160;

/** For people: the two images, then what became of packages, of files that give rights, and of the config. */
export function renderDiffText(report: DiffReport, style: Style): string {
  const { a, b } = report;
  const lines = [
    ...renderImage('A', a, style),
    ...renderImage('B', b, style),
    '',
    ...renderShared(report),
    ...renderPackages(report, style),
    ...renderSpecial(report, style),
    ...renderConfig(report, style),
  ];
  return `${lines.join('\n')}\n`;
}

function renderImage(letter: string, image: ComparedImage, style: Style): string[] {
  const { reference, digest, platform, os, packages, remarks, unlisted } = image;
  const count = packages.state === 'read' ? plural(packages.count, 'package') : packages.problems.join('; ');
  const facts = [...(os === undefined ? [] : [os]), count].map(escapeText).join('; ');
  const notes = [
    ...remarks,
    ...(unlisted > 0 ? [`${plural(unlisted, 'world-writable entry', 'world-writable entries')} not compared`] : []),
  ];
  return [
    `${letter}  ${tint(style, 'bold', escapeText(reference))}  ${escapeText(platform)}`,
    `   ${tint(style, 'dim', digest)}`,
    `   ${wrap(facts, style.width - 3, '   ')}`,
    ...notes.map((note) => `   note: ${wrap(escapeText(note), style.width - 9, '         ')}`),
  ];
}

function renderShared({ a, b, shared }: DiffReport): string[] {
  const side = (one: ComparedImage): string =>
    `${plural(one.layers.length, 'layer')}, ${formatBytes(one.size)}, unpacked ${formatBytes(one.plainSize)}`;
  const same =
    a.digest === b.digest
      ? 'the same image'
      : shared.layers === 0
        ? 'no layer in common'
        : `the lowest ${plural(shared.layers, 'layer is', 'layers are')} the same (${formatBytes(shared.size)})`;
  return [
    `layers    ${same}`,
    `          A  ${side(a)}`,
    `          B  ${side(b)}  (${signed(b.size - a.size)}, unpacked ${signed(b.plainSize - a.plainSize)})`,
    '',
  ];
}

function signed(bytes: number): string {
  return `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}`;
}

interface Line {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

const signs: Readonly<Record<Line['sign'], Tint>> = { '+': 'green', '-': 'red', '~': 'yellow' };

/** A heading with its counts, and the lines below it; what no line is for is only counted. */
function renderList(heading: string, counts: readonly string[], all: readonly Line[], style: Style): string[] {
  const lines = all.slice(0, lineLimit).map(({ sign, text }) => `  ${tint(style, signs[sign], sign)} ${text}`);
  const more = all.length - lines.length;
  return [
    `${pad(heading, 8)}  ${wrap(counts.join(', '), style.width - 10, ' '.repeat(10))}`,
    ...lines,
    ...(more > 0 ? [`  ... and ${more} more (--format json lists all)`] : []),
    '',
  ];
}

function renderPackages({ a, b, packages, complete }: DiffReport, style: Style): string[] {
  if (!packages) return [tint(style, 'yellow', 'packages  not compared: one of the lists could not be read'), ''];
  if (a.packages.state === 'none' && b.packages.state === 'none') return ['packages  no RPM database in either', ''];
  const { equal, upgraded, downgraded, rebuilt, added, removed } = packages;
  const row = (sign: Line['sign'], one: Omit<DiffPackage, 'version'>, word: string, version: string) =>
    ({ sign, name: escapeText(nameOf(one)), words: `${pad(word, 10)}  ${escapeText(version)}` }) as const;
  const rows = [
    ...upgraded.map((one) => row('~', one, 'upgraded', `${one.from} -> ${one.to}`)),
    ...downgraded.map((one) => row('~', one, 'downgraded', `${one.from} -> ${one.to}`)),
    ...added.map((one) => row('+', one, 'added', one.version)),
    ...removed.map((one) => row('-', one, 'removed', one.version)),
  ];
  const width = Math.min(40, Math.max(...rows.slice(0, lineLimit).map(({ name }) => [...name].length), 0));
  const lines = rows.map(({ sign, name, words }) => ({ sign, text: `${pad(name, width)}  ${words}` }));
  const counts = [
    `${upgraded.length} upgraded`,
    `${downgraded.length} downgraded`,
    ...(rebuilt.length > 0 ? [`${rebuilt.length} rebuilt`] : []),
    `${added.length} added`,
    `${removed.length} removed`,
    `${equal} the same${complete ? '' : ' (not all could be read)'}`,
  ];
  return renderList('packages', counts, [...lines, ...rebuiltLine(rebuilt.map(nameOf), style)], style);
}

/** Versions would say nothing here: the names of the first will do. */
function rebuiltLine(names: readonly string[], style: Style): Line[] {
  if (names.length === 0) return [];
  const more = names.length - rebuiltLimit;
  const list = [...names.slice(0, rebuiltLimit), ...(more > 0 ? [`... and ${more} more`] : [])].join(' ');
  const text = `the same version, but built at another time or by another vendor: ${escapeText(list)}`;
  return [{ sign: '~', text: wrap(text, style.width - 4, ' '.repeat(4)) }];
}

function nameOf({ name, arch, module }: Omit<DiffPackage, 'version'>): string {
  return `${name}.${arch}${module === undefined ? '' : ` (${module})`}`;
}

function renderSpecial({ special }: DiffReport, style: Style): string[] {
  const { equal, added, removed, changed } = special;
  const lines: Line[] = [
    ...changed.map(({ path, from, to }) => ({
      sign: '~' as const,
      path,
      text: `${rights(from)} -> ${rights(to)}  ${escapeText(path)}`,
    })),
    ...added.map((one) => ({
      sign: '+' as const,
      path: one.path,
      text: `${rights(one)}  ${escapeText(one.path)}${packagedText(one)}${one.plainInOther ? ', in A without these rights' : ''}`,
    })),
    ...removed.map((one) => ({
      sign: '-' as const,
      path: one.path,
      text: `${rights(one)}  ${escapeText(one.path)}${one.plainInOther ? ', in B without these rights' : ''}`,
    })),
  ].sort((x, y) => (x.path < y.path ? -1 : 1));
  const counts = [
    `${changed.length} changed`,
    `${added.length} added`,
    `${removed.length} removed`,
    `${equal} the same (setuid, setgid, capabilities, devices, world-writable)`,
  ];
  return renderList('rights', counts, lines, style);
}

/** `4755 root:root setuid`, with what else it gives. */
function rights(one: DiffSpecial): string {
  const owner = `${escapeText(one.user ?? String(one.uid))}:${escapeText(one.group ?? String(one.gid))}`;
  const kinds = one.kinds.filter((kind) => kind !== 'capabilities' && kind !== 'device');
  const words = [
    ...kinds,
    ...(one.capabilities === undefined ? [] : [one.capabilities]),
    ...(one.device === undefined ? [] : [`${one.type} ${one.device}`]),
  ];
  return `${one.mode} ${owner} ${words.join(' ')}`;
}

function packagedText({ packaged, package: owner = '' }: DiffSpecial): string {
  switch (packaged) {
    case 'as-packaged':
      return `, as packaged in ${escapeText(owner)}`;
    case 'changed':
      return `, packaged in ${escapeText(owner)} but changed`;
    case 'unowned':
      return ', owned by no package';
    case 'unknown':
      return '';
  }
}

function renderConfig({ config }: DiffReport, style: Style): string[] {
  const count = (change: DiffConfig['change']): number => config.filter((one) => one.change === change).length;
  const counts = [`${count('changed')} changed`, `${count('added')} added`, `${count('removed')} removed`];
  const sign = { added: '+', removed: '-', changed: '~' } as const;
  const lines = config.map((one) => ({ sign: sign[one.change], text: configText(one, style) }));
  return renderList('config', counts, lines, style).slice(0, -1);
}

function configText(one: DiffConfig, style: Style): string {
  const key = one.key === undefined ? '' : ` ${valueText(one.key, style)}`;
  if (one.secret) return `${one.field}${key}  (${one.change}; its value is not shown)`;
  const from = one.from === undefined ? undefined : valueText(one.from, style);
  const to = one.to === undefined ? undefined : valueText(one.to, style);
  const values = from !== undefined && to !== undefined ? `${from} -> ${to}` : (from ?? to);
  const masked = from !== undefined && from === to ? '  (what differs is not shown)' : '';
  return `${one.field}${key}${values === undefined ? '' : `  ${values}`}${masked}`;
}

/** A list as JSON writes it: how it is split into words counts. */
function valueText(value: string | readonly string[], style: Style): string {
  return cut(style, escapeText(typeof value === 'string' ? value || "''" : JSON.stringify(value)), valueLimit);
}
