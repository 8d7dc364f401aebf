import type { Check } from '../checks/check.js';
import { ImgcheckError } from '../core/error.js';
import type { Examination, SignatureDemand } from '../examination/examination.js';
import { examine, type ExamineSettings, type Questions } from '../examination/examine.js';
import type { FreshnessOptions } from '../freshness/judge.js';
import { formatReference, type ImageReference } from '../oci/reference.js';
import { requiresSignature } from '../policy/policy.js';
import { judge, worstExitCode } from '../policy/verdict.js';
import { buildErrorReport, buildReport } from '../report/build-report.js';
import { reportFormats } from '../report/all.js';
import type { Report } from '../report/report.js';
import type { Style } from '../report/style.js';
import { formatCauses, formatError } from './failure.js';
import type { BaseOptions, TrustOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';
import { readReference } from './reference.js';
import { openSession, type Session } from './session.js';
import { version } from './version.js';

/** All that a command may have been asked; those that do not take an option leave it out. */
export type ImageOptions = Omit<BaseOptions, 'releases'> &
  Partial<Pick<BaseOptions, 'releases'>> &
  Omit<TrustOptions, 'key'> &
  Partial<Pick<TrustOptions, 'key'>>;

/** What one command looks at. */
export interface Scope {
  readonly layers: boolean;
  readonly freshness: boolean;
  readonly signatures: SignatureDemand | undefined;
  readonly checks: readonly Check[];
}

export interface Answer {
  readonly reports: readonly Report[];
  /** The worst of all. */
  readonly exitCode: number;
}

/**
 * Examines images and writes the answer: for programs on all, or the text that `render` makes of those that could be
 * examined.
 * @throws ImgcheckError usage
 */
export async function answerOn(
  images: readonly string[],
  options: ImageOptions,
  scope: Scope,
  render: (reports: readonly Report[], style: Style) => string,
): Promise<Answer> {
  const answer = await reportOn(images, options, scope);
  const examined = answer.reports.filter((report) => report.error === undefined);
  const format = reportFormats[options.format];
  const text = examined.length > 0 && !format ? render(examined, styleFor(options)) : '';
  await writeOutput(format ? await format(answer.reports, version()) : text, options.output);
  return answer;
}

/**
 * Examines images one after the other and reports on each; one that cannot be examined is a report too, and its error a
 * line on standard error.
 * @throws ImgcheckError usage, before anything is asked of a registry
 */
async function reportOn(images: readonly string[], options: ImageOptions, scope: Scope): Promise<Answer> {
  const references: ImageReference[] = [];
  for (const image of images) references.push(await readReference(image, options.registriesConf));
  const base = await readBase(options);
  const session = await openSession(options);
  try {
    const { bases } = session.policy;
    const freshness: FreshnessOptions = { base, bases, releases: options.releases ?? true };
    const trust = scope.signatures
      ? { trust: await (await import('./trust.js')).loadTrust(options, session.policy) }
      : {};
    const reports: Report[] = [];
    for (const reference of references)
      reports.push(await reportOne(reference, freshness, scope, { ...session, ...trust }, options));
    return { reports, exitCode: worstExitCode(reports.map((report) => report.verdict.exitCode)) };
  } finally {
    await session.close();
  }
}

async function readBase({ base, registriesConf }: ImageOptions): Promise<FreshnessOptions['base']> {
  return base === undefined || base === 'scratch' ? base : readReference(base, registriesConf);
}

async function reportOne(
  reference: ImageReference,
  freshness: FreshnessOptions,
  scope: Scope,
  session: Session & Pick<ExamineSettings, 'trust'>,
  options: ImageOptions,
): Promise<Report> {
  let examination: Examination;
  try {
    const baseKeys = scope.layers && options.rpmKeysOfBase === true;
    const required = options.requireSignature === true || requiresSignature(session.policy);
    const signatures = scope.signatures && (required ? 'required' : scope.signatures);
    const questions: Questions = {
      layers: scope.layers,
      freshness: scope.freshness ? freshness : undefined,
      baseKeys,
      ...(signatures ? { signatures } : {}),
    };
    examination = await examine(reference, questions, session);
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    session.progress.clear();
    const name = formatReference(reference);
    const subject = error.subject === undefined ? name : `${name}: ${error.subject}`;
    const told = new ImgcheckError(error.kind, error.message, {
      subject:
        error.subject !== undefined && (error.subject.includes(name) || name.includes(error.subject))
          ? error.subject
          : subject,
      hint: error.hint,
      cause: error,
    });
    process.stderr.write(`${formatError(told)}\n${options.verbose ? formatCauses(error) : ''}`);
    return buildErrorReport(name, error, session.client.evidence.hops);
  }
  session.progress.clear();
  const { rebuildWhen = session.policy.rebuildWhen } = options;
  return buildReport(examination, judge(examination, scope.checks, { ...session.policy, rebuildWhen }));
}
