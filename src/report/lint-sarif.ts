import { rules } from '../lint/all.js';
import type { LintReport } from './lint-report.js';
import { renderSarifLog, type SarifLocation } from './sarif-log.js';

/** SARIF 2.1.0: one run, each finding at its line and column; a file that could not be judged is a notification. */
export function renderLintSarif({ files, findings, summary, exitCode }: LintReport, version: string): string {
  const run = {
    rules,
    results: findings.map(({ rule, severity, message, remedy, file, line, column }) => {
      const place: SarifLocation = { path: file, line, column };
      return {
        rule,
        level: severity,
        message: remedy === undefined ? message : `${message}. ${remedy}`,
        locations: [place] as const,
      };
    }),
    notifications: files.flatMap(({ file, error }) => {
      if (!error) return [];
      const { message, line, column } = error;
      const place = line === undefined ? {} : { line, ...(column === undefined ? {} : { column }) };
      return [{ text: message, location: { path: file, ...place } }];
    }),
    successful: exitCode !== 2,
    exitCode,
    properties: { summary },
  };
  return renderSarifLog([run], version);
}
