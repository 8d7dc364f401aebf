import { renderGithubCommands, type GithubAnnotation } from './github-command.js';
import type { LintReport } from './lint-report.js';
import { summaryLine } from './lint-text.js';

/** Annotations of a GitHub workflow at file, line and column; the counts come last. */
export function renderLintGithub({ files, findings, summary }: LintReport): string {
  const unread = files.flatMap(({ file, error }): GithubAnnotation[] => {
    if (!error) return [];
    const { message, line, column, hint } = error;
    return [
      {
        level: 'error',
        title: 'not judged',
        message: hint === undefined ? message : `${message} (${hint})`,
        file,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      },
    ];
  });
  const found = findings.map(({ rule, severity, message, remedy, file, line, column }): GithubAnnotation => ({
    level: severity === 'note' ? 'notice' : severity,
    title: rule,
    message: remedy === undefined ? message : `${message}. ${remedy}`,
    file,
    line,
    column,
  }));
  return [...renderGithubCommands([...unread, ...found]), summaryLine(summary), ''].join('\n');
}
