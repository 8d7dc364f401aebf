import { escapeText } from '../core/escape.js';
import type { Severity } from '../lint/finding.js';
import type { LintReport } from './lint-report.js';
import { plural, tint, type Style, type Tint } from './style.js';

const tints: Readonly<Record<Severity, Tint>> = { error: 'red', warning: 'yellow', note: 'cyan' };

/** `file:line:column: severity rule: message`, the remedy below what it is of, and a line that counts. */
export function renderLintText({ findings, summary }: LintReport, style: Style): string {
  const lines: string[] = [];
  let said = '';
  findings.forEach(({ file, line, column, severity, rule, message, remedy }, i) => {
    lines.push(
      `${escapeText(file)}:${line}:${column}: ${tint(style, tints[severity], severity)} ${tint(style, 'bold', rule)}: ${escapeText(message)}`,
    );
    // One remedy is enough for a row of findings of one rule.
    const next = findings[i + 1];
    said = remedy ?? '';
    if (said !== '' && !(next?.rule === rule && next.remedy === remedy && next.file === file))
      lines.push(tint(style, 'dim', `  ${escapeText(said)}`));
  });
  return `${[...lines, summaryLine(summary)].join('\n')}\n`;
}

/** `3 files: 1 error, 2 warnings, 0 notes`. */
export function summaryLine(summary: LintReport['summary']): string {
  const { files, unread, errors, warnings, notes, suppressed, omitted } = summary;
  const parts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(notes, 'note')].join(', ');
  const rest = [
    ...(suppressed > 0 ? [`${plural(suppressed, 'finding')} suppressed`] : []),
    ...(omitted > 0 ? [`${plural(omitted, 'finding')} more not listed`] : []),
    ...(unread > 0 ? [`${plural(unread, 'file')} not read`] : []),
  ];
  return `${plural(files, 'file')}: ${[parts, ...rest].join('; ')}`;
}
