import type { Evr } from '../rpm/version.js';

export type AdvisoryType = 'security' | 'bugfix' | 'enhancement' | 'newpackage' | 'other';
export type Severity = 'critical' | 'important' | 'moderate' | 'low' | 'none' | 'unknown';

/** One build that an advisory brings. */
export interface AdvisoryPackage extends Evr {
  readonly name: string;
  readonly arch: string;
  /** `name:stream`. */
  readonly module?: string;
}

/** What a distribution says of a set of new builds; plain data. */
export interface Advisory {
  readonly id: string;
  readonly type: AdvisoryType;
  readonly severity: Severity;
  /** As written; '' when it is not said. */
  readonly severityText: string;
  readonly title: string;
  /** Seconds since 1970; left out where the date is none. */
  readonly issued?: number;
  readonly cves: readonly string[];
  readonly packages: readonly AdvisoryPackage[];
}

const types: Readonly<Record<string, AdvisoryType>> = {
  security: 'security',
  bugfix: 'bugfix',
  enhancement: 'enhancement',
  newpackage: 'newpackage',
  // SUSE's words.
  recommended: 'bugfix',
  feature: 'enhancement',
  optional: 'enhancement',
};

const severities: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  // Fedora's words: urgent, high and medium.
  urgent: 'critical',
  important: 'important',
  high: 'important',
  moderate: 'moderate',
  medium: 'moderate',
  low: 'low',
  none: 'none',
};

export function parseAdvisoryType(text: string): AdvisoryType {
  const word = text.toLowerCase();
  return Object.hasOwn(types, word) ? (types[word] ?? 'other') : 'other';
}

/** An advisory that says nothing has no severity when it is not about security, else an unknown one. */
export function parseSeverity(text: string, type: AdvisoryType): Severity {
  const word = text.trim().toLowerCase();
  if (word === '') return type === 'security' ? 'unknown' : 'none';
  return Object.hasOwn(severities, word) ? (severities[word] ?? 'unknown') : 'unknown';
}

/** The CVE identifiers in a text, in upper case. */
export function findCves(text: string): readonly string[] {
  return [...text.matchAll(/\bCVE-\d{4}-\d{4,19}\b/gi)].map(([id]) => id.toUpperCase());
}
