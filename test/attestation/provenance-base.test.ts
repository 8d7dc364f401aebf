import { expect } from 'chai';
import { readProvenance } from '../../src/attestation/provenance.js';
import { baseOfProvenance, type ProvenanceBase } from '../../src/attestation/provenance-base.js';
import { parseStatement } from '../../src/attestation/statement.js';
import { formatPlatform } from '../../src/oci/platform.js';
import { formatReference } from '../../src/oci/reference.js';
import { jsonBytes } from '../support/build-image.js';
import {
  BuildSteps,
  predicateTypes,
  provenancePredicate,
  statementAbout,
  type BuildInput,
} from '../support/buildkit.js';

const hex = (pair: string): string => pair.repeat(32);

function baseOf(build: BuildInput): ProvenanceBase {
  const { version = '0.2' } = build;
  const statement = statementAbout(`sha256:${hex('00')}`, predicateTypes[version], provenancePredicate(build));
  const provenance = readProvenance(parseStatement(jsonBytes(statement)));
  if (!provenance) throw new Error('no provenance');
  return baseOfProvenance(provenance);
}

/** Candidates as `reference digest platform`. */
function words({ candidates }: ProvenanceBase): string[] {
  return candidates.map(({ reference, digest, platform }) =>
    [formatReference(reference), digest?.slice(0, 9), platform && formatPlatform(platform)].filter(Boolean).join(' '),
  );
}

/** ubuntu builds, distroless is the base: the sorted list names both, and nothing tells them apart. */
function twoStages(version: '0.2' | '1', mode: 'min' | 'max'): BuildInput {
  const [ubuntu, distroless] = [`sha256:${hex('aa')}`, `sha256:${hex('dd')}`];
  const steps = new BuildSteps();
  const own = steps.source(`docker-image://gcr.io/distroless/static:nonroot@${distroless}`);
  const builder = steps.copy(
    steps.source(`docker-image://docker.io/library/ubuntu@${ubuntu}`),
    steps.source('local://context'),
  );
  return {
    version,
    materials: {
      'pkg:docker/gcr.io/distroless/static@nonroot?platform=linux%2Famd64': hex('dd'),
      [`pkg:docker/ubuntu?digest=${ubuntu}&platform=linux%2Famd64`]: hex('aa'),
    },
    ...(mode === 'max' ? { steps: steps.result(steps.copy(own, steps.run(builder))) } : {}),
  };
}

describe('attestation/provenance-base', () => {
  for (const version of ['0.2', '1'] as const) {
    it(`finds the base of two stages exactly, in version ${version} with steps`, () => {
      const base = baseOf(twoStages(version, 'max'));
      expect(words(base)).to.deep.equal(['gcr.io/distroless/static:nonroot sha256:dd linux/amd64']);
      expect([base.exact, base.how]).to.deep.equal([true, 'llb']);
    });

    it(`names every image, none for certain, in version ${version} without steps`, () => {
      const base = baseOf(twoStages(version, 'min'));
      expect(words(base)).to.deep.equal([
        'gcr.io/distroless/static:nonroot sha256:dd linux/amd64',
        `docker.io/library/ubuntu@sha256:${hex('aa')} sha256:aa linux/amd64`,
      ]);
      expect([base.exact, base.how]).to.deep.equal([false, 'materials']);
    });
  }

  it('leaves out BuildKit’s own tools, the frontend that the build names, blobs, and what is no image', () => {
    const base = baseOf({
      frontend: 'registry.test/our/frontend:2',
      materials: {
        'pkg:docker/docker/dockerfile@1': hex('01'),
        'pkg:docker/docker/dockerfile-upstream@master': hex('02'),
        'pkg:docker/docker/buildkit-syft-scanner@stable-1': hex('03'),
        'pkg:docker/mirror.test%3A5000/x/buildkit-syft-scanner@1': hex('04'),
        'pkg:docker/docker/scout-sbom-indexer@1': hex('05'),
        'pkg:docker/registry.test/our/frontend@2': hex('06'),
        'pkg:docker/r.test/blob@1?ref_type=blob': hex('07'),
        'pkg:npm/left-pad@1.0': hex('08'),
        'pkg:docker/%zz': hex('09'),
        'https://example.test/x.tar': hex('0a'),
        'pkg:docker/r.test/base@9': hex('0b'),
      },
    });
    expect(words(base)).to.deep.equal(['r.test/base:9 sha256:0b']);
  });

  it('counts one image once', () => {
    const materials = {
      'pkg:docker/r.test/base@9': hex('aa'),
      'pkg:docker/r.test/base@9?platform=linux%2Famd64': hex('aa'),
    };
    expect(words(baseOf({ materials })).length).to.equal(1);
  });

  it('does without a digest that is none', () => {
    expect(words(baseOf({ materials: { 'pkg:docker/r.test/base@9': 'beef' } }))).to.deep.equal(['r.test/base:9']);
  });

  it('takes the digest from the materials where the steps have none', () => {
    const steps = new BuildSteps();
    const base = baseOf({
      materials: { 'pkg:docker/r.test/base@9': hex('aa') },
      steps: steps.result(steps.run(steps.source('docker-image://r.test/base:9'))),
    });
    expect([words(base), base.exact]).to.deep.equal([['r.test/base:9 sha256:aa linux/amd64'], true]);
  });

  const none: readonly [what: string, source: string | undefined, remark: RegExp | undefined][] = [
    ['a build on nothing', undefined, undefined],
    ['a build on a repository’s files', 'git://example.test/x.git', undefined],
    ['an image in a folder, saying so', 'oci-layout://folder/x@sha256:0', /^is of a build on oci-layout:\/\/folder/],
    ['an image whose name cannot be read, saying so', 'docker-image://R.TEST/Base', /which names no registry$/],
  ];
  for (const [what, source, remark] of none) {
    it(`names no base for ${what}`, () => {
      const steps = new BuildSteps();
      const builder = steps.source('docker-image://r.test/golang:1');
      const result = source === undefined ? steps.copy(undefined, builder) : steps.copy(steps.source(source), builder);
      const base = baseOf({ materials: { 'pkg:docker/r.test/golang@1': hex('aa') }, steps: steps.result(result) });
      expect([base.candidates, base.exact]).to.deep.equal([[], true]);
      if (remark) expect(base.remark).to.match(remark);
      else expect(base.remark).to.equal(undefined);
    });
  }

  it('falls back to the materials where the steps go in a circle', () => {
    const steps = ['step1:0', 'step0:0'].map((input, i) => ({ id: `step${i}`, op: { Op: null }, inputs: [input] }));
    const base = baseOf({ materials: { 'pkg:docker/r.test/base@9': hex('aa') }, steps });
    expect([words(base), base.exact]).to.deep.equal([['r.test/base:9 sha256:aa'], false]);
  });
});
