import { escapeText } from '../core/escape.js';
import type { Outcome } from '../checks/check.js';
import { shortDigest } from '../oci/digest.js';
import { renderExceptions, waivedWords } from './exceptions-text.js';
import { renderRebuild } from './forecast-text.js';
import type { ReportedFinding } from './findings-report.js';
import type { Report, ReportedBase, ReportedBuild } from './report.js';
import { renderSignatures } from './signatures-text.js';
import { renderStack } from './stack-picture.js';
import { cut, formatBytes, pad, plural, tint, wrap, type Style, type Tint } from './style.js';

/** For people: the verdict first, then the base, the layers as a picture, what was found, and what that rests on. */
export function renderText(reports: readonly Report[], style: Style): string {
  return `${reports.map((report) => renderOne(report, style)).join('\n\n')}\n`;
}

function renderOne(report: Report, style: Style): string {
  const lines = [...renderHead(report, style), ''];
  if (report.error) return [...lines, ...renderError(report.error, style)].join('\n');
  lines.push(
    ...renderBases(report, style),
    ...renderRebuild(report, style),
    ...renderLayers(report, style),
    ...renderSignatures(report, style),
  );
  lines.push(...renderFindings(report, style));
  return [...lines, ...renderCoverage(report, style)].join('\n');
}

/** Reference, platform and digest, and the verdict in words. */
export function renderHead({ image, verdict }: Report, style: Style): string[] {
  const name = tint(style, 'bold', escapeText(image.reference));
  const words =
    verdict.outcome === 'pass'
      ? 'pass: every required check passed'
      : verdict.outcome === 'unknown'
        ? 'unknown: a required check could not be decided'
        : verdict.rebuild
          ? 'fail: rebuild needed'
          : 'fail: a required check failed';
  return [
    `${name}${image.platform === undefined ? '' : `  ${escapeText(image.platform)}`}`,
    ...(image.digest === undefined ? [] : [tint(style, 'dim', image.digest)]),
    `${tint(style, colors[verdict.outcome], `${mark(verdict.outcome, style)} ${words}`)} (exit ${verdict.exitCode})`,
  ];
}

export function renderError(error: NonNullable<Report['error']>, style: Style): string[] {
  const subject = error.subject === undefined ? '' : `${escapeText(error.subject)}: `;
  const hint = error.hint === undefined ? [] : [`  ${wrap(escapeText(error.hint), style.width - 2, '  ')}`];
  return [`${error.kind}: ${subject}${escapeText(error.message)}`, ...hint];
}

const colors: Readonly<Record<Outcome, Tint>> = { pass: 'green', fail: 'red', unknown: 'yellow' };

function mark(outcome: Outcome, style: Style): string {
  const marks = style.unicode ? { pass: '✓', fail: '✗', unknown: '?' } : { pass: 'ok', fail: 'XX', unknown: '??' };
  return marks[outcome];
}

export function renderBases({ freshness }: Report, style: Style): string[] {
  if (!freshness) return [];
  const { bases, rebuildFirst, buildInfo = [] } = freshness;
  const lines = [
    ...bases.flatMap((base) => renderBase(base, style)),
    ...(rebuildFirst === undefined ? [] : [`rebuild first  ${tint(style, 'bold', escapeText(rebuildFirst))}`]),
    ...renderBuildInfo(buildInfo, style),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderBase(base: ReportedBase, style: Style): string[] {
  const outcome = { fresh: 'pass', stale: 'fail', unknown: 'unknown' }[base.outcome] as Outcome;
  const { releases, days } = base.behind;
  const behind = [
    ...(releases === undefined ? [] : [plural(releases, 'release')]),
    ...(days === undefined ? [] : [plural(days, 'day')]),
  ].join(' and ');
  const title = base.proof === 'self' ? 'base itself' : base.level === 1 ? 'base' : `base ${base.level}`;
  const lines = [
    `${title}  ${tint(style, 'bold', escapeText(base.reference))}`,
    `      ${tint(style, colors[outcome], base.outcome)}${behind === '' ? '' : `, ${behind} behind`}`,
    `      ${wrap(`${escapeText(base.reason)} (${provedBy[base.proof]}; named by ${namedBy(base)})`, style.width - 6, '      ')}`,
  ];
  const release = (word: string, one: ReportedBase['current']): string[] =>
    one === undefined ? [] : [`      ${pad(word, 10)} ${escapeText(one.reference)}${dateWords(one)}`];
  if (base.outcome !== 'fresh') {
    const self = base.proof === 'self';
    lines.push(
      ...release(self ? 'this' : 'built from', base.builtFrom),
      ...release(self ? 'newest' : 'today', base.current),
    );
  }
  const [from, to] = [base.builtFrom?.index, base.current?.index];
  if (base.outcome === 'fresh' && from !== undefined && to !== undefined && from !== to) {
    lines.push(`      ${pad('index', 10)} ${shortDigest(from)} then, ${shortDigest(to)} today`);
  }
  if (base.packages) {
    const { equal, behind: older, ahead, added, removed, none = false } = base.packages;
    const differ = none && base.outcome === 'stale' ? 'no package of the base differs: ' : '';
    const counts = `${differ}${older.length} behind, ${equal} equal, ${ahead.length} ahead; ${added.length} only in the image, ${removed.length} only in the base`;
    lines.push(`      packages   ${wrap(counts, style.width - 17, ' '.repeat(17))}`);
  }
  return lines;
}

/** `annotation (proved), label (proved)`; of an image that is judged as a base itself only who says so. */
function namedBy({ proof, how, sources }: ReportedBase): string {
  if (proof === 'self' || sources.length === 0) return how.join(', ');
  return sources.map(({ source, trust }) => `${source} (${trust})`).join(', ');
}

function dateWords({ created, createdTrust, createdStated }: NonNullable<ReportedBase['current']>): string {
  if (created !== undefined) return `, created ${escapeText(created.slice(0, 10))}`;
  if (createdStated === undefined) return ', without a date';
  const words = { zeroed: 'a placeholder', future: 'yet to come', none: 'no date', plausible: '' }[createdTrust];
  return `, its date ${escapeText(createdStated.slice(0, 10))} is ${words}`;
}

/** The chain of builds, the lowest first: `layer 1  ubi9 9.4-1123  FROM scratch`. */
function renderBuildInfo(builds: readonly ReportedBuild[], style: Style): string[] {
  return builds.map(({ name, version, release, layer, from }, i) => {
    const lead = pad(i === 0 ? 'build info' : '', 12);
    const nvr = [version, release].filter((part) => part !== '').join('-');
    const last = from.at(-1);
    const words = `layer ${layer}  ${name} ${nvr}${last === undefined ? '' : `  FROM ${last}`}`;
    return lead + cut(style, escapeText(words), Math.max(20, style.width - lead.length));
  });
}

const provedBy: Readonly<Record<ReportedBase['proof'], string>> = {
  layers: 'proved by layer digests',
  'diff-ids': 'proved by diff ids',
  self: 'judged as a base itself',
  none: 'not proved',
};

/** The picture of the stack under its heading. */
export function renderLayers(report: Report, style: Style): string[] {
  if (report.layers.length === 0) return [];
  return [`layers  ${tint(style, 'dim', 'the last on top')}`, ...renderStack(report, style), ''];
}

export function renderFindings({ findings }: Report, style: Style): string[] {
  if (findings.length === 0) return [];
  const rank = (one: ReportedFinding): number =>
    (one.required ? 0 : 10) + { fail: 0, unknown: 1, pass: 2 }[one.outcome];
  const width = Math.max(...findings.map((one) => one.check.length));
  const lines = [...findings]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((one) => {
      const lead = `  ${tint(style, colors[one.outcome], mark(one.outcome, style))} ${pad(one.check, width)}  `;
      const indent = ' '.repeat(width + 4 + [...mark(one.outcome, style)].length + 1);
      const room = Math.max(30, style.width - indent.length);
      const binds = one.waived ? waivedWords(one.waived) : one.required || one.outcome === 'pass' ? '' : ' [advisory]';
      const message = `${lead}${wrap(escapeText(one.message + binds), room, indent)}`;
      const remedy = one.remedy !== undefined && one.outcome !== 'pass' && one.required;
      return remedy
        ? [message, `${indent}${tint(style, 'dim', wrap(escapeText(one.remedy ?? ''), room, indent))}`]
        : [message];
    });
  return ['findings', ...lines, ''];
}

export function renderCoverage({ coverage, remarks, exceptions = [] }: Report, style: Style): string[] {
  const lines = [...remarks, ...renderExceptions(exceptions)].map(
    (remark) => `note: ${wrap(escapeText(remark), style.width - 6, '      ')}`,
  );
  if (!coverage) return lines;
  const { layersRead, layersCached, layersTotal, bytesFetched, entries, requests, skipped } = coverage;
  const count = Object.entries(requests).reduce((sum, [kind, n]) => (kind === 'auth' ? sum : sum + n), 0);
  const layers =
    layersRead === 0
      ? 'no layer read'
      : `${layersRead} of ${plural(layersTotal, 'layer')} read (${layersCached} from the cache), ${plural(entries, 'entry', 'entries')}`;
  const text = `coverage: ${layers}; ${formatBytes(bytesFetched)} of layers fetched, ${plural(count, 'request')}; packages: ${coverage.packages}; signatures: ${coverage.signatures.replace('-', ' ')}`;
  return [
    ...lines,
    ...skipped.map((one) => `left out: ${escapeText(one)}`),
    tint(style, 'dim', wrap(text, style.width - 2, '  ')),
  ];
}
