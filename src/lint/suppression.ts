import type { RuleFinding } from './finding.js';
import type { SourceText } from './source-text.js';

export interface Suppression {
  readonly offset: number;
  readonly rules: readonly string[];
  readonly reason: string;
  /** Line that it speaks of, from 1: the next that is neither blank nor a comment; 0 when there is none. */
  readonly line: number;
}

const form = /^[ \t]*[#;][ \t]*imgcheck[ \t]+ignore=(\S*)(.*)$/;

/** The comments `# imgcheck ignore=RULE[,RULE] reason`. */
export function readSuppressions({ text }: SourceText): Suppression[] {
  if (!text.includes('imgcheck')) return [];
  const found: Suppression[] = [];
  let waiting: Omit<Suppression, 'line'>[] = [];
  let offset = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const comment = form.exec(line);
    if (comment) {
      const names = (comment[1] ?? '').split(',').filter((name) => name !== '');
      waiting.push({ offset: offset + line.search(/\S/), rules: names, reason: (comment[2] ?? '').trim() });
    } else if (waiting.length > 0 && !/^\s*(?:[#;]|$)/.test(line)) {
      found.push(...waiting.map((one) => ({ ...one, line: number })));
      waiting = [];
    }
    offset += line.length + 1;
  }
  return [...found, ...waiting.map((one) => ({ ...one, line: 0 }))];
}

/** Why a suppression does not count; undefined for a good one. */
export function faultOf({ rules, reason }: Suppression, known: ReadonlySet<string>): string | undefined {
  if (rules.length === 0) return 'the exception names no rule';
  const unknown = rules.find((rule) => !known.has(rule));
  if (unknown !== undefined) return `the exception names ${unknown.slice(0, 40)}, which is no rule`;
  return reason === '' ? 'the exception gives no reason, and does not count' : undefined;
}

export interface Suppressed<T> {
  readonly kept: readonly T[];
  readonly suppressed: number;
  readonly remarks: readonly RuleFinding[];
}

/**
 * Takes away the findings that a good suppression speaks of: those of its rules in its line, and in a Dockerfile in the whole
 * instruction that begins there (`startOf` a line of it).
 */
export function applySuppressions<T extends { readonly rule: string; readonly line: number }>(
  findings: readonly T[],
  suppressions: readonly Suppression[],
  known: ReadonlySet<string>,
  startOf: (line: number) => number,
): Suppressed<T> {
  const remarks: RuleFinding[] = [];
  const good = new Map<string, Suppression>();
  const unused = new Set<Suppression>();
  for (const suppression of suppressions) {
    const fault = faultOf(suppression, known);
    if (fault !== undefined) remarks.push({ offset: suppression.offset, severity: 'warning', message: fault });
    else {
      unused.add(suppression);
      for (const rule of suppression.rules) good.set(`${rule} ${suppression.line}`, suppression);
    }
  }
  const kept = findings.filter(({ rule, line }) => {
    const by = good.get(`${rule} ${line}`) ?? good.get(`${rule} ${startOf(line)}`);
    if (by) unused.delete(by);
    return by === undefined;
  });
  for (const { offset } of unused) remarks.push({ offset, severity: 'note', message: 'the exception fits no finding' });
  return { kept, suppressed: findings.length - kept.length, remarks };
}
