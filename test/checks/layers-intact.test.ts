import { expect } from 'chai';
import { layersIntact } from '../../src/checks/layers-intact.js';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { buildFrom } from '../examination/rig.js';
import { answer, examinationOf } from './rig.js';

const file = { path: 'a', body: 'a' };

describe('layers-intact', () => {
  it('passes layers that are what the config says, with each as evidence', async () => {
    const examination = await examinationOf({ layers: [[file], [{ path: 'b', body: 'b' }]] });
    expect(answer(layersIntact, examination)).to.deep.equal([
      'pass: 2 layers, every byte as the manifest and config say',
    ]);
    const [finding] = layersIntact.evaluate(examination);
    expect(finding.evidence).to.deep.equal(
      examination.image.layers.map((one) => ({
        type: 'layer',
        layer: one.descriptor.digest,
        instruction: one.instruction,
      })),
    );
  });

  it('gives no answer where no layer was read', async () => {
    expect(answer(layersIntact, await examinationOf({ read: false }))).to.deep.equal([
      'unknown idle: the layers were not read',
    ]);
  });

  it('fails a layer whose tar bytes the config does not list', async () => {
    const honest = buildFrom([[file]]);
    const zeros = `sha256:${'0'.repeat(64)}`;
    const lying = buildImage({
      layers: [buildTar([file])],
      config: { rootfs: { type: 'layers', diff_ids: [zeros] } },
    });
    const [finding] = answer(layersIntact, await examinationOf({ built: lying }));
    expect(finding).to.equal(
      `fail: layer 1: its tar bytes hash to ${honest.diffIds[0] ?? ''}, the config lists ${zeros}`,
    );
  });

  it('does not know about a diff id of another algorithm', async () => {
    const lying = buildImage({
      layers: [buildTar([file])],
      config: { rootfs: { type: 'layers', diff_ids: [`sha512:${'0'.repeat(128)}`] } },
    });
    const [finding] = answer(layersIntact, await examinationOf({ built: lying }));
    expect(finding).to.match(/^unknown: layer 1: its tar bytes cannot be compared, the config lists sha512:0/);
  });

  it('fails names that step out of the root and members that come twice, with the file', async () => {
    const examination = await examinationOf({ layers: [[file], [{ path: '../../etc/x', body: '' }, file, file]] });
    const [finding, ...others] = layersIntact.evaluate(examination);
    expect(others).to.deep.equal([]);
    expect(finding.outcome).to.equal('fail');
    expect(finding.message).to.match(/^layer 2: escaping-name at \/.* and 1 more$/);
    expect(finding.evidence.map((one) => one.type)).to.deep.equal(['file', 'file']);
  });

  it('fails a hard link to nothing', async () => {
    const link = { path: 'link', type: 'hardlink', linkname: 'nowhere' } as const;
    const [finding] = answer(layersIntact, await examinationOf({ layers: [[link]] }));
    expect(finding).to.match(/^fail: layer 1: hardlink-target-missing at \/link/);
  });

  it('takes absolute names and a missing end for harmless, and finds what comes after them', async () => {
    const absolute = Array.from({ length: 200 }, (_, i) => ({ path: `/abs${i}`, body: '' }));
    const [harmless] = answer(layersIntact, await examinationOf({ layers: [absolute] }));
    expect(harmless).to.match(/^pass/);
    const [found] = answer(layersIntact, await examinationOf({ layers: [[...absolute, { path: '../x', body: '' }]] }));
    expect(found).to.match(/^fail: layer 1: escaping-name/);
  });

  it('attaches a bounded number of files', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ path: `../x${i}`, body: '' }));
    const [finding] = layersIntact.evaluate(await examinationOf({ layers: [many] }));
    expect(finding.message).to.match(/ and 2999 more$/);
    expect(finding.evidence.length).to.be.at.most(200);
  });
});
