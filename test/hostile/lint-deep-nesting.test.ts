import { expect } from 'chai';
import { faultOf, lintText } from '../lint/rig.js';

describe('nesting without end', () => {
  for (const [what, text] of [
    ['lists in brackets', '['.repeat(1_000_000)],
    ['maps in braces', '{a: '.repeat(500_000)],
    ['lists on one line', '- '.repeat(500_000)],
    ['explicit keys', '? '.repeat(500_000)],
    ['maps below maps', Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ] as const) {
    it(`is refused where it passes the limit: ${what}`, async () => {
      expect(await faultOf('a.yaml', text)).to.match(/^a\.yaml:\d+:\d+: nested more than 100 deep$/);
    });
  }

  it('is read up to the limit', async () => {
    const text = `apiVersion: v1\nkind: X\na: ${'['.repeat(90)}${']'.repeat(90)}\n`;
    expect((await lintText('a.yaml', text)).kind).to.equal('kubernetes');
  });

  it('of lists of objects ends', async () => {
    const open = '{apiVersion: v1, kind: List, items: [';
    expect((await lintText('a.yaml', `${open.repeat(45)}${']}'.repeat(45)}`)).findings).to.deep.equal([]);
  });

  it('in a script, in substitutions and in variables ends', async () => {
    const run = (text: string): string => `FROM r.example.com/a\nRUN ${text}\n`;
    for (const text of ['$('.repeat(100_000), '"$('.repeat(60_000), '('.repeat(200_000), '`'.repeat(200_001)]) {
      expect((await lintText('Dockerfile', run(text))).kind).to.equal('dockerfile');
    }
    const nested = `${'${A:-'.repeat(5000)}x${'}'.repeat(5000)}`;
    expect((await lintText('Dockerfile', `ARG B=${nested}\nFROM $B\n`)).kind).to.equal('dockerfile');
  });
});
