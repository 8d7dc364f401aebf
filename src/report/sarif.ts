import { checks } from '../checks/all.js';
import type { Evidence } from '../checks/check.js';
import { escapeText } from '../core/escape.js';
import type { ReportedFinding } from './findings-report.js';
import type { Report } from './report.js';
import { renderSarifLog, type SarifLocation, type SarifResult, type SarifRun } from './sarif-log.js';

/**
 * SARIF 2.1.0, a run for each image. Results are what fails (`error` where it binds, else `warning`) and what could not
 * be told (`note`); what somebody answers for is suppressed. What passed or was not asked is only counted.
 */
export function renderSarif(reports: readonly Report[], version: string): string {
  return renderSarifLog(reports.map(runOf), version);
}

function runOf(report: Report): SarifRun {
  const { image, verdict, error, findings, coverage } = report;
  const told = findings.filter((one) => one.outcome !== 'pass' && !isNotAsked(one));
  const problem = error && [error.subject, error.message].filter((text) => text !== undefined).join(': ');
  return {
    rules: checks,
    results: told.map((finding) => resultOf(finding, report)),
    notifications: problem === undefined ? [] : [{ text: problem, location: { path: image.reference } }],
    successful: error === undefined,
    exitCode: verdict.exitCode,
    id: `imgcheck/${image.reference}`,
    properties: {
      image: { ...image, reference: escapeText(image.reference) },
      verdict,
      passed: findings.filter((one) => one.outcome === 'pass').length,
      notAsked: findings.filter(isNotAsked).length,
      ...(coverage ? { coverage } : {}),
    },
  };
}

function isNotAsked({ outcome, idle }: ReportedFinding): boolean {
  return outcome === 'unknown' && idle === true;
}

function resultOf({ check, outcome, required, message, evidence, remedy, waived }: ReportedFinding, report: Report) {
  const [first = imageLocation(report), ...rest] = evidence.map((one) => locationOf(one, report));
  const result: SarifResult = {
    rule: check,
    level: outcome === 'unknown' ? 'note' : required ? 'error' : 'warning',
    message: remedy === undefined ? message : `${message}. ${remedy}`,
    locations: [first, ...rest],
    ...(waived ? { suppression: `${waived.reason} (${waived.by}, until ${waived.until}; ${waived.from})` } : {}),
    properties: { outcome, required },
  };
  return result;
}

function imageLocation({ image }: Report, ...logical: { name: string; kind: string }[]): SarifLocation {
  return { path: image.reference, logical };
}

/** A file is where it lies in the image; all else is somewhere in the image, and its logical location says where. */
function locationOf(evidence: Evidence, report: Report): SarifLocation {
  const within = (name: string, kind: string): SarifLocation => imageLocation(report, { name, kind });
  switch (evidence.type) {
    case 'file': {
      const { path, line, layer } = evidence;
      return {
        path: path.replace(/^\/+/, ''),
        root: true,
        ...(line === undefined ? {} : { line }),
        logical: [{ name: layer, kind: 'layer' }],
      };
    }
    case 'layer':
      return within(evidence.layer, 'layer');
    case 'package':
      return within(`${evidence.name}${evidence.image === undefined ? '' : ` ${evidence.image}`}`, 'package');
    case 'upstream':
      return within(`${evidence.reference} ${evidence.digest}`, 'image');
    case 'signature':
      return within(`${evidence.mechanism} ${evidence.from}`, 'signature');
    case 'document':
      return within(`${evidence.digest} ${evidence.field}`, 'member');
    case 'connection':
      return within(`${evidence.host} ${evidence.protocol}`, 'connection');
  }
}
