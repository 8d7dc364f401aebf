import type { ImgcheckError } from '../core/error.js';
import type { LintFinding } from '../lint/finding.js';
import type { LintedFile } from '../lint/lint-file.js';
import { placeOfFault } from '../lint/source-text.js';

/** One file that was named: what it was taken for, or why it could not be judged. */
export interface LintReportFile {
  readonly file: string;
  readonly kind?: LintedFile['kind'];
  /** Findings that a comment with a reason took away. */
  readonly suppressed: number;
  /** Findings past 10,000: counted, not listed. */
  readonly omitted: number;
  readonly error?: {
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
    readonly hint?: string;
  };
}

/** What `imgcheck lint` says; plain data, the same for every format. */
export interface LintReport {
  readonly schemaVersion: 1;
  /** In the order in which they were named. */
  readonly files: readonly LintReportFile[];
  /** By file, line, column and rule. */
  readonly findings: readonly LintFinding[];
  readonly summary: {
    readonly files: number;
    readonly unread: number;
    readonly errors: number;
    readonly warnings: number;
    readonly notes: number;
    readonly suppressed: number;
    readonly omitted: number;
  };
  /** 1 when there is a finding of severity error, 2 when no file could be read, else 0. */
  readonly exitCode: 0 | 1 | 2;
}

/** What became of a file: the rules' answer, or the error that stood in its way. */
export type LintAnswer = LintedFile | { readonly file: string; readonly error: ImgcheckError };

/** Puts the answers of all files together. */
export function buildLintReport(answers: readonly LintAnswer[]): LintReport {
  const files = answers.map(reportFile);
  const findings = answers
    .flatMap((one) => ('error' in one ? [] : one.findings))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)); // stable: within a file the order stays
  const count = (severity: LintFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const total = (key: 'suppressed' | 'omitted'): number => files.reduce((sum, file) => sum + file[key], 0);
  const unread = files.filter(({ error }) => error !== undefined).length;
  const errors = count('error');
  return {
    schemaVersion: 1,
    files,
    findings,
    summary: {
      files: files.length,
      unread,
      errors,
      warnings: count('warning'),
      notes: count('note'),
      suppressed: total('suppressed'),
      omitted: total('omitted'),
    },
    exitCode: unread === files.length ? 2 : errors > 0 ? 1 : 0,
  };
}

function reportFile(answer: LintAnswer): LintReportFile {
  if (!('error' in answer)) {
    const { file, kind, suppressed, omitted } = answer;
    return { file, kind, suppressed, omitted };
  }
  const { file, error } = answer;
  return {
    file,
    suppressed: 0,
    omitted: 0,
    error: {
      message: error.message,
      ...placeOfFault(error),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
  };
}
