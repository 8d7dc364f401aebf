import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { rules } from '../../src/lint/all.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}/src/lint`;

describe('the table of rules', () => {
  it('has every rule file, sorted by id', () => {
    const files = readdirSync(folder)
      .filter((name) => /^export const \w+: LintRule = /m.test(readFileSync(`${folder}/${name}`, 'utf8')))
      .map((name) => name.replace(/\.ts$/, ''))
      .sort();
    expect(rules.map(({ id }) => id)).to.deep.equal(files);
  });

  it('asks a question, and says why and what to do, of every rule', () => {
    for (const { id, asks, reason, remedy } of rules) {
      expect(asks, id).to.match(/^[A-Z].*\?$/);
      expect(reason, id).to.match(/\.$/);
      expect(remedy, id).to.match(/^[A-Z]/);
    }
  });

  it('has a test for every rule', () => {
    const tests = readdirSync(`${root}/test/lint`);
    expect(rules.map(({ id }) => id).filter((id) => !tests.includes(`${id}.test.ts`))).to.deep.equal([]);
  });

  it('is told in docs/lint.md, each rule with its question, reason, remedy and chapter', () => {
    const text = readFileSync(`${root}/docs/lint.md`, 'utf8');
    const sections = text.split(/^### /m).slice(1);
    expect(sections.map((one) => one.split('\n')[0])).to.deep.equal(rules.map(({ id }) => id));
    for (const { id, asks, reason, remedy, guide } of rules) {
      const section = (sections.find((one) => one.startsWith(`${id}\n`)) ?? '')
        .replace(/\s+/g, ' ')
        .replaceAll('`', '');
      for (const words of [asks, reason, remedy]) expect(section, id).to.include(words.replace(/\s+/g, ' '));
      expect(/Guide: ([\d.]*\d)/.exec(section)?.[1], id).to.equal(guide);
    }
  });
});
