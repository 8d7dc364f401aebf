import { renderJunitXml, type JunitCase } from './junit-xml.js';
import type { LintReport } from './lint-report.js';

/**
 * JUnit XML, a suite for each file and a case for each finding: failures are findings of severity error, the only ones
 * that move the exit code; others are skipped. A file without findings is one case that passed.
 */
export function renderLintJunit({ files, findings }: LintReport): string {
  const byFile = new Map<string, JunitCase[]>();
  for (const { file, rule, line, column, severity, message, remedy } of findings) {
    const binds = severity === 'error';
    const cases = byFile.get(file) ?? [];
    cases.push({
      name: rule,
      result: binds ? 'failure' : 'skipped',
      message: `${line}:${column}: ${binds ? '' : `${severity}: `}${message}`,
      ...(remedy === undefined ? {} : { remedy }),
    });
    byFile.set(file, cases);
  }
  return renderJunitXml(
    files.map(({ file, kind, error, omitted }) => {
      const cases = byFile.get(file) ?? [];
      if (omitted > 0) cases.push({ name: 'omitted', result: 'skipped', message: `${omitted} more are not listed` });
      if (error) {
        const { message, line, column, hint } = error;
        const place = line === undefined ? '' : `${line}:${column ?? 1}: `;
        const more = hint === undefined ? {} : { remedy: hint };
        cases.push({ name: 'lint', result: 'error', message: `${place}${message}`, ...more });
      }
      if (cases.length === 0) cases.push({ name: 'lint', result: 'passed', message: 'no finding' });
      return { name: file, properties: kind === undefined ? {} : { kind }, cases };
    }),
  );
}
