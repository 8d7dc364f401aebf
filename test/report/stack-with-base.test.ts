import { expect } from 'chai';
import { pairLayers } from '../../src/report/layer-pairs.js';
import type { Report } from '../../src/report/report.js';
import { renderStackWithBase } from '../../src/report/stack-with-base.js';
import type { Style } from '../../src/report/style.js';
import { expectPrintable } from '../support/hostile.js';
import { ownLayers, plain, reportOf, todayLayers } from './rig.js';

function picture(report: Report, style: Style): string[] {
  const stacks = pairLayers(report);
  if (!stacks) throw new Error('there is a base');
  return renderStackWithBase(stacks, style);
}

const stale = reportOf(
  ownLayers('base ADD rootfs.tar /', 'base RUN dnf -y upgrade && dnf clean all', 'own COPY app /app'),
  todayLayers('= ADD rootfs.tar /', 'RUN dnf -y upgrade && dnf clean all', 'RUN dnf -y install more'),
);

describe('renderStackWithBase', () => {
  it('marks what today’s base has too, has otherwise, and has alone', () => {
    expect(picture(stale, { ...plain, width: 60 })).to.deep.equal([
      '  3   │   3.0 MB │ COPY app /app',
      '  ── base r.test/base:1.0 ──────────────────────────────────',
      '    + │   6.0 MB │ RUN dnf -y install more',
      '  2 ≠ │   2.0 MB │ RUN dnf -y upgrade && dnf clean all',
      '  1 = │   1.0 MB │ ADD rootfs.tar /',
      '  its base today  r.test/base:latest',
      '  = the same there, ≠ another there, + there only',
    ]);
  });

  it('leaves sizes out where there is no room for them, and draws in ASCII in the C locale', () => {
    expect(picture(stale, { color: false, unicode: false, width: 40 }).slice(0, 5)).to.deep.equal([
      '  3   | COPY app /app',
      '  -- base r.test/base:1.0 --------------',
      '    + | RUN dnf -y install more',
      '  2 ! | RUN dnf -y upgrade && dnf cle...',
      '  1 = | ADD rootfs.tar /',
    ]);
  });

  const hostile = reportOf(
    ownLayers(`base \u001b[2J${'x'.repeat(5000)}\n`, `own ${'é'.repeat(300)}`),
    todayLayers(`~ \u001b]0;title\u0007${'y'.repeat(5000)}`, '\u202e'),
    { reference: `r.test/${'z'.repeat(300)}:1` },
  );
  for (const width of [40, 55, 56, 72]) {
    it(`keeps every line within ${width} columns, and hostile text escaped`, () => {
      for (const report of [stale, hostile]) {
        const lines = picture(report, { ...plain, width }).flatMap((line) => line.split('\n'));
        for (const line of lines) expect([...line].length, line).to.be.at.most(width);
        expectPrintable(lines.join('\n'));
      }
    });
  }
});
