import { escapeText } from '../core/escape.js';
import type { Report } from './report.js';
import type { ReportedSignature } from './signatures-report.js';
import { tint, wrap, type Style, type Tint } from './style.js';

const tints: Readonly<Record<ReportedSignature['outcome'], Tint>> = {
  valid: 'green',
  invalid: 'red',
  untrusted: 'yellow',
  unsupported: 'yellow',
  unsigned: 'yellow',
  'not-checked': 'dim',
};

/** Every signature and attestation with its verdict, who made it and why; then the rules. Nothing where none was looked for. */
export function renderSignatures({ signatures, attestations = [], trust }: Report, style: Style): string[] {
  if (!trust) return [];
  const lines = ['signatures'];
  if (signatures.length === 0) lines.push(...none(trust.places, style));
  for (const one of signatures) lines.push(...renderSignature(one, style));
  for (const one of attestations) {
    const type = escapeText(one.predicateType ?? 'of an unknown type');
    lines.push(`  ${tint(style, tints[one.outcome], one.outcome)} attestation ${type}`);
    lines.push(...detail([one.from, who(one), one.reason], style));
  }
  for (const rule of trust.rules) {
    const mark = { satisfied: 'green', refused: 'red', unknown: 'yellow' }[rule.outcome] as Tint;
    lines.push(`  rule ${escapeText(rule.name)}: ${tint(style, mark, rule.outcome)}`);
    lines.push(...detail([rule.from, rule.reason], style));
  }
  return [...lines, ''];
}

function none(places: NonNullable<Report['trust']>['places'], style: Style): string[] {
  const words = places.map((place) =>
    place.outcome === 'failed' ? `${place.name} (could not be looked into: ${place.error ?? ''})` : place.name,
  );
  return [`  ${wrap(escapeText(`none found; looked at: ${words.join(', ')}`), style.width - 4, '    ')}`];
}

function renderSignature(one: ReportedSignature, style: Style): string[] {
  const bound = one.bound.length === 0 ? [] : [`binds the ${one.bound.join(' and the ')}`];
  const time =
    one.time === undefined ? [] : [`${one.time.slice(0, 19)} by ${timeWords[one.timeSource ?? ''] ?? 'nobody'}`];
  return [
    `  ${tint(style, tints[one.outcome], one.outcome)} ${one.kind}  ${escapeText(one.from)}`,
    ...detail([who(one), one.reason, ...time, ...bound, ...one.notes], style),
  ];
}

/** Whose clock it was. */
const timeWords: Readonly<Record<string, string>> = {
  signer: 'the signer’s clock',
  rekor: 'the transparency log',
  tsa: 'a timestamp authority',
  'signing-authority': 'the signing authority',
};

function who({ identity, issuer, signer }: Pick<ReportedSignature, 'identity' | 'issuer' | 'signer'>): string {
  const name = [identity, issuer === undefined ? undefined : `vouched for by ${issuer}`, signer];
  return [...new Set(name.filter((word) => word !== undefined))].join(', ');
}

function detail(words: readonly string[], style: Style): string[] {
  return words
    .filter((word) => word !== '')
    .map((word) => `      ${wrap(escapeText(word), style.width - 6, '      ')}`);
}
