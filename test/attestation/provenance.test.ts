import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseEnvelope } from '../../src/attestation/dsse.js';
import { isProvenance, readProvenance, type Provenance } from '../../src/attestation/provenance.js';
import { parseStatement } from '../../src/attestation/statement.js';
import { jsonBytes } from '../support/build-image.js';
import { BuildSteps, predicateTypes, provenancePredicate, statementAbout } from '../support/buildkit.js';
import { needShared } from '../support/shared.js';

const digest = `sha256:${'ab'.repeat(32)}`;

function read(predicateType: string, predicate: unknown): Provenance | undefined {
  return readProvenance(parseStatement(jsonBytes(statementAbout(digest, predicateType, predicate))));
}

describe('attestation/provenance', () => {
  for (const version of ['0.2', '1'] as const) {
    it(`reads version ${version} in its largest form`, () => {
      const steps = new BuildSteps();
      const predicate = provenancePredicate({
        version,
        materials: { 'pkg:docker/alpine@3': 'ab'.repeat(32), 'https://example.test/x.git': undefined },
        steps: steps.result(steps.source('docker-image://docker.io/library/alpine:3')),
        frontend: 'docker/dockerfile:1',
      });
      const provenance = read(predicateTypes[version], predicate);
      expect(provenance).to.deep.include({
        version,
        builder: 'https://ci.test/runs/1',
        started: '2026-03-07T08:04:37.968Z',
        finished: '2026-03-07T08:04:40.837Z',
        frontend: 'docker/dockerfile:1',
        completeness: { parameters: true, materials: false },
      });
      expect(provenance?.materials.map(({ uri, digests }) => [uri, Object.fromEntries(digests)])).to.deep.equal([
        ['https://example.test/x.git', {}],
        ['pkg:docker/alpine@3', { sha256: 'ab'.repeat(32) }],
      ]);
      expect(provenance?.llb?.map(({ id }) => id)).to.deep.equal(['step0', 'step1']);
    });

    it(`reads version ${version} in its smallest form`, () => {
      const provenance = read(predicateTypes[version], version === '1' ? { buildDefinition: {} } : {});
      expect(provenance).to.deep.equal({ version, materials: [], completeness: {} });
    });
  }

  it('knows no provenance in another predicate', () => {
    expect(read(predicateTypes.sbom, { spdxVersion: 'SPDX-2.3' })).to.equal(undefined);
    expect(read('https://slsa.dev/provenance/v0.1', {})).to.equal(undefined);
    expect([isProvenance('https://slsa.dev/provenance/v1'), isProvenance('constructor')]).to.deep.equal([true, false]);
  });

  it('passes over what other builders write under the same names', () => {
    const materials = [{ uri: 'git+https://example.test/x', digest: { sha1: 'ab' } }, { digest: { sha256: 'cd' } }];
    const provenance = read(predicateTypes['0.2'], { materials, buildConfig: { steps: [{ id: 1 }] } });
    expect(provenance?.materials.map(({ uri }) => uri)).to.deep.equal(['git+https://example.test/x']);
    expect(provenance?.llb).to.equal(undefined);
    const external = { request: 'none', workflow: { ref: 'main' } };
    const definition = { externalParameters: external, internalParameters: { buildConfig: ['x'] } };
    expect(read(predicateTypes['1'], { buildDefinition: definition })?.frontend).to.equal(undefined);
  });

  const refused: readonly [what: string, version: '0.2' | '1', predicate: unknown, words: RegExp][] = [
    ['without a predicate', '0.2', null, /predicate is not an object/],
    ['of version 1 without a build definition', '1', {}, /buildDefinition is missing/],
    ['whose materials are no list', '0.2', { materials: {} }, /materials is not a list/],
    ['with 10,001 materials', '0.2', { materials: Array(10_001).fill({}) }, /more than 10000/],
    ['with a URI that is no text', '0.2', { materials: [{ uri: 1 }] }, /materials\[0\]\.uri is not a string/],
    ['with steps that are none', '0.2', { buildConfig: { llbDefinition: [1] } }, /llbDefinition\[0\] is not an object/],
  ];
  for (const [what, version, predicate, words] of refused) {
    it(`refuses one ${what}`, () => {
      expect(() => read(predicateTypes[version], predicate)).to.throw(words);
    });
  }

  it('reads what GitHub’s builders signed', function () {
    const path = needShared(
      this,
      'data/signatures/sigstore-conformance/happy-path-intoto-in-dsse-v3/bundle.sigstore.json',
    );
    const { dsseEnvelope } = JSON.parse(readFileSync(path, 'utf8')) as { dsseEnvelope: object };
    const provenance = readProvenance(parseStatement(parseEnvelope(jsonBytes(dsseEnvelope)).payload));
    expect(provenance).to.deep.include({
      version: '1',
      builder: 'https://github.com/loosebazooka/aa-test/.github/workflows/provenance.yaml@refs/heads/main',
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    });
    expect(provenance?.materials[0]?.digests.get('gitCommit')).to.equal('ebff8dfbd609b7b22237c7719ce07f2dc7934f5f');
  });
});
