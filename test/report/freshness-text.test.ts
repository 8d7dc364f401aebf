import { expect } from 'chai';
import type { Report, ReportedBase } from '../../src/report/report.js';
import { renderFreshness } from '../../src/report/freshness-text.js';
import { digestOfZeros } from '../freshness/rig.js';

const style = { width: 100, color: false, unicode: true };
const digest = digestOfZeros();
const dated = { createdFrom: 'config', createdTrust: 'plausible', created: '2024-05-01T00:00:00Z' } as const;

function baseOf(more: Partial<ReportedBase>): ReportedBase {
  return {
    reference: 'r.test/python:3',
    level: 1,
    outcome: 'fresh',
    reason: 'because',
    how: ['annotation'],
    sources: [{ source: 'annotation', trust: 'proved', says: 'r.test/python:3' }],
    proof: 'layers',
    behind: {},
    ...more,
  };
}

function textOf(freshness: NonNullable<Report['freshness']>): string {
  const report: Report = {
    schemaVersion: 1,
    image: { reference: 'r.test/app:2', digest, platform: 'linux/amd64' },
    verdict: { outcome: 'fail', exitCode: 4, rebuild: true },
    freshness,
    signatures: [],
    tls: [],
    layers: [],
    findings: [],
    remarks: [],
  };
  return renderFreshness(report, style);
}

describe('renderFreshness', () => {
  it('says who names a base, and what each word is worth', () => {
    const sources = [
      { source: 'annotation', trust: 'proved', says: 'a' },
      { source: 'label', trust: 'corroborated', says: 'b' },
    ] as const;
    expect(textOf({ outcome: 'fresh', bases: [baseOf({ sources })] })).to.include(
      'because (proved by layer digests; named by annotation (proved), label (corroborated))',
    );
  });

  it('shows every level, and what must be rebuilt first', () => {
    const ubi = baseOf({ level: 2, of: 'r.test/python:3', reference: 'r.test/ubi:9', outcome: 'stale' });
    const text = textOf({ outcome: 'stale', bases: [baseOf({}), ubi], rebuildFirst: 'r.test/python:3' });
    expect(text).to.match(/^base {2}r\.test\/python:3$/m);
    expect(text).to.match(/^base 2 {2}r\.test\/ubi:9$/m);
    expect(text).to.match(/^rebuild first {2}r\.test\/python:3$/m);
  });

  it('says of each date what it is worth', () => {
    const release = (more: object) => ({ reference: 'r.test/a:1', digest, createdFrom: 'config', ...more }) as const;
    const zeroed = release({ createdTrust: 'zeroed', createdStated: '0001-01-01T00:00:00Z' });
    const future = release({ createdTrust: 'future', createdStated: '9999-12-31T23:59:59Z' });
    const releases: readonly [ReportedBase['current'], string][] = [
      [{ ...release({}), ...dated }, 'today      r.test/a:1, created 2024-05-01'],
      [{ ...zeroed, createdTrust: 'zeroed' }, 'today      r.test/a:1, its date 0001-01-01 is a placeholder'],
      [{ ...future, createdTrust: 'future' }, 'today      r.test/a:1, its date 9999-12-31 is yet to come'],
      [{ ...release({}), createdTrust: 'none', createdStated: '\u001b[31m' }, 'its date \\e[31m is no date'],
      [{ ...release({}), createdTrust: 'none' }, 'today      r.test/a:1, without a date'],
    ];
    for (const [current, words] of releases) {
      if (current)
        expect(textOf({ outcome: 'stale', bases: [baseOf({ outcome: 'stale', current })] })).to.include(words);
    }
  });

  it('shows both indexes where only that moved', () => {
    const other = `sha256:${'1'.repeat(64)}` as const;
    const release = { reference: 'r.test/a:1', digest, ...dated };
    const bases = [baseOf({ builtFrom: { ...release, index: digest }, current: { ...release, index: other } })];
    expect(textOf({ outcome: 'fresh', bases })).to.match(/index {6}\S*0000\S* then, \S*1111\S* today/);
  });

  it('shows the builds that left their build info, escaped and cut', () => {
    const build = (name: string, layer: number, from: readonly string[]) =>
      ({ name, version: '1', release: '2', layer, path: '/x', from }) as const;
    const buildInfo = [build('ubi9', 1, ['scratch']), build('\u001b[2J', 2, ['x'.repeat(300)]), build('none', 3, [])];
    const lines = textOf({ outcome: 'unknown', bases: [], buildInfo }).split('\n');
    expect(lines).to.include('build info  layer 1  ubi9 1-2  FROM scratch');
    expect(lines.some((line) => line.includes('\u001b'))).to.equal(false);
    expect(lines.every((line) => [...line].length <= 100)).to.equal(true);
    expect(lines).to.include('            layer 3  none 1-2');
  });
});
