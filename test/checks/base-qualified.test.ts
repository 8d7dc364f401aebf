import { expect } from 'chai';
import { baseQualified } from '../../src/checks/base-qualified.js';
import type { Examination } from '../../src/examination/examination.js';
import type { TarInput } from '../support/build-tar.js';
import type { BuildImageInput } from '../support/build-image.js';
import { buildFrom, openBuilt } from '../examination/rig.js';
import { answer, examinationOf, freshnessOf, verdictOf } from './rig.js';

const key = 'org.opencontainers.image.base.name';

interface Said {
  readonly annotation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly comments?: readonly string[];
  readonly layers?: readonly (readonly TarInput[])[];
  readonly also?: Partial<Examination>;
}

async function examined({ annotation, labels, comments = [], layers = [[]], also }: Said): Promise<Examination> {
  const input: Partial<BuildImageInput> = {
    ...(annotation === undefined ? {} : { annotations: { [key]: annotation } }),
    ...(labels ? { labels } : {}),
    ...(comments.length > 0
      ? { history: comments.map((comment, i) => ({ created_by: 'RUN x', comment, empty_layer: i >= layers.length })) }
      : {}),
  };
  return examinationOf({ built: buildFrom(layers, input), ...(also ? { also } : {}) });
}

const ask = async (said: Said): Promise<string[]> => answer(baseQualified, await examined(said));

const naked = 'which does not say which registry it comes from';
const dockerfile = (from: string, path = 'root/buildinfo/Dockerfile-app-1-2'): TarInput => ({
  path,
  body: `FROM builder AS x\nRUN y\nFROM ${from}\nLABEL a=b\n`,
});

describe('base-qualified', () => {
  it('does not know of an image that says nothing, and binds nobody', async () => {
    expect(await ask({})).to.deep.equal(['unknown idle: nothing in it names its base']);
  });

  const names: readonly (readonly [name: string, outcome: 'pass' | 'fail' | 'unknown' | 'unknown idle'])[] = [
    ['registry.example.com/ubi9:9.4', 'pass'],
    ['registry.redhat.com/rhel7', 'pass'],
    ['docker.io/library/alpine:3', 'pass'],
    ['localhost/base:latest', 'pass'],
    [`registry.example.com/a@sha256:${'a'.repeat(64)}`, 'pass'],
    ['scratch', 'pass'],
    ['ubi9', 'fail'],
    ['rhel7:latest', 'fail'],
    ['library/alpine:3', 'fail'],
    ['team/app', 'fail'],
    ['docker.io/alpine', 'fail'],
    [`sha256:${'a'.repeat(64)}`, 'unknown idle'],
    ['0123456789ab', 'unknown idle'],
    ['registry.example.com/Base', 'unknown'],
    ['${BASE}', 'unknown idle'],
  ];
  for (const [name, outcome] of names) {
    it(`answers ${outcome} for the name ${name}, wherever it stands`, async () => {
      for (const said of [
        { annotation: name },
        { labels: { [key]: name } },
        { labels: { 'io.openshift.s2i.build.image': name } },
        { comments: [`FROM ${name}`] },
      ]) {
        const [first] = await ask(said);
        expect(first?.slice(0, first.indexOf(':')), first).to.equal(outcome);
      }
    });
  }

  it('says who says it', async () => {
    expect(await ask({ annotation: 'ubi9', comments: ['FROM r.test/ubi9:1'] })).to.deep.equal([
      `fail: the annotation ${key} names the base ubi9, ${naked}`,
    ]);
    expect(await ask({ labels: { [key]: 'r.test/a' }, comments: ['FROM r.test/a:1'] })).to.deep.equal([
      `pass: the label ${key} says r.test/a, the history says r.test/a:1`,
    ]);
  });

  it('takes the last FROM of the history: those before are of bases', async () => {
    const layers = [[], []];
    expect((await ask({ layers, comments: ['FROM old', 'FROM r.test/new:1'] }))[0]).to.match(/^pass/);
    expect((await ask({ layers, comments: ['FROM r.test/old', 'FROM new'] }))[0]).to.match(/^fail/);
  });

  it('leaves a label and a history line that are the base’s to the base', async () => {
    const labels = { [key]: 'ubi9' };
    const { image } = await openBuilt(buildFrom([[]], { labels, history: [{ comment: 'FROM ubi9' }] }));
    const base = verdictOf('fresh', { image });
    const said: Said = { labels, layers: [[], []], comments: ['FROM ubi9', 'RUN'] };
    expect((await ask(said))[0]).to.match(/^fail/);
    expect(await ask({ ...said, also: { base } })).to.deep.equal(['unknown idle: nothing in it names its base']);
  });

  it('reads the topmost Dockerfile of build info, from the image’s own layers', async () => {
    const layers = [
      [dockerfile('r.test/below', 'root/buildinfo/Dockerfile-below-1-1')],
      [dockerfile('ubi8/ubi-minimal:8.4')],
    ];
    const where = '/root/buildinfo/Dockerfile-app-1-2 names the base ubi8/ubi-minimal:8.4';
    const own = { layers, also: { base: verdictOf('fresh', { layers: 1 }) } };
    expect(await ask(own)).to.deep.equal([`fail: ${where}, ${naked}`]);
    expect(await ask({ layers })).to.deep.equal([
      `unknown: ${where}, ${naked}; it may be that of a base, none is proved`,
    ]);
    expect((await ask({ layers, also: { base: verdictOf('fresh', { layers: 2 }) } }))[0]).to.match(/^unknown idle/);
  });

  it('passes what the provenance names', async () => {
    const freshness = freshnessOf('fresh', [verdictOf('fresh', { how: ['provenance'] })]);
    expect(await ask({ also: { freshness } })).to.deep.equal(['pass: the provenance says r.test/base:latest']);
  });

  it('points at the document and field', async () => {
    const examination = await examined({ annotation: 'ubi9' });
    const [finding] = baseQualified.evaluate(examination);
    expect(finding.evidence).to.deep.equal([
      { type: 'document', digest: examination.image.descriptor.digest, field: `annotations.${key}` },
    ]);
  });
});
