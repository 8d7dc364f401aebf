import { expect } from 'chai';
import { mediaTypes } from '../../src/oci/media-type.js';
import { buildImage, describeBlob, type BuiltImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('JSON made to hurt its reader', () => {
  const honest = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const text = Buffer.from(honest.manifest.bytes).toString();
  const withManifest = (bytes: string | Uint8Array): BuiltImage => ({
    ...honest,
    manifest: describeBlob(mediaTypes.ociManifest, Buffer.from(bytes)),
    blobs: new Map([...honest.blobs].filter(([digest]) => digest !== honest.manifest.descriptor.digest)),
  });
  const inside = (member: string): string => `${text.slice(0, -1)},${member}}`;

  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['nested 100,000 deep', inside(`"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'nested more than 64 deep'],
    ['nested objects', inside(`${'"x":{'.repeat(70)}${'}'.repeat(70)}`), 'nested more than 64 deep'],
    ['layers twice', inside('"layers":[]'), 'has the member "layers" twice'],
    ['layers twice, once spelled in escapes', inside('"l\\u0061yers":[]'), 'has the member "layers" twice'],
    ['a member twice deep within', inside('"annotations":{"a":"1","a":"2"}'), 'has the member "a" twice'],
    ['an object where text belongs', inside('"annotations":{"a":{}}'), 'manifest.annotations.a is not a string'],
    [
      'not UTF-8',
      Buffer.concat([Buffer.from(inside('"x":"').slice(0, -1)), Buffer.from([0xff, 0x22, 0x7d])]),
      'is not UTF-8',
    ],
    [
      'the version as text',
      text.replace('"schemaVersion":2', '"schemaVersion":"2"'),
      'schemaVersion is "2", expected 2',
    ],
    ['a number for the config', text.replace(/"config":\{[^}]*\}/, '"config":7'), 'manifest.config is not an object'],
  ];
  for (const [title, bytes, message] of cases) {
    it(`stops the image: ${title}`, async () => {
      const bent = withManifest(bytes);
      expectRefused(await serve(bent), 'hostile', message);
    });
  }

  for (const [title, bytes] of [
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a byte order mark', `\ufeff${text}`],
    ['half of it', text.slice(0, 100)],
    ['4 MiB of opening brackets', '['.repeat(4 * 1024 ** 2 - 1)],
  ] as const) {
    it(`stops the image: ${title}`, async () => {
      const judged = await serve(withManifest(bytes));
      expect([judged.error?.kind, judged.exitCode]).to.deep.equal(['hostile', 15]);
    });
  }

  it('reads text of 4 MB and members named like what objects have by birth', async () => {
    const judged = await serve(
      withManifest(inside(`"annotations":{"__proto__":"x","constructor":"y","long":"${'\\\\'.repeat(2e6)}"}`)),
    );
    expect(judged.error).to.equal(undefined);
    expect(judged.exitCode).to.equal(0);
  });

  /** The registry's own bookkeeping cannot parse such manifests: they are put in the way of an honest one. */
  function serve(image: BuiltImage) {
    return examineHostile(honest, {
      bend: (registry) =>
        registry.on(/GET .*\/manifests\/1\.0/, (answer) => ({
          ...answer,
          headers: { 'content-type': mediaTypes.ociManifest },
          body: image.manifest.bytes,
        })),
    });
  }
});
