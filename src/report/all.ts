import type { LintReport } from './lint-report.js';
import type { Report } from './report.js';

/** For programs: every image that was named, also one that could not be examined. `version` is imgcheck's own. */
export type RenderReports = (reports: readonly Report[], version: string) => Promise<string>;
export type RenderLint = (report: LintReport, version: string) => Promise<string>;

/** How a check can be shown besides text, by the name that --format takes; each is loaded when it is asked for. */
export const reportFormats: Readonly<Record<string, RenderReports>> = {
  github: async (reports) => (await import('./github.js')).renderGithub(reports),
  json: async (reports) => (await import('./json.js')).renderJson(reports),
  junit: async (reports) => (await import('./junit.js')).renderJunit(reports),
  sarif: async (reports, version) => (await import('./sarif.js')).renderSarif(reports, version),
};

/** The same of lint. */
export const lintFormats: Readonly<Record<string, RenderLint>> = {
  github: async (report) => (await import('./lint-github.js')).renderLintGithub(report),
  json: async (report) => `${(await import('./safe-json.js')).safeJson(report, 2)}\n`,
  junit: async (report) => (await import('./lint-junit.js')).renderLintJunit(report),
  sarif: async (report, version) => (await import('./lint-sarif.js')).renderLintSarif(report, version),
};
