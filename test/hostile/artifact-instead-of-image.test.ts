import { mediaTypes } from '../../src/oci/media-type.js';
import { buildImage, describeJson } from '../support/build-image.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('an artifact where an image is expected', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['a chart', { config: { ...empty('application/vnd.cncf.helm.config.v1+json') } }, 'vnd.cncf.helm.config'],
    [
      'an empty config',
      { config: empty(mediaTypes.ociEmpty), artifactType: 'application/vnd.example.sbom' },
      'vnd.example.sbom',
    ],
    ['a name full of escapes', { config: empty('a/\u001b[31m\u202e') }, 'an artifact, not an image'],
  ];
  for (const [title, override, message] of cases) {
    it(`is refused by name: ${title}`, async () => {
      expectRefused(
        await examineHostile(buildImage({ layers: [], override: { ...override } })),
        'unsupported',
        message,
      );
    });
  }
});

function empty(mediaType: string) {
  return describeJson(mediaType, {}).descriptor;
}
