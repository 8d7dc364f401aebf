import { escapeText } from '../core/escape.js';
import { formatEvr } from '../rpm/version.js';
import { renderCycloneDx } from './cyclonedx.js';
import type { PackageReport, PackageRow } from './package-report.js';
import { safeJson } from './safe-json.js';
import { pad, plural, tint, type Style } from './style.js';

type RenderPackages = (report: PackageReport, style: Style) => string | Promise<string>;

/** How packages can be shown, by the name that --format takes. */
export const packageFormats: Readonly<Record<string, RenderPackages>> = {
  cyclonedx: (report) => renderCycloneDx(report),
  json: (report) => `${safeJson(report, 2)}\n`,
  text: renderText,
  tsv: renderTsv,
};

function renderText({ image, state, database, problems, packages }: PackageReport, style: Style): string {
  const rows = packages.map((one): readonly [string, string, string] => [
    escapeText(one.name),
    escapeText(`${formatEvr(one)}.${one.arch}`),
    `layer ${one.layerNumber}${signatureWords(one)}`,
  ]);
  const name = Math.max(0, ...rows.map(([text]) => [...text].length));
  const evr = Math.max(0, ...rows.map(([, text]) => [...text].length));
  const where = database ? ` in ${escapeText(database.path)} (${database.kind})` : '';
  return [
    `${tint(style, 'bold', escapeText(image.reference))}  ${plural(packages.length, 'package')}${where}: ${state}`,
    ...problems.map((one) => tint(style, 'yellow', `note: ${escapeText(one)}`)),
    ...rows.map(([first, second, third]) => `  ${pad(first, name)}  ${pad(second, evr)}  ${third}`),
    '',
  ].join('\n');
}

/** What a reader should know of the signature: nothing where no keys were given. */
function signatureWords({ signature, signer, expired }: PackageRow): string {
  if (signature === 'not-checked') return '';
  const by = signer
    ? ` (${escapeText(signer.userId || signer.fingerprint)}${expired ? ', key expired since' : ''})`
    : '';
  return `  ${signature}${by}`;
}

const columns: readonly [string, (row: PackageRow) => string | number | undefined][] = [
  ['name', (row) => row.name],
  ['epoch', (row) => row.epoch],
  ['version', (row) => row.version],
  ['release', (row) => row.release],
  ['arch', (row) => row.arch],
  ['source rpm', (row) => row.sourceRpm],
  ['vendor', (row) => row.vendor],
  ['install time', (row) => row.installTime],
  ['module label', (row) => row.module],
  ['layer digest', (row) => row.layer],
  ['signature', (row) => row.signature],
  ['signer', (row) => row.signer?.fingerprint],
];

/** A header line, then a line each; `-` where there is nothing. Control characters are escaped, so a tab always separates. */
function renderTsv({ packages }: PackageReport): string {
  const lines = packages.map((row) => columns.map(([, value]) => cell(value(row))).join('\t'));
  return [columns.map(([name]) => name).join('\t'), ...lines, ''].join('\n');
}

function cell(value: string | number | undefined): string {
  return value === undefined || value === '' ? '-' : escapeText(String(value));
}
