import { expect } from 'chai';
import { buildChain, nvrOf, repositoryIsNamed } from '../../src/analyzers/build-chain.js';
import { buildInfo } from '../../src/analyzers/build-info.js';
import { walked } from '../layer/walked.js';
import type { TarInput } from '../support/build-tar.js';

const folder = 'root/buildinfo';
const dockerfile = (nvr: string, from = 'scratch'): TarInput => ({
  path: `${folder}/Dockerfile-${nvr}`,
  body: `FROM ${from}`,
});
const labels = (value: unknown): TarInput => ({ path: `${folder}/labels.json`, body: JSON.stringify(value) });
const manifest = (nvr: string, index: number): TarInput => ({
  path: `${folder}/content_manifests/${nvr}.json`,
  body: JSON.stringify({ metadata: { image_layer_index: index } }),
});

async function chainOf(...layers: readonly (readonly TarInput[])[]) {
  const facts = await Promise.all(layers.map((layer) => walked(layer, { analyzers: [buildInfo] })));
  const { steps, problems } = buildChain(facts);
  return { steps, problems, brief: steps.map((step) => `${step.layer} ${nvrOf(step)}`) };
}

describe('buildChain', () => {
  it('gives the builds layer by layer, with what each stands on', async () => {
    const { steps, brief } = await chainOf(
      [dockerfile('ubi9-9.4-1123')],
      [{ path: 'x', body: '' }],
      [dockerfile('ubi9-python-311-1-77', 'ubi9:9.4')],
    );
    expect(brief).to.deep.equal(['0 ubi9 9.4-1123', '2 ubi9-python-311 1-77']);
    expect(steps.map(({ from }) => from)).to.deep.equal([['scratch'], ['ubi9:9.4']]);
  });

  it('knows builds whose files a higher layer has cleaned up, and takes one that is repeated for the lowest', async () => {
    const one = dockerfile('ubi9-9.4-1123');
    const { brief } = await chainOf([one], [{ path: 'root/.wh.buildinfo' }], [one, dockerfile('app-1-1')]);
    expect(brief).to.deep.equal(['0 ubi9 9.4-1123', '2 app 1-1']);
  });

  it('orders what was squashed into one layer by the positions that content manifests say', async () => {
    const { brief } = await chainOf([
      dockerfile('zlib-1-1'),
      dockerfile('app-1-1'),
      manifest('app-container-1-1', 4),
      manifest('zlib-container-1-1', 0),
    ]);
    expect(brief).to.deep.equal(['0 zlib 1-1', '0 app 1-1']);
  });

  it('makes one build of a Dockerfile, its labels and its content manifest', async () => {
    const { brief } = await chainOf([
      dockerfile('ubi9-python-311-1-77'),
      labels({ name: 'ubi9/python-311', version: '1', release: '77' }),
      manifest('python-311-container-1-77', 1),
    ]);
    expect(brief).to.deep.equal(['0 ubi9-python-311 1-77']);
  });

  it('takes labels, and the version from the content manifest, where there is no Dockerfile', async () => {
    const { brief } = await chainOf([labels({ name: 'gitops/operator' }), manifest('operator-container-1.16-3', 2)]);
    expect(brief).to.deep.equal(['0 gitops-operator 1.16-3']);
    expect((await chainOf([labels({ name: 'gitops/operator' })])).brief).to.deep.equal(['0 gitops-operator']);
    expect((await chainOf([manifest('operator-container-1.16-3', 2)])).brief).to.deep.equal(['0 operator 1.16-3']);
  });

  it('says of five files at most why they tell nothing', async () => {
    const bad = Array.from({ length: 8 }, (_, i) => ({ path: `${folder}/${i}.json`, body: 'no' }));
    const { steps, problems } = await chainOf([], bad);
    expect(steps).to.deep.equal([]);
    expect(problems).to.have.length(6);
    expect(problems[0]).to.equal(`build info: /${folder}/0.json in layer 2 is not JSON`);
    expect(problems[5]).to.equal('build info: 3 more files tell nothing');
  });

  it('keeps a hundred builds', async () => {
    const layer = (i: number) => Array.from({ length: 90 }, (_, j) => dockerfile(`a-${i}-${j}`));
    expect((await chainOf(layer(1), layer(2))).steps).to.have.length(100);
  });
});

describe('repositoryIsNamed', () => {
  for (const [repository, name, is] of [
    ['ubi9', 'ubi9', true],
    ['ubi9/ubi', 'ubi9', false],
    ['public/ubi9', 'ubi9', true],
    ['ubi9/python-311', 'ubi9-python-311', true],
    ['ubi9/python-311', 'ubi9/python-311', true],
    ['mirror/ubi9/python-311', 'python-311', true],
    ['ubi9/python-311', '311', false],
    ['myubi9', 'ubi9', false],
    ['', 'ubi9', false],
    ['ubi9', '', false],
  ] as const) {
    it(`says ${is ? 'yes' : 'no'} to ${name || 'no name'} for ${repository || 'no repository'}`, () => {
      expect(repositoryIsNamed(repository, name)).to.equal(is);
    });
  }
});
