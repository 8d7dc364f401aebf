import { expect } from 'chai';
import { parsePackageUrl } from '../../src/attestation/package-url.js';

describe('attestation/package-url', () => {
  const cases: readonly [url: string, parts: readonly [type: string, path: string, version?: string], more?: object][] =
    [
      ['pkg:docker/alpine', ['docker', 'alpine']],
      ['pkg:docker/alpine@3.17?platform=linux%2Famd64', ['docker', 'alpine', '3.17'], { platform: 'linux/amd64' }],
      ['pkg:docker/ghcr.io/foo/bar@v2', ['docker', 'ghcr.io/foo/bar', 'v2']],
      ['pkg:docker/localhost%3A5047/a/b?digest=sha256:0', ['docker', 'localhost:5047/a/b'], { digest: 'sha256:0' }],
      ['pkg:docker/cassandra@sha256%3A244fd47e', ['docker', 'cassandra', 'sha256:244fd47e']],
      [
        'pkg:oci/static@sha256%3A0?repository_url=gcr.io/distroless/static&tag=latest#sub/path',
        ['oci', 'static', 'sha256:0'],
        { repository_url: 'gcr.io/distroless/static', tag: 'latest' },
      ],
      ['PKG://Docker//alpine/@3?A=b&empty=&nothing', ['docker', 'alpine', '3'], { a: 'b' }],
      ['pkg:npm/%40scope/name@1.0', ['npm', '@scope/name', '1.0']],
    ];
  for (const [url, [type, path, version], more = {}] of cases) {
    it(`reads ${url}`, () => {
      const purl = parsePackageUrl(url);
      expect([purl.type, [...purl.namespace, purl.name].join('/'), purl.version]).to.deep.equal([type, path, version]);
      expect(Object.fromEntries(purl.qualifiers)).to.deep.equal(more);
    });
  }

  const refused: readonly [what: string, url: string, words: RegExp][] = [
    ['another scheme', 'https://docker/alpine', /does not begin with pkg:/],
    ['no type', 'pkg:alpine@3', /has no type/],
    ['a type of no letters', 'pkg:1/alpine', /has no type/],
    ['no name', 'pkg:docker/@3', /has no name/],
    ['broken percent-encoding', 'pkg:docker/a%2', /percent-encoding is broken/],
    ['percent-encoding that is no UTF-8', 'pkg:docker/a%ff', /percent-encoding is broken/],
    ['a qualifier twice', 'pkg:docker/a?tag=1&TAG=2', /qualifier tag twice/],
    ['no end', `pkg:docker/${'a'.repeat(5000)}`, /more than 4096/],
  ];
  for (const [what, url, words] of refused) {
    it(`refuses a URL with ${what}`, () => {
      expect(() => parsePackageUrl(url)).to.throw(words);
    });
  }
});
