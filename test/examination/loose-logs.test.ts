import { expect } from 'chai';
import { packageState } from '../../src/analyzers/package-state.js';
import { packageStory } from '../../src/analyzers/package-story.js';
import { Squash } from '../../src/layer/squash.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom, openBuilt, readerOf } from './rig.js';

const pageSize = 4096;
const databaseOf = (...names: readonly string[]): Uint8Array =>
  buildSqlite(
    names.map((name) => buildRpmHeader({ name, version: '1', release: '1', arch: 'noarch' })),
    { pageSize },
  );
const before = databaseOf('old', 'kept');
const after = databaseOf('kept', 'new');
const path = 'var/lib/rpm/rpmdb.sqlite';
const database: TarInput = { path, body: before };
const log: TarInput = { path: `${path}-wal`, body: buildWal(after, pageSize) };

async function gathered(...layers: readonly (readonly TarInput[])[]) {
  const { image } = await openBuilt(buildFrom(layers));
  return readerOf().gather(image);
}

const names = (stack: Squash): string[] =>
  packageState(stack)
    .packages.map((one) => one.name)
    .sort();

describe('a write-ahead log above its database', () => {
  it('is applied to the database of the lower layer, and the report says that both were read again', async () => {
    const { facts, notes, bytes } = await gathered([database], [], [log]);
    const stack = new Squash(facts);
    expect(packageState(stack)).to.include({ outcome: 'read' });
    expect(names(stack)).to.deep.equal(['kept', 'new']);
    expect(names(stack.below(2))).to.deep.equal(['kept', 'old']);
    expect(notes).to.deep.equal([
      'layers 1 and 3 were read again, to apply /var/lib/rpm/rpmdb.sqlite-wal to its database',
    ]);
    expect(bytes).to.be.greaterThan(0);
  });

  it('brings its packages in the layer of the log', async () => {
    const { facts } = await gathered([database], [log]);
    const story = packageStory(new Squash(facts));
    expect(story.packages.map((one) => [one.package.name, one.layer])).to.deep.equal([
      ['kept', 0],
      ['new', 1],
    ]);
    expect(story.layers[1]?.removed.map((one) => one.name)).to.deep.equal(['old']);
  });

  it('costs nothing where it lies beside its database', async () => {
    const { facts, notes } = await gathered([database, log]);
    expect(notes).to.deep.equal([]);
    expect(names(new Squash(facts))).to.deep.equal(['kept', 'new']);
  });

  it('says nothing of a database that a higher layer wrote anew', async () => {
    const { facts } = await gathered(
      [database],
      [log],
      [
        { path, body: after },
        { path: `${path}-wal`, body: '' },
      ],
    );
    const stack = new Squash(facts);
    expect(packageState(stack)).to.include({ outcome: 'read' });
    expect(packageState(stack).place?.layer).to.equal(2);
  });

  it('leaves the answer open where the database is the newer of the two', async () => {
    const { facts, notes } = await gathered([log], [database]);
    expect(notes).to.deep.equal([]);
    expect(packageState(new Squash(facts)).outcome).to.equal('incomplete');
  });

  it('is not applied once it was taken away', async () => {
    const { facts } = await gathered([database], [log], [{ path: `var/lib/rpm/.wh.rpmdb.sqlite-wal`, body: '' }]);
    expect(packageState(new Squash(facts)).outcome).to.equal('incomplete');
  });
});
