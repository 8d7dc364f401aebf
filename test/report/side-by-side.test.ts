import { expect } from 'chai';
import { renderLayersText } from '../../src/report/layers-text.js';
import { pairLayers } from '../../src/report/layer-pairs.js';
import { narrowest, renderSideBySide } from '../../src/report/side-by-side.js';
import type { Report } from '../../src/report/report.js';
import type { Style } from '../../src/report/style.js';
import { expectPrintable } from '../support/hostile.js';
import { ownLayers, plain, reportOf, todayLayers } from './rig.js';

function picture(report: Report, style: Style): string[] {
  const stacks = pairLayers(report);
  if (!stacks) throw new Error('there is a base');
  return renderSideBySide(stacks, style);
}

const stale = reportOf(
  ownLayers('base ADD rootfs.tar /', 'base RUN dnf -y upgrade && dnf clean all', 'own COPY app /app'),
  todayLayers('= ADD rootfs.tar /', 'RUN dnf -y upgrade && dnf clean all', 'RUN dnf -y install more'),
);

describe('renderSideBySide', () => {
  it('joins equal layers and says where the two stacks part', () => {
    expect(picture(stale, { ...plain, width: 80 })).to.deep.equal([
      '  this image                                    its base today  …est/base:latest',
      '  3 │   3.0 MB │ COPY app /app',
      '  ── base r.test/base:1.0 ──────────────────',
      '                                                3 │   6.0 MB │ RUN dnf -y insta…',
      '  2 │   2.0 MB │ RUN dnf -y upgrade && dnf … ≠  2 │   4.0 MB │ RUN dnf -y upgra…',
      '  ╌ they part here: 1 layer in common below ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌',
      '  1 │   1.0 MB │ ADD rootfs.tar /            ══ 1 │   2.0 MB │ ADD rootfs.tar /',
      '  ══ the same layer',
    ]);
  });

  it('draws in ASCII alone where the locale is C', () => {
    const lines = picture(stale, { color: false, unicode: false, width: 80 });
    expect(lines.join('\n')).to.match(/^[\n\x20-\x7e]*$/);
    expect(lines[6]).to.equal('  1 |   1.0 MB | ADD rootfs.tar /            == 1 |   2.0 MB | ADD rootfs.tar /');
  });

  it('says apart what was only compressed otherwise', () => {
    const lines = picture(reportOf(ownLayers('base a', 'own b'), todayLayers('~ a')), { ...plain, width: 80 });
    expect(lines.join('\n')).to.include(' ≈≈ 1 │').and.include('≈≈ the same files, compressed otherwise');
    expect(lines.join('\n')).not.to.include('part here');
  });

  it('says so where there is no layer in common', () => {
    const lines = picture(reportOf(ownLayers('base a', 'own b'), todayLayers('x')), { ...plain, width: 80 });
    expect(lines.at(-1)).to.match(/^ {2}╌ they part here: no layer in common ╌+$/);
  });

  const hostile = reportOf(
    ownLayers(`base \u001b[2J\u202eRUN ${'x'.repeat(5000)}\n\u0007`, `own ${'é'.repeat(300)}`),
    todayLayers(`\u001b]0;title\u0007${'y'.repeat(5000)}`, '\u0000'),
    {
      builtFrom: {
        ...stale.freshness?.bases[0]?.builtFrom,
        reference: `r.test/\u001b[31m${'z'.repeat(300)}:1`,
      } as never,
    },
  );
  for (const width of [narrowest, 80, 100, 160]) {
    it(`keeps every line within ${width} columns, and hostile text escaped`, () => {
      for (const report of [stale, hostile]) {
        const lines = picture(report, { ...plain, width });
        for (const line of lines) expect([...line].length, line).to.be.at.most(width);
        expectPrintable(lines.join('\n'));
      }
    });
  }

  it('puts the second stack in one column whatever the first says, with colours or without', () => {
    const report = reportOf(ownLayers('base a', 'base \u001b[1m', 'own c'), todayLayers('= a', '\u001b[1m'));
    const columns = picture(report, { ...plain, width: 100 }).map((line) => line.lastIndexOf('│'));
    expect(new Set(columns.filter((at) => at > 50)).size).to.equal(1);
    const colored = picture(report, { width: 100, color: true, unicode: true });
    const stripped = colored.map((line) => line.replace(/\u001b\[\d+m/g, '').trimEnd());
    expect(stripped).to.deep.equal(picture(report, { ...plain, width: 100 }));
  });

  it('stands in the layers report where the terminal is wide enough, one stack where it is not', () => {
    expect(renderLayersText(stale, { ...plain, width: narrowest })).to.include('they part here');
    expect(renderLayersText(stale, { ...plain, width: narrowest - 1 })).not.to.include('they part here');
    const alone = renderLayersText(reportOf(stale.layers, undefined), { ...plain, width: 100 });
    expect(alone)
      .to.include('  3 │ own  │   3.0 MB │ COPY app /app\n  ── base r.test/base:1.0 ─')
      .and.not.include('this image');
  });
});
