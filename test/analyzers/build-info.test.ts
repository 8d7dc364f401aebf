import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildInfo, parseNvr, type BuildInfo } from '../../src/analyzers/build-info.js';
import { factsOf } from '../../src/layer/facts.js';
import { walked, type LayerContent } from '../layer/walked.js';
import type { TarInput } from '../support/build-tar.js';
import { needShared } from '../support/shared.js';

const folder = 'root/buildinfo';
const found = async (layer: LayerContent): Promise<readonly BuildInfo[]> =>
  factsOf(await walked(layer, { analyzers: [buildInfo] }), buildInfo);
const one = async (path: string, body: string | Uint8Array): Promise<BuildInfo | undefined> =>
  (await found([{ path, body }]))[0];
const json = (value: unknown): string => JSON.stringify(value);

describe('analyzers/build-info', () => {
  const names: readonly [text: string, nvr: string | undefined][] = [
    ['ubi9-9.4-1123', 'ubi9 9.4 1123'],
    ['ubi8-minimal-8.4-208', 'ubi8-minimal 8.4 208'],
    ['rhscl-redis-5-rhel7-5-53.1634738116', 'rhscl-redis-5-rhel7 5 53.1634738116'],
    ['quay-quay-rhel8-v3.5.6-4', 'quay-quay-rhel8 v3.5.6 4'],
    ['a-1-2', 'a 1 2'],
    ['a--1-2', 'a- 1 2'],
    ['a-1~rc1-2^git', 'a 1~rc1 2^git'],
    ['ubi9-9.4', undefined],
    ['ubi9', undefined],
    ['', undefined],
    ['-1-2', undefined],
    ['a-1-', undefined],
    ['a-1-2\n', undefined],
    ['a/b-1-2', undefined],
    ['\u001b[31m-1-2', undefined],
    [`${'a'.repeat(300)}-1-2`, undefined],
    [`${'-'.repeat(100_000)}`, undefined],
  ];
  for (const [text, nvr] of names) {
    it(`takes ${JSON.stringify(text.slice(0, 40))} for ${nvr ?? 'no name, version and release'}`, () => {
      const parsed = parseNvr(text);
      expect(parsed && `${parsed.name} ${parsed.version} ${parsed.release}`).to.equal(nvr);
    });
  }

  it('reads a Dockerfile by its name and its FROM lines', async () => {
    const body = [
      '# FROM comment:1',
      'FROM --platform=linux/amd64 ubi9:9.4 AS build',
      'RUN echo \\',
      '  # in between',
      'FROM not:this',
      'from sha256:abc',
      'FROMAGE no',
      'FROM',
    ].join('\r\n');
    expect(await one(`${folder}/Dockerfile-ubi9-python-311-1-77`, body)).to.deep.equal({
      path: `${folder}/Dockerfile-ubi9-python-311-1-77`,
      kind: 'dockerfile',
      name: 'ubi9-python-311',
      version: '1',
      release: '77',
      from: ['ubi9:9.4 AS build', 'sha256:abc'],
    });
  });

  it('keeps twenty FROM lines, each of bounded length', async () => {
    const { from = [] } = (await one(`${folder}/Dockerfile-a-1-2`, `FROM ${'x'.repeat(5000)}\n`.repeat(50))) ?? {};
    expect([from.length, from[0]?.length]).to.deep.equal([20, 300]);
  });

  it('reads labels.json in both places', async () => {
    const body = json({ name: 'openshift-gitops-1/gitops-rhel8-operator', version: '1.16', release: '3', cpe: 'x' });
    for (const path of [`${folder}/labels.json`, 'usr/share/buildinfo/labels.json']) {
      const { kind, name, version, release } = (await one(path, body)) ?? {};
      expect([kind, name, version, release]).to.deep.equal([
        'labels',
        'openshift-gitops-1-gitops-rhel8-operator',
        '1.16',
        '3',
      ]);
    }
  });

  it('reads the position of the layer in content manifests', async () => {
    const body = json({ metadata: { icm_version: 1, image_layer_index: 3 }, content_sets: ['a'] });
    for (const path of [
      `${folder}/content_manifests/ubi9-container-9.4-1123.json`,
      'usr/share/buildinfo/content_manifests/ubi9-container-9.4-1123.json',
      'usr/share/buildinfo/ubi9-container-9.4-1123.json',
    ]) {
      const { kind, name, version, release, layerIndex } = (await one(path, body)) ?? {};
      expect([kind, name, version, release, layerIndex]).to.deep.equal(['content-manifest', 'ubi9', '9.4', '1123', 3]);
    }
  });

  const odd: readonly [what: string, path: string, body: string | Uint8Array, problem: string | RegExp][] = [
    ['a file that is no JSON', `${folder}/labels.json`, 'File replaced', 'is not JSON'],
    ['one that is no text', `${folder}/labels.json`, Uint8Array.of(0xff, 0xfe), 'is not UTF-8'],
    ['one that is no object', `${folder}/x-1-2.json`, '[1]', 'is not an object'],
    ['a name that is a number', `${folder}/labels.json`, '{"name":1}', 'name is not a string'],
    [
      'a position below zero',
      `${folder}/x-1-2.json`,
      '{"metadata":{"image_layer_index":-1}}',
      /image_layer_index is not/,
    ],
    ['a member twice', `${folder}/labels.json`, '{"name":"a","name":"b"}', 'has the member "name" twice'],
    [
      'nesting without end',
      `${folder}/labels.json`,
      '['.repeat(9000) + ']'.repeat(9000),
      'is nested more than 64 deep',
    ],
    ['a Dockerfile of no name', `${folder}/Dockerfile-`, 'FROM a', 'does not say name, version and release'],
    [
      'a Dockerfile of an odd name',
      `${folder}/Dockerfile-\u202e-1`,
      'FROM a',
      'does not say name, version and release',
    ],
    ['5 MiB', `${folder}/labels.json`, new Uint8Array(5 << 20), /of 5242880 bytes exceeds/],
  ];
  for (const [what, path, body, problem] of odd) {
    it(`says why it reads nothing of ${what}`, async () => {
      const fact = await one(path, body);
      expect(fact?.kind).to.equal('unread');
      if (typeof problem === 'string') expect(fact?.problem).to.equal(problem);
      else expect(fact?.problem).to.match(problem);
    });
  }

  it('looks at no other files, folders or symlinks, and below no other folders', async () => {
    const layer: readonly TarInput[] = [
      { path: `${folder}/` },
      { path: `${folder}/Dockerfile` },
      { path: `${folder}/readme.txt` },
      { path: `${folder}/content_manifests/` },
      { path: `${folder}/a/Dockerfile-a-1-2` },
      { path: `${folder}/Dockerfile-b-1-2`, linkname: '/etc/shadow' },
      { path: 'home/buildinfo/Dockerfile-c-1-2' },
    ];
    expect(await found(layer)).to.deep.equal([]);
  });

  it('takes the last of several entries of one path', async () => {
    const path = `${folder}/labels.json`;
    const facts = await found([
      { path, body: json({ name: 'a' }) },
      { path, body: json({ name: 'b' }) },
    ]);
    expect(facts.map(({ name }) => name)).to.deep.equal(['b']);
  });

  it('keeps a hundred files, and says how many more there are', async () => {
    const layer = Array.from({ length: 5000 }, (_, i) => ({
      path: `${folder}/Dockerfile-a-1-${i}`,
      body: 'FROM scratch',
    }));
    const facts = await found(layer);
    expect(facts).to.have.length(101);
    expect(facts.at(-1)?.problem).to.equal('has 4900 more files of build info');
  });

  it('parses so much JSON of one layer and no more', async () => {
    const body = json({ name: 'a', filler: 'x'.repeat(3 << 20) });
    const layer = ['a', 'b', 'c'].map((name) => ({ path: `${folder}/${name}-1-2.json`, body }));
    expect((await found(layer)).map(({ problem }) => problem)).to.deep.equal([
      undefined,
      undefined,
      'is past the limit of one layer',
    ]);
  });

  const claircore = ['data', 'containers-image-fixtures', 'quay-claircore', 'rhel'] as const;

  it('reads every Dockerfile that claircore has kept of real images', async function () {
    const folders = needShared(this, ...claircore, 'dockerfile', 'testdata');
    const files = readdirSync(folders).filter(
      (name) => /^Dockerfile-.*-[^-]+-[^-]+$/.test(name) && !/\.want/.test(name),
    );
    expect(files.length).to.be.greaterThan(3);
    for (const name of files) {
      const body = readFileSync(join(folders, name));
      const fact = await one(`${folder}/${name}`, body);
      const lines = body
        .toString()
        .split('\n')
        .filter((line) => /^FROM /.test(line));
      expect(fact?.from, name).to.deep.equal(lines.map((line) => line.slice('FROM '.length).trim()));
      expect(`Dockerfile-${fact?.name}-${fact?.version}-${fact?.release}`).to.equal(name);
    }
  });

  it('reads the layers that claircore has kept', async function () {
    const folders = needShared(this, ...claircore, 'testdata');
    const read = async (name: string) =>
      (await found(readFileSync(join(folders, name)))).map((fact) =>
        `${fact.kind} ${fact.name} ${fact.problem ?? ''}`.trim(),
      );
    expect(await read('layer-with-cpe.tar')).to.deep.equal(['dockerfile name']);
    expect(await read('layer-with-embedded-cs.tar')).to.deep.equal(['content-manifest foo']);
    expect(await read('layer-with-invalid-content-manifests-json.tar')).to.deep.equal(['unread  is not JSON']);
    expect(await read('rhcos-layer-with-conflicting-files.tar')).to.deep.equal([
      'content-manifest foo',
      'content-manifest foo',
    ]);
  });
});
