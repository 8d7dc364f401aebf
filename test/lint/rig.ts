import { expect } from 'chai';
import type { LintFinding } from '../../src/lint/finding.js';
import { lintFile, type LintedFile } from '../../src/lint/lint-file.js';
import { SourceText } from '../../src/lint/source-text.js';

export function lintText(file: string, text: string): Promise<LintedFile> {
  return lintFile(file, new TextEncoder().encode(text));
}

export function sourceOf(text: string, file = 'Dockerfile'): SourceText {
  return new SourceText(file, text);
}

/** What one rule says of a text: `line:column severity: message`. */
export async function say(rule: string, file: string, text: string): Promise<string[]> {
  const { findings } = await lintText(file, text);
  return findings.filter((one) => one.rule === rule).map(line);
}

export function line({ line: at, column, severity, message }: LintFinding): string {
  return `${at}:${column} ${severity}: ${message}`;
}

/** `what it does`, the file's name, its text, and the findings expected: `line:column severity: words of the message`. */
export type Case = readonly [title: string, file: string, text: string, ...expected: string[]];

export function describeRule(rule: string, cases: readonly Case[]): void {
  describe(rule, () => {
    for (const [title, file, text, ...expected] of cases) {
      it(title, async () => {
        const found = await say(rule, file, text);
        expect(found.map(place), found.join('\n')).to.deep.equal(expected.map(place));
        for (const [i, wanted] of expected.entries()) {
          const words = wanted.split(': ').slice(1).join(': ');
          expect(found[i]).to.include(words);
        }
      });
    }
  });
}

function place(text: string): string {
  return text.split(': ')[0] ?? '';
}

/** A pod of one container, given as lines below `- name: web`; its first line is line 7. */
export function pod(container: string, spec = ''): string {
  const indent = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);
  return `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
    - name: web
${indent(container, '      ')}
${indent(spec, '  ')}`;
}

/** A Compose file of one service, its first line is line 3. */
export function service(lines: string): string {
  return `services:\n  web:\n${lines.replace(/^(?=.)/gm, '    ')}\n`;
}

export async function faultOf(file: string, text: string | Uint8Array): Promise<string> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  try {
    await lintFile(file, bytes);
  } catch (error) {
    const { subject, message } = error as { subject?: string; message: string };
    return `${subject}: ${message}`;
  }
  throw new Error('no fault');
}
