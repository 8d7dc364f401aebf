import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { mediaTypes } from '../../src/oci/media-type.js';
import { attachmentTag } from '../../src/signature/attachment.js';
import type { Report } from '../../src/report/report.js';
import { buildTar } from '../support/build-tar.js';
import { buildImage } from '../support/build-image.js';
import { cosignPayload, signWithKey } from '../support/cosign.js';
import { registryError } from '../support/fake-answer.js';
import type { FakeRegistry } from '../support/fake-registry.js';
import { inFolder, repository, runHostile } from '../support/hostile.js';
import { ecKey, publicPem } from '../support/x509.js';

const key = ecKey();
const image = buildImage({ layers: [buildTar([{ path: 'etc/motd', body: 'hello' }])] });
const { digest } = image.manifest.descriptor;
const tag = attachmentTag(digest, 'sig');
const { ociManifest, ociIndex } = mediaTypes;

/** cosign's manifest, with the signature so many times. */
function signatures(registry: FakeRegistry, count: number): object {
  const { payload, annotations } = signWithKey(key, {
    payload: cosignPayload(digest, `${registry.host}/${repository}`),
  });
  const layer = { ...registry.putBlob(payload, 'application/vnd.dev.cosign.simplesigning.v1+json'), annotations };
  const config = registry.putBlob('{}', mediaTypes.ociConfig);
  return { schemaVersion: 2, mediaType: ociManifest, config, layers: Array.from({ length: count }, () => layer) };
}

function index(...manifests: readonly object[]): object {
  return { schemaVersion: 2, mediaType: ociIndex, manifests };
}

const fallback = digest.replace(':', '-');

const cases: readonly [string, (registry: FakeRegistry) => void, number, RegExp][] = [
  [
    'has 128 signatures that hold',
    (registry) => void registry.putManifest(repository, signatures(registry, 128), tag),
    0,
    /signed by/,
  ],
  [
    'has 129 of them',
    (registry) => void registry.putManifest(repository, signatures(registry, 129), tag),
    3,
    /more than 128/,
  ],
  [
    'has an index where the signatures should be',
    (registry) => void registry.putManifest(repository, index(), tag),
    3,
    /manifest was expected/,
  ],
  ['has none', () => {}, 1, /not signed/],
  [
    'lists an index among the referrers, which leads to the signatures',
    (registry) => {
      const inner = registry.putManifest(repository, signatures(registry, 1));
      const outer = registry.putManifest(repository, index(inner));
      registry.putManifest(repository, index(outer), fallback);
    },
    1,
    /not signed/,
  ],
  [
    'lists the signatures of an image, though their manifest names no subject',
    (registry) => {
      const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
      const signed = registry.putManifest(repository, { ...signatures(registry, 1), artifactType });
      registry.putManifest(repository, index({ ...signed, artifactType }), fallback);
    },
    1,
    /not signed/,
  ],
  [
    'has a manifest where the list of referrers should be',
    (registry) => void registry.putManifest(repository, signatures(registry, 1), fallback),
    3,
    /not an index/,
  ],
  [
    'refuses to list referrers',
    (registry) => registry.on(/referrers/, () => registryError(403, 'DENIED', 'no')),
    3,
    /could not be looked into/,
  ],
  [
    'fails over signatures',
    (registry) => registry.on(/\.sig$/, () => registryError(403, 'DENIED', 'no')),
    3,
    /could not be looked into/,
  ],
];

describe('a registry that lies about signatures', function () {
  this.timeout(120_000);

  for (const [what, bend, code, message] of cases) {
    it(`gets ${code} where it ${what}`, () =>
      inFolder(async (folder) => {
        const file = join(folder, 'key.pub');
        writeFileSync(file, publicPem(key));
        const run = await runHostile(image, { bend, command: ['verify', '--format', 'json', '--key', file] });
        expect(run.code, run.stdout + run.stderr).to.equal(code);
        const { findings } = JSON.parse(run.stdout) as Report;
        expect(findings.find((one) => one.check === 'signature')?.message).to.match(message);
      }));
  }
});
