import { expect } from 'chai';
import { analyzers, fileAnalyzers } from '../../src/analyzers/all.js';
import { contentOf } from '../../src/examination/content.js';
import { TableBudget } from '../../src/examination/table-budget.js';
import type { LayerFacts } from '../../src/layer/facts.js';
import { fileListTags } from '../support/rpm-file-list.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { walked } from '../layer/walked.js';
import { databasePath } from './rig.js';

const names = Array.from({ length: 100 }, (_, i) => `f${i}`);

async function layers(): Promise<readonly LayerFacts[]> {
  const tags = fileListTags(names.map((name) => ({ path: `/${name}`, body: 'x' })));
  const body = buildSqlite([buildRpmHeader({ name: 'p', version: '1', release: '2', ...tags })]);
  const all = [...analyzers, ...fileAnalyzers];
  const files = names.map((path) => ({ path, body: 'x' }));
  return [await walked([{ path: databasePath, body }], { analyzers: all }), await walked(files, { analyzers: all })];
}

describe('examination/table-budget', () => {
  it('leaves tables alone that fit together', async () => {
    const budget = new TableBudget();
    const facts = await layers();
    expect(facts.map((one) => budget.admit(one))).to.deep.equal(facts);
  });

  it('leaves facts alone that have no tables, at any limit', async () => {
    const facts = await walked([{ path: 'a' }]);
    expect(new TableBudget(0).admit(facts)).to.equal(facts);
  });

  for (const [what, limit, problem] of [
    ['files', 12_000, 'entries of layers that were too many to be kept: 100'],
    ['packaged files', 1000, 'packages whose list of files could not be read whole (as p-1-2): 1'],
  ] as const) {
    it(`empties the tables of ${what} that do not, which then cannot be called verified`, async () => {
      const budget = new TableBudget(limit);
      const { files } = contentOf(
        (await layers()).map((one) => budget.admit(one)),
        0,
      );
      expect(files?.outcome).to.equal('incomplete');
      expect(files?.problems).to.include(problem);
      expect(files?.differences).to.deep.equal([]);
    });
  }
});
