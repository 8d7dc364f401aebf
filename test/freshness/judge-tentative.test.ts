import { expect } from 'chai';
import { readProvenance, type Provenance } from '../../src/attestation/provenance.js';
import { parseStatement } from '../../src/attestation/statement.js';
import type { StatedProvenance } from '../../src/freshness/claims.js';
import type { Freshness } from '../../src/freshness/freshness.js';
import { judgeFreshness } from '../../src/freshness/judge.js';
import { openUpstream } from '../../src/freshness/upstream.js';
import { parsePlatform } from '../../src/oci/platform.js';
import { parseReference, parseRegistryReference } from '../../src/oci/reference.js';
import { readAttestations } from '../../src/source/attestations.js';
import { resolveImage } from '../../src/source/resolve.js';
import { openSource } from '../../src/source/transports.js';
import { withClient } from '../registry/rig.js';
import { buildIndex, jsonBytes, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import {
  BuildSteps,
  buildWithProvenance,
  predicateTypes,
  provenancePredicate,
  statementAbout,
  type BuildInput,
} from '../support/buildkit.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { baseName, build, digestOfZeros, FakeUpstream, makeImage, type MakeImage } from './rig.js';

function stated(input: BuildInput, signed = false): StatedProvenance {
  const statement = statementAbout(digestOfZeros(), predicateTypes[input.version ?? '0.2'], provenancePredicate(input));
  return { provenance: readProvenance(parseStatement(jsonBytes(statement))) as Provenance, signed };
}

/** Provenance in `mode=min`: these images with the digest of each, hex, were used. */
function among(materials: Readonly<Record<string, string | undefined>>, signed = false): StatedProvenance {
  const named = Object.entries(materials).map(([name, hex]) => [`pkg:docker/${name}`, hex]);
  return stated({ materials: Object.fromEntries(named) as Record<string, string | undefined> }, signed);
}

/** Provenance in `mode=max`: built on this, with something copied from a builder. */
function exactly(base: string, signed = false): StatedProvenance {
  const steps = new BuildSteps();
  const builder = steps.run(steps.source('docker-image://a.test/golang:1'));
  return stated(
    { version: '1', steps: steps.result(steps.copy(steps.source(`docker-image://${base}`), builder)) },
    signed,
  );
}

/** base:9 was [base1], which is base:9.1 still, and is [base2]; python:3 is [base2 python]; golang:1 is [golang]. */
async function world(): Promise<{ upstream: FakeUpstream; hex: Record<'old' | 'base' | 'python' | 'golang', string> }> {
  const upstream = new FakeUpstream();
  const put = async (name: string, input: MakeImage): Promise<string> => {
    const { resolved } = await upstream.put(name, { ...input, beside: ['linux/arm64'] });
    return resolved.digest.slice('sha256:'.length);
  };
  const old = await put('r.test/base:9.1', { layers: ['base1'], created: '2024-03-01T00:00:00Z' });
  const base = await put('r.test/base:9', { layers: ['base2'], created: '2024-04-01T00:00:00Z' });
  const python = await put('r.test/python:3', { layers: ['base2', 'python'] });
  return { upstream, hex: { old, base, python, golang: await put('r.test/golang:1', { layers: ['golang'] }) } };
}

interface Asked {
  readonly base?: 'scratch';
  readonly bases?: readonly string[];
}

async function judge(
  upstream: FakeUpstream,
  app: MakeImage,
  provenances: readonly StatedProvenance[],
  { base, bases = [] }: Asked = {},
): Promise<Freshness> {
  const image = await makeImage('r.test/app:2', app);
  const options = { base, bases: bases.map(parseRegistryReference), releases: true, provenances };
  return judgeFreshness(image, upstream, options);
}

function brief({ outcome, bases, conflicts, remarks }: Freshness): unknown[] {
  const words = bases.map((one) => `${one.how.join('+')} ${one.reference} ${one.proof} ${one.outcome}`);
  return [outcome, words, conflicts, remarks];
}

const app: MakeImage = { layers: ['base2', 'own'] };

describe('freshness by provenance', () => {
  describe('whose steps lead to the base', () => {
    it('follows it, signed or not', async () => {
      const { upstream, hex } = await world();
      for (const [how, signed] of [
        ['signed-provenance', true],
        ['provenance', false],
      ] as const) {
        const found = await judge(upstream, app, [exactly(`r.test/base:9@sha256:${hex.base}`, signed)]);
        expect(brief(found)).to.deep.equal(['fresh', [`${how} r.test/base:9 layers fresh`], [], []]);
      }
      expect(upstream.asked.filter((name) => name.includes('golang'))).to.deep.equal([]);
    });

    it('is stale on the release that it was built on, by the digest of its index', async () => {
      const { upstream, hex } = await world();
      const found = await judge(upstream, { layers: ['base1', 'own'] }, [exactly(`r.test/base:9@sha256:${hex.old}`)]);
      expect([found.outcome, found.bases[0]?.proof, found.bases[0]?.behind.days]).to.deep.equal([
        'stale',
        'layers',
        31,
      ]);
    });

    it('conflicts with an annotation that names another', async () => {
      const { upstream, hex } = await world();
      const other = { ...app, annotations: { [baseName]: 'r.test/golang:1' } };
      const found = await judge(upstream, other, [exactly(`r.test/base:9@sha256:${hex.base}`, true)]);
      expect([found.outcome, found.conflicts]).to.deep.equal([
        'fresh',
        ['the annotation names r.test/golang:1, but the layers are those of r.test/base:9'],
      ]);
    });

    it('conflicts with the layers where they are others’, signed or not', async () => {
      const { upstream, hex } = await world();
      const found = await judge(upstream, app, [exactly(`r.test/golang:1@sha256:${hex.golang}`, true)]);
      expect(found.outcome).to.equal('unknown');
      expect(found.conflicts[0]).to.match(/^according to the signed-provenance it was built on r\.test\/golang@sha256/);
    });

    it('is not asked on another registry, and says how to', async () => {
      const { upstream } = await world();
      const found = await judge(upstream, app, [exactly('docker.io/library/base:9', true)]);
      expect([found.outcome, found.bases[0]?.remedy]).to.deep.equal([
        'unknown',
        'allow it: --base docker.io/library/base:9, or list it under bases in the policy file',
      ]);
      expect(upstream.asked).to.deep.equal([]);
    });

    it('conflicts with --base scratch, as images that were used do not', async () => {
      const { upstream, hex } = await world();
      const both = [exactly('r.test/base:9'), among({ 'r.test/golang@1': hex.golang })];
      const { conflicts } = await judge(upstream, app, both, { base: 'scratch' });
      expect(conflicts).to.deep.equal(['--base says scratch, but the provenance names r.test/base:9']);
    });
  });

  describe('that lists what was used', () => {
    it('takes the one that layers prove, whatever else is listed before it', async () => {
      const { upstream, hex } = await world();
      const found = await judge(upstream, app, [
        among({ 'r.test/a@1': undefined, 'r.test/base@9': hex.base, 'r.test/golang@1': hex.golang }),
      ]);
      expect(brief(found)).to.deep.equal(['fresh', ['provenance r.test/base:9 layers fresh'], [], []]);
    });

    it('opens each once as it was at the build, and follows only the one that fits', async () => {
      const { upstream, hex } = await world();
      await judge(upstream, app, [among({ 'r.test/base@9': hex.base, 'r.test/golang@1': hex.golang })]);
      expect(upstream.asked).to.deep.equal([
        `r.test/base@sha256:${hex.base}`,
        'r.test/base:9',
        `r.test/golang@sha256:${hex.golang}`,
      ]);
    });

    it('takes the highest of two that stand on each other', async () => {
      const { upstream, hex } = await world();
      const both = [among({ 'r.test/base@9': hex.base, 'r.test/python@3': hex.python })];
      const found = await judge(upstream, { layers: ['base2', 'python', 'own'] }, both);
      expect(brief(found)[1]).to.deep.equal(['provenance r.test/python:3 layers fresh']);
    });

    it('adds a base between the image and the one that an annotation names', async () => {
      const { upstream, hex } = await world();
      const annotations = { [baseName]: 'r.test/base:9' };
      const found = await judge(upstream, { layers: ['base2', 'python', 'own'], annotations }, [
        among({ 'r.test/python@3': hex.python }),
      ]);
      expect(brief(found)[1]).to.deep.equal([
        'annotation r.test/base:9 layers fresh',
        'provenance r.test/python:3 layers fresh',
      ]);
      const lower = await judge(
        upstream,
        { layers: ['base2', 'python', 'own'], annotations: { [baseName]: 'r.test/python:3' } },
        [among({ 'r.test/base@9': hex.base })],
      );
      expect(brief(lower)[1]).to.deep.equal(['annotation r.test/python:3 layers fresh']);
    });

    it('is stale on the release of the build, by tag or by digest alone', async () => {
      const { upstream, hex } = await world();
      const old = { layers: ['base1', 'own'] };
      expect((await judge(upstream, old, [among({ 'r.test/base@9': hex.old })])).outcome).to.equal('stale');
      const pinned = await judge(upstream, old, [among({ [`r.test/base?digest=sha256:${hex.old}`]: hex.old })]);
      expect(pinned.outcome).to.equal('unknown');
      upstream.add('r.test/base:latest', await upstream.image(parseReference('r.test/base:9')));
      const followed = await judge(upstream, old, [among({ [`r.test/base?digest=sha256:${hex.old}`]: hex.old })]);
      expect(followed.bases[0]?.reason).to.match(/which tag should be followed, no source says/);
    });

    it('conflicts with an annotation that the layers refute', async () => {
      const { upstream, hex } = await world();
      const other = { ...app, annotations: { [baseName]: 'r.test/golang:1' } };
      const found = await judge(upstream, other, [among({ 'r.test/base@9': hex.base })]);
      expect([found.outcome, found.conflicts]).to.deep.equal([
        'fresh',
        ['the annotation names r.test/golang:1, but the layers are those of r.test/base:9'],
      ]);
    });

    it('judges the image as a base itself where the layers refute all, with a remark', async () => {
      const { upstream, hex } = await world();
      const itself = { layers: ['else'] };
      await upstream.put('r.test/app:2', itself);
      const found = await judge(upstream, itself, [
        among({ 'r.test/base@9': hex.base, 'r.test/golang@1': hex.golang }),
      ]);
      expect(brief(found)).to.deep.equal([
        'fresh',
        ['own-tag r.test/app:2 self fresh'],
        [],
        ['the provenance lists r.test/base:9, r.test/golang:1, whose layers are not its first ones'],
      ]);
    });

    it('leaves it open where one could not be had, or is on a registry that is not asked', async () => {
      const { upstream, hex } = await world();
      const itself = { layers: ['else'] };
      await upstream.put('r.test/app:2', itself);
      const lost = await judge(upstream, itself, [among({ 'r.test/gone@1': hex.old, 'r.test/golang@1': hex.golang })]);
      expect(brief(lost)).to.deep.equal([
        'unknown',
        [],
        [],
        [
          'the provenance lists r.test/gone:1, which could not be had',
          'the provenance lists r.test/golang:1, whose layers are not its first ones',
        ],
      ]);
      const foreign = await judge(upstream, itself, [among({ 'elsewhere.test/a@1': hex.old })]);
      expect([foreign.outcome, foreign.bases]).to.deep.equal(['unknown', []]);
      expect(foreign.remarks[0]).to.match(
        /^the provenance lists elsewhere\.test\/a:1, on a registry that is not asked/,
      );
      expect(upstream.asked.filter((name) => name.startsWith('elsewhere'))).to.deep.equal([]);
    });

    it('gives way to the policy’s bases, and says nothing of the rest once one is proved', async () => {
      const { upstream, hex } = await world();
      const found = await judge(upstream, app, [among({ 'elsewhere.test/a@1': hex.old })], {
        bases: ['r.test/base:9'],
      });
      expect(brief(found)).to.deep.equal(['fresh', ['policy r.test/base:9 layers fresh'], [], []]);
    });

    it('is asked on another registry that the policy names', async () => {
      const { upstream } = await world();
      await upstream.put('elsewhere.test/base:9', { layers: ['base2'] });
      await upstream.put('elsewhere.test/other:1', { layers: ['other'] });
      const found = await judge(upstream, app, [among({ 'elsewhere.test/base@9': undefined })], {
        bases: ['elsewhere.test/other:1'],
      });
      expect(brief(found)[1]).to.deep.equal(['provenance elsewhere.test/base:9 layers fresh']);
    });

    it('looks at eight, and says that there are more', async () => {
      const { upstream, hex } = await world();
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`r.test/image${i}@1`, hex.golang]));
      const { outcome, remarks } = await judge(upstream, app, [among(many)]);
      expect(outcome).to.equal('unknown');
      expect(remarks.some((one) => /and 984 more, more than the 8 that are looked at$/.test(one))).to.equal(true);
      expect(upstream.asked.filter((name) => name.includes('@')).length).to.equal(8);
    });

    it('is not stale on itself, where the image lists itself and its tag has moved', async () => {
      const { upstream } = await world();
      const image = await upstream.put('r.test/app:2', app);
      await upstream.put('r.test/app:3', { layers: ['base2', 'newer'] });
      const hex = image.descriptor.digest.slice('sha256:'.length);
      const { bases } = await judge(upstream, app, [among({ 'r.test/app@3': hex })]);
      expect(bases.some((one) => one.how.includes('provenance'))).to.equal(false);
    });
  });

  describe('out of a registry', () => {
    let registry: FakeRegistry;
    beforeEach(async () => {
      registry = await FakeRegistry.start();
    });
    afterEach(() => registry.close());

    function push(repository: string, tag: string, built: BuiltImage | BuiltIndex): string {
      for (const bytes of built.blobs.values()) {
        if (/^\{"schemaVersion"/.test(Buffer.from(bytes).toString())) registry.putManifest(repository, bytes);
        else registry.putBlob(bytes);
      }
      return registry.putManifest(repository, built.manifest.bytes, tag).digest;
    }

    for (const [version, form, mode] of [
      ['0.2', 'old', 'min'],
      ['1', 'new', 'max'],
      ['0.2', 'new', 'max'],
      ['1', 'old', 'min'],
    ] as const) {
      it(`is told by provenance ${version} in mode=${mode} beside the image, in the ${form} form`, async () => {
        const name = (of: string): string => `${registry.host}/${of}`;
        const base = push(
          'base',
          '9',
          buildIndex([build({ layers: ['b'] }), build({ layers: ['b arm'], platform: 'linux/arm64' })]),
        );
        const golang = push('golang', '1', build({ layers: ['g'] }));
        const steps = new BuildSteps({ sparse: form === 'new' });
        const builder = steps.run(steps.source(`docker-image://${name('golang:1')}@${golang}`));
        const made = steps.result(
          steps.merge(
            steps.run(steps.source(`docker-image://${name('base:9')}@${base}`)),
            steps.copy(undefined, builder),
          ),
        );
        const escaped = encodeURIComponent(registry.host);
        const materials = {
          [`pkg:docker/${escaped}/base@9`]: base.slice(7),
          [`pkg:docker/${escaped}/a-golang@1`]: golang.slice(7),
        };
        push(
          'app',
          '1',
          buildWithProvenance(
            build({ layers: ['b', 'own'] }),
            { version, materials, ...(mode === 'max' ? { steps: made } : {}) },
            { form },
          ),
        );
        await withClient(registry, {}, async (client) => {
          const source = await openSource(parseReference(name('app:1')), { client });
          const image = await resolveImage(source, { platform: parsePlatform('linux/amd64') });
          const upstream = openUpstream({ client }, image.platform, image);
          const provenances = (await readAttestations(image)).flatMap(({ statement }) => {
            const provenance = statement && readProvenance(statement);
            return provenance ? [{ provenance, signed: false }] : [];
          });
          const found = await judgeFreshness(image, upstream, {
            base: undefined,
            bases: [],
            releases: true,
            provenances,
          });
          expect(brief(found)).to.deep.equal(['fresh', [`provenance ${name('base:9')} layers fresh`], [], []]);
          await upstream.close();
        });
      });
    }
  });
});
