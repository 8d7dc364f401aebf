import type { ReportedFinding } from './findings-report.js';
import { renderJunitXml, type JunitCase, type JunitSuite } from './junit-xml.js';
import type { Report } from './report.js';

/**
 * JUnit XML, a suite for each image and a case for each finding. What binds and fails is a failure, what binds and could
 * not be told an error; what is advisory, waived or was not asked is skipped, so that the colour is that of the exit code.
 */
export function renderJunit(reports: readonly Report[]): string {
  return renderJunitXml(reports.map(suiteOf));
}

function suiteOf({ image, verdict, error, findings }: Report): JunitSuite {
  const { reference, digest, platform } = image;
  return {
    name: reference,
    properties: {
      ...(digest === undefined ? {} : { digest }),
      ...(platform === undefined ? {} : { platform }),
      verdict: verdict.outcome,
      exitCode: String(verdict.exitCode),
    },
    cases: error
      ? [
          {
            name: 'examination',
            result: 'error',
            message: `${error.kind}: ${error.subject === undefined ? '' : `${error.subject}: `}${error.message}`,
            ...(error.hint === undefined ? {} : { remedy: error.hint }),
          },
        ]
      : findings.map(caseOf),
  };
}

function caseOf({ check, outcome, required, message, remedy, idle, waived }: ReportedFinding): JunitCase {
  const more = remedy === undefined ? {} : { remedy };
  if (waived) {
    const words = `waived until ${waived.until} by ${waived.by}: ${waived.reason}`;
    return { name: check, result: 'skipped', message: `${words}; ${message}` };
  }
  if (outcome === 'pass') return { name: check, result: 'passed', message };
  if (required) return { name: check, result: outcome === 'fail' ? 'failure' : 'error', message, ...more };
  return {
    name: check,
    result: 'skipped',
    message: `${idle && outcome === 'unknown' ? 'not asked' : `advisory, ${outcome}`}: ${message}`,
  };
}
