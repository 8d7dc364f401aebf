import { expect } from 'chai';
import { SaxesParser } from 'saxes';
import { renderJunit } from '../../src/report/junit.js';
import { renderLintJunit } from '../../src/report/lint-junit.js';
import { expectGolden } from '../support/golden.js';
import { hostileText, lintReport, reports } from './formats.js';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** What an XML parser that forgives nothing makes of it. */
function parsed(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return root.children[0] ?? root;
}

/** `name result` a case. */
function results(suite: Element | undefined): string[] {
  return (suite?.children ?? [])
    .filter(({ name }) => name === 'testcase')
    .map(({ attributes, children }) => `${attributes['name'] ?? ''} ${children[0]?.name ?? ''}`);
}

function counts({ attributes }: Element): number[] {
  return ['tests', 'failures', 'errors', 'skipped'].map((name) => Number(attributes[name]));
}

describe('JUnit', () => {
  it('is what the golden files hold', () => {
    expectGolden('check.junit.xml', renderJunit(reports));
    expectGolden('lint.junit.xml', renderLintJunit(lintReport));
  });

  it('fails for what binds, and skips what is advisory, waived or was not asked', () => {
    const root = parsed(renderJunit(reports));
    expect(results(root.children[0])).to.deep.equal([
      'base-current failure',
      'setuid (1) skipped',
      'setuid (2) skipped',
      'packages-signed error',
      'user-not-root skipped',
      'signature skipped',
      'tls system-out',
    ]);
    expect(results(root.children[1])).to.deep.equal(['examination error']);
    expect(counts(root)).to.deep.equal([8, 1, 2, 4]);
    expect(root.children.map(counts)).to.deep.equal([
      [7, 1, 1, 4],
      [1, 0, 1, 0],
    ]);
  });

  it('says who waived what, and until when', () => {
    const [suite] = parsed(renderJunit(reports)).children;
    const waived = suite?.children.filter(({ name }) => name === 'testcase')[2];
    expect(waived?.children[0]?.attributes['message']).to.match(
      /^waived until 2030-12-31 by net <team>: needs "raw" sockets; /,
    );
  });

  it('has a suite for each file, read or not', () => {
    const root = parsed(renderLintJunit(lintReport));
    expect(root.children.map(results)).to.deep.equal([
      ['image-pinned skipped', 'run-as-non-root failure', 'read-only-root skipped', 'omitted skipped'],
      ['lint system-out'],
      ['lint error'],
    ]);
    expect(counts(root)).to.deep.equal([6, 1, 1, 3]);
  });

  it('is XML whatever an image says', () => {
    const [suite] = parsed(renderJunit(reports)).children;
    const last = suite?.children.at(-1)?.children[0];
    expect(last?.text).to.include('</failure>').and.include('&amp;').and.include(']]>');
    expect(last?.text).not.to.match(/[\u0000-\u001f\u202e\ufffe\uffff]/);
    for (let code = 0; code < 0x10000; code += 1) {
      // In pieces: one character that is not allowed fails the whole.
      if (code % 0x400 !== 0) continue;
      const chars = Array.from({ length: 0x400 }, (_, i) => String.fromCharCode(code + i)).join('x');
      const [finding] = reports[0]?.findings ?? [];
      const [report] = reports;
      if (!finding || !report) throw new Error('no report');
      parsed(
        renderJunit([{ ...report, findings: [{ ...finding, message: chars, remedy: `${chars}${hostileText}` }] }]),
      );
    }
  });
});
