import { escapeText } from '../core/escape.js';

/** What one question came to, in JUnit's words. */
export interface JunitCase {
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** What can be done; shown below the message. */
  readonly remedy?: string;
}

export interface JunitSuite {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

/** JUnit XML as CI servers read it; it has no specification, only what they all understand. */
export function renderJunitXml(suites: readonly JunitSuite[]): string {
  const lines = suites.flatMap(suiteLines);
  const all = suites.flatMap(({ cases }) => cases);
  return ['<?xml version="1.0" encoding="UTF-8"?>', open('testsuites', { name: 'imgcheck', ...counts(all) }), ...lines]
    .concat('</testsuites>', '')
    .join('\n');
}

function suiteLines({ name, properties, cases }: JunitSuite): string[] {
  const rows = Object.entries(properties).map(([key, value]) => `      ${empty('property', { name: key, value })}`);
  return [
    `  ${open('testsuite', { name, ...counts(cases) })}`,
    ...(rows.length > 0 ? ['    <properties>', ...rows, '    </properties>'] : []),
    ...withNumbers(cases).flatMap((one) => caseLines(one, name)),
    '  </testsuite>',
  ];
}

/** Servers take two cases of one name for one. */
function withNumbers(cases: readonly JunitCase[]): readonly JunitCase[] {
  const totals = countsOf(cases);
  const seen = new Map<string, number>();
  return cases.map((one) => {
    if ((totals.get(one.name) ?? 0) < 2) return one;
    const number = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, number);
    return { ...one, name: `${one.name} (${number})` };
  });
}

function countsOf(cases: readonly JunitCase[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { name } of cases) totals.set(name, (totals.get(name) ?? 0) + 1);
  return totals;
}

function caseLines({ name, result, message, remedy }: JunitCase, suite: string): string[] {
  const head = { name, classname: suite };
  if (result === 'passed') {
    return [`    ${open('testcase', head)}`, `      <system-out>${xmlText(message)}</system-out>`, '    </testcase>'];
  }
  const inner =
    result === 'skipped' || remedy === undefined
      ? empty(result, { message })
      : `${open(result, { message })}${xmlText(remedy)}</${result}>`;
  return [`    ${open('testcase', head)}`, `      ${inner}`, '    </testcase>'];
}

function counts(cases: readonly JunitCase[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
  const count = (result: JunitCase['result']): string => String(cases.filter((one) => one.result === result).length);
  return {
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function open(name: string, attributes: Readonly<Record<string, string>>): string {
  return `<${name}${attributeText(attributes)}>`;
}

function empty(name: string, attributes: Readonly<Record<string, string>>): string {
  return `<${name}${attributeText(attributes)}/>`;
}

function attributeText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(value)}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escaped as for a terminal first: XML 1.0 (2.2) has no way to write control characters. */
function xmlText(text: string): string {
  return escapeText(text)
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (char) => entities[char] ?? '');
}
