import { expect } from 'chai';
import { contentOf } from '../../src/examination/content.js';
import type { Content } from '../../src/examination/examination.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom, database, openBuilt, osRelease, readerOf } from './rig.js';

async function content(layers: readonly (readonly TarInput[])[], baseLayers: number | undefined): Promise<Content> {
  const { image } = await openBuilt(buildFrom(layers));
  const { facts } = await readerOf().gather(image);
  return contentOf(facts, baseLayers);
}

const su = (mode = 0o4755): TarInput => ({ path: 'usr/bin/su', mode, body: 'su' });

describe('contentOf', () => {
  it('tells special files of the base from the image’s own, and says where no base is proved', async () => {
    const layers = [[su()], [{ path: 'usr/bin/own', mode: 0o2755, body: 'x' }]];
    const origins = async (baseLayers: number | undefined) =>
      (await content(layers, baseLayers)).special.map((one) => `${one.file.path} ${one.layer} ${one.origin}`);
    expect(await origins(1)).to.deep.equal(['usr/bin/su 0 base', 'usr/bin/own 1 own']);
    expect(await origins(0)).to.deep.equal(['usr/bin/su 0 own', 'usr/bin/own 1 own']);
    expect(await origins(undefined)).to.deep.equal(['usr/bin/su 0 unknown', 'usr/bin/own 1 unknown']);
  });

  it('says what a higher layer did to one, and whose place one took', async () => {
    const removed = await content([[su()], [{ path: 'usr/bin/.wh.su', body: '' }]], 1);
    expect(removed.special[0]?.hidden).to.deep.equal({ layer: 1, how: 'whiteout' });
    const changed = await content([[su(0o755)], [su(0o4755)]], 1);
    expect(changed.special).to.have.length(1);
    expect(changed.special[0]).to.include({ layer: 1, origin: 'own', changes: 0 });
  });

  it('reads packages with the layer that brought each', async () => {
    const { packages } = await content([[database('bash 1-1')], [database('bash 1-1', 'own 1-1')]], 1);
    expect(packages.state.outcome).to.equal('read');
    expect(packages.packages.map((one) => `${one.package.name} ${one.layer}`)).to.deep.equal(['bash 0', 'own 1']);
  });

  it('takes etc/os-release before the one in usr/lib, and names other package managers', async () => {
    const usr = { path: 'usr/lib/os-release', body: 'ID=other\n' };
    const found = await content([[usr, osRelease('rhel'), { path: 'lib/apk/db/installed', body: '' }]], 0);
    expect(found.osRelease?.id).to.equal('rhel');
    expect(found.managers).to.deep.equal(['apk']);
    expect((await content([[usr]], 0)).osRelease?.id).to.equal('other');
    expect((await content([[]], 0)).osRelease).to.equal(undefined);
  });

  it('counts the world-writable entries that were not listed', async () => {
    const many = Array.from({ length: 20_003 }, (_, i) => ({ path: `w/${i}`, mode: 0o666, body: '' }));
    const found = await content([many], 0);
    expect([found.special.length, found.unlisted]).to.deep.equal([20_000, 3]);
  });
});
