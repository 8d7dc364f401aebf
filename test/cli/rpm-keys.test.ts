import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadRpmKeys } from '../../src/cli/rpm-keys.js';
import { makeSigner } from '../support/openpgp.js';
import { failureOf } from '../source/failure.js';

describe('loadRpmKeys', () => {
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-keys-'));
    mkdirSync(join(folder, 'all'));
    mkdirSync(join(folder, 'empty'));
    for (const name of ['one', 'two']) {
      const { key, certificate } = await makeSigner(name);
      writeFileSync(join(folder, 'all', `${name}.asc`), key.toPublic().armor());
      writeFileSync(join(folder, `${name}.gpg`), certificate);
    }
    writeFileSync(join(folder, 'no-key'), 'hello');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('gives nothing where no key is named', async () => {
    expect(await loadRpmKeys([])).to.equal(undefined);
  });

  it('joins the keys of files and folders, armored or not', async () => {
    expect((await loadRpmKeys([join(folder, 'one.gpg')]))?.keys).to.have.length(1);
    expect((await loadRpmKeys([join(folder, 'all')]))?.keys).to.have.length(2);
    expect((await loadRpmKeys([join(folder, 'one.gpg'), join(folder, 'two.gpg')]))?.keys).to.have.length(2);
  });

  for (const name of ['none.gpg', 'no-key', 'empty']) {
    it(`refuses ${name} and names it`, async () => {
      const error = await failureOf('usage', () => loadRpmKeys([join(folder, name)]));
      expect(error.subject).to.include(name);
    });
  }
});
