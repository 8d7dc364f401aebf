import { escapeText } from '../core/escape.js';
import type { ReportedFinding } from './findings-report.js';
import { renderGithubCommands, type GithubAnnotation } from './github-command.js';
import type { Report } from './report.js';

/**
 * Annotations of a GitHub workflow: errors bind and fail; warnings bind and could not be told, or fail and are advisory;
 * the rest is a notice. They name no file, since what an image holds is in no repository. The verdicts come last.
 */
export function renderGithub(reports: readonly Report[]): string {
  const annotations = reports.flatMap(({ image, error, findings }): GithubAnnotation[] => {
    if (error) {
      const hint = error.hint === undefined ? '' : ` (${error.hint})`;
      const message = `${error.subject === undefined ? '' : `${error.subject}: `}${error.message}${hint}`;
      return [{ level: 'error', title: `${error.kind} (${image.reference})`, message }];
    }
    return findings.flatMap((finding) => annotationsOf(finding, image.reference));
  });
  const verdicts = reports.map(
    ({ image, verdict }) => `imgcheck: ${escapeText(image.reference)}: ${verdict.outcome} (exit ${verdict.exitCode})`,
  );
  return [...renderGithubCommands(annotations), ...verdicts, ''].join('\n');
}

function annotationsOf(finding: ReportedFinding, reference: string): GithubAnnotation[] {
  const { check, outcome, required, message, remedy, idle, waived } = finding;
  if (outcome === 'pass' || (idle && outcome === 'unknown')) return [];
  const title = `${check} (${reference})`;
  if (waived) {
    const words = `waived until ${waived.until} by ${waived.by}: ${waived.reason}`;
    return [{ level: 'notice', title, message: `${message} (${words})` }];
  }
  const fails = outcome === 'fail';
  const level = required && fails ? 'error' : required || fails ? 'warning' : 'notice';
  return [{ level, title, message: remedy === undefined ? message : `${message}. ${remedy}` }];
}
