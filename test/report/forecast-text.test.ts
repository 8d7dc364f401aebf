import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import type { AdvisoryForecast } from '../../src/freshness/advisory-forecast.js';
import { comparePackages } from '../../src/freshness/compare.js';
import type { Rebuild, RebuildAnswer } from '../../src/freshness/rebuild.js';
import { builtInPolicy } from '../../src/policy/policy.js';
import { judge } from '../../src/policy/verdict.js';
import { buildReport } from '../../src/report/build-report.js';
import { renderRebuild } from '../../src/report/forecast-text.js';
import type { Report } from '../../src/report/report.js';
import { renderBases } from '../../src/report/text.js';
import { examinationOf, freshnessOf, verdictOf } from '../checks/rig.js';
import { foreseen, packagesOf, type LayerSpec } from '../freshness/foreseen.js';
import { database } from '../examination/rig.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/report.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
const style = { color: false, unicode: true, width: 200 } as const;

const yes: RebuildAnswer = { outcome: 'needed', reason: 'they differ' };
const no: RebuildAnswer = { outcome: 'not-needed', reason: 'they do not' };
const open: RebuildAnswer = { outcome: 'unknown', reason: 'nobody asked' };
const rebuildOf = (layers: RebuildAnswer, packages: RebuildAnswer, advisories: RebuildAnswer): Rebuild => ({
  'layers-differ': layers,
  'packages-differ': packages,
  advisories,
});

const advisory = (id: string, severity: 'critical' | 'important' | 'none') => ({
  id,
  type: 'security' as const,
  severity,
  issued: 1_700_000_000,
  packages: ['a.x86_64'],
});
const advisories: AdvisoryForecast = {
  closed: [advisory('A-1', 'critical'), advisory('A-2', 'important'), advisory('A-3', 'important')],
  open: [
    { ...advisory('A-4', 'important'), needs: ['base'] },
    { ...advisory('A-5', 'none'), needs: ['base', 'own'] },
  ],
  opened: [],
  behind: { base: 3, own: 1 },
  doubts: [],
};

interface Given {
  readonly layers?: readonly LayerSpec[];
  readonly today?: string;
  readonly rebuild?: Rebuild;
  readonly advisories?: AdvisoryForecast;
}

/** The report of an image on a stale base of one layer. */
async function reported(given: Given): Promise<Report> {
  const { layers = [{ has: 'a 1-1, b 1-1' }], today = 'a 1-2, b 1-1', rebuild = rebuildOf(yes, yes, open) } = given;
  const forecast = await foreseen(layers, 1, today);
  const base = verdictOf(rebuild['layers-differ'] === no ? 'fresh' : 'stale');
  const differences = comparePackages(packagesOf(layers.at(-1)?.has ?? ''), packagesOf(today));
  const comparison = { base: base.reference, reference: base.reference, differences };
  const freshness = freshnessOf(base.outcome, [base]);
  const also = { freshness, base, comparison, forecast, rebuild, advisories: given.advisories };
  const examination = await examinationOf({ layers: layers.map(() => [database('a 1-1')]), also });
  const report = buildReport(examination, judge(examination, checks, builtInPolicy));
  const parsed = JSON.parse(JSON.stringify(report)) as Report;
  expect(validate(parsed), JSON.stringify(validate.errors)).to.equal(true);
  return parsed;
}

describe('renderRebuild', () => {
  const cases: readonly [what: string, given: Given, lines: readonly string[]][] = [
    [
      'what a rebuild upgrades, and which measure binds',
      {},
      [
        'rebuild  on r.test/base:latest: would upgrade 1 package',
        '         by layers needed [binds], by packages needed (they differ), by advisories not known (nobody asked)',
      ],
    ],
    [
      'the advisories that it closes, those that it leaves, and what would mend them',
      { advisories, rebuild: rebuildOf(yes, yes, yes) },
      [
        'rebuild  on r.test/base:latest: would upgrade 1 package (3 advisories: 1 critical, 2 important), leave 4 behind the repository',
        '         by layers needed [binds], by packages needed (they differ), by advisories needed',
        '         not mended by it: 2 advisories: 1 important that today’s base misses too: update in a layer of its own, or ask for a newer base',
        '         not mended by it: 1 advisory of its own packages, unless the steps that install them run anew',
      ],
    ],
    [
      'what comes, goes, goes back and would be lost; which layers are in vain',
      {
        layers: [
          { has: 'a 1-1, b 1-1, c 1-3, d 1-1, old 1-1' },
          { has: 'a 1-1, b 1-5, c 1-3, d 1-1, old 1-1' },
          { has: 'a 1-1, b 1-5, c 1-3, d 1-2, old 1-1', by: 'COPY d /' },
        ],
        today: 'a 1-2, b 1-2, c 1-2, d 1-3, new 1-1',
      },
      [
        'rebuild  on r.test/base:latest: would upgrade 1 package, bring 1 new one, drop 1 former one, take back 1 withdrawn one, lose 1 newer one, keep 1 older one',
        '         by layers needed [binds], by packages needed (they differ), by advisories not known (nobody asked)',
        '         what it has newer comes back only if its update step runs anew',
        '         layer 3 is dead weight: today’s base has its 1 package as new or newer (N)',
        '         layer 3 ships 1 package older than today’s base has',
      ],
    ],
    [
      'that nothing changes',
      { today: 'a 1-1, b 1-1', rebuild: rebuildOf(yes, no, no) },
      [
        'rebuild  on r.test/base:latest: would change no package',
        '         by layers needed [binds], by packages not needed (they do not), by advisories not needed',
      ],
    ],
    ['nothing where nothing is to be done', { today: 'a 1-1, b 1-1', rebuild: rebuildOf(no, no, no) }, []],
  ];
  for (const [what, given, lines] of cases) {
    it(`tells ${what}`, async () => {
      const text = renderRebuild(await reported(given), style)
        .join('\n')
        .trimEnd();
      expect(
        text
          .replace(/\([\d.]+ k?B\)/, '(N)')
          .split('\n')
          .filter(Boolean),
      ).to.deep.equal(lines);
    });
  }

  it('tells of what was not read that it is not known', () => {
    const rebuild = {
      when: 'layers-differ',
      layers: 'needed',
      packages: 'unknown',
      advisories: 'unknown',
      reasons: { layers: '', packages: 'packages were not read', advisories: 'packages were not read' },
    } as const;
    const freshness = { outcome: 'stale', bases: [], rebuild } as const;
    expect(renderRebuild({ freshness }, style)[0]).to.equal(
      'rebuild  by layers needed [binds], by packages not known (packages were not read), by advisories not known',
    );
    expect(renderRebuild({}, style)).to.deep.equal([]);
  });

  it('has the base say that a newer digest has nothing newer inside', async () => {
    const report = await reported({ today: 'a 1-1, b 1-1', rebuild: rebuildOf(yes, no, no) });
    expect(report.freshness?.bases[0]?.packages?.none).to.equal(true);
    expect(renderBases(report, style).join('\n')).to.include(
      'packages   no package of the base differs: 0 behind, 2 equal',
    );
    expect((await reported({})).freshness?.bases[0]?.packages?.none).to.equal(false);
  });
});
