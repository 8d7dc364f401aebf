import { escapeText } from '../core/escape.js';
import { pad, tint, wrap, type Style } from './style.js';
import type { TrustReport } from './trust-report.js';

/** The rules about one image's signatures, each with the keys or identities that count. */
export function renderTrust(report: TrustReport, style: Style): string {
  const { image, policy, rules, sources, lookaside, attachments } = report;
  const line = (word: string, text: string): string =>
    `${pad(word, 12)}${wrap(escapeText(text), style.width - 12, ' '.repeat(12))}`;
  const scope =
    policy === undefined
      ? 'no policy.json: none of the standard places has one'
      : policy.from === 'default'
        ? `${policy.path}, default`
        : `${policy.path}, ${policy.transport} ${policy.scope === '' ? '(all of it)' : policy.scope}`;
  const lines = [
    tint(style, 'bold', escapeText(image)),
    line('read from', sources.join(', then ')),
    line('policy', scope),
    line('lookaside', lookaside ?? 'none'),
    line(
      'attachments',
      attachments ? 'count for policy.json (use-sigstore-attachments)' : 'do not count for policy.json',
    ),
    '',
  ];
  if (rules.length === 0) lines.push('no rule covers its signatures: they are shown, and bind nothing');
  for (const rule of rules) {
    const word =
      rule.problem === undefined
        ? rule.verifies
          ? 'verifies'
          : rule.name === 'reject'
            ? 'rejects'
            : 'accepts anything'
        : 'refuses';
    lines.push(`${tint(style, 'bold', escapeText(rule.name))}  ${word}`);
    lines.push(`  ${escapeText(rule.from)}`);
    if (rule.problem !== undefined) lines.push(`  ${wrap(escapeText(rule.problem), style.width - 2, '  ')}`);
    lines.push(...rule.trusts.map((one) => `  ${escapeText(one)}`));
  }
  return `${lines.join('\n')}\n`;
}
