import { expect } from 'chai';
import { parseImageName, readImageDependency } from '../../src/attestation/image-dependency.js';
import { parsePackageUrl } from '../../src/attestation/package-url.js';
import { formatPlatform } from '../../src/oci/platform.js';
import { formatReference } from '../../src/oci/reference.js';

const digest = `sha256:${'ab'.repeat(32)}`;
const other = `sha256:${'cd'.repeat(32)}`;

describe('attestation/image-dependency', () => {
  /** BuildKit's own cases (util/purl) among them. */
  const cases: readonly [
    purl: string,
    reference: string | undefined,
    digest?: string | undefined,
    platform?: string,
  ][] = [
    ['pkg:docker/alpine@latest', 'docker.io/library/alpine:latest'],
    ['pkg:docker/alpine', 'docker.io/library/alpine'],
    ['pkg:docker/library/alpine@3.15', 'docker.io/library/alpine:3.15'],
    ['pkg:docker/user/test@v2', 'docker.io/user/test:v2'],
    ['pkg:docker/ghcr.io/foo/bar@v2', 'ghcr.io/foo/bar:v2'],
    ['pkg:docker/localhost%3A5047/a/b@1', 'localhost:5047/a/b:1'],
    ['pkg:docker/localhost/a@1', 'localhost/a:1'],
    ['pkg:docker/index.docker.io/alpine@3', 'docker.io/library/alpine:3'],
    [`pkg:docker/alpine?digest=${digest}`, `docker.io/library/alpine@${digest}`, digest],
    [`pkg:docker/library/alpine@3.15?digest=${digest}`, 'docker.io/library/alpine:3.15', digest],
    ['pkg:docker/busybox@1?platform=linux%2Farm%2Fv7', 'docker.io/library/busybox:1', undefined, 'linux/arm/v7'],
    ['pkg:docker/win@1?platform=windows%2810.0%29%2Famd64', 'docker.io/library/win:1'],
    [
      `pkg:docker/customer/image@${encodeURIComponent(digest)}?repository_url=gcr.io`,
      `gcr.io/customer/image@${digest}`,
      digest,
    ],
    [
      `pkg:oci/static@${encodeURIComponent(digest)}?repository_url=gcr.io/distroless/static&tag=nonroot`,
      'gcr.io/distroless/static:nonroot',
      digest,
    ],
    [
      `pkg:oci/debian@${encodeURIComponent(digest)}?repository_url=https://docker.io/library/debian/`,
      `docker.io/library/debian@${digest}`,
      digest,
    ],
    ['pkg:oci/app@1?repository_url=ghcr.io%2Fteam', 'ghcr.io/team/app:1'],
    ['pkg:oci/local@1', undefined],
    ['pkg:docker/alpine@3?ref_type=blob', undefined],
    [`pkg:docker/alpine@${digest}?ref_type=bundle`, undefined],
    ['pkg:docker/Alpine@3', undefined],
    ['pkg:docker/alpine@not:a:tag', undefined],
    ['pkg:docker/alpine?digest=sha256:12', undefined],
    ['pkg:docker/ghcr.io@1', 'docker.io/library/ghcr.io:1'],
    ['pkg:golang/github.com/a/b@v1', undefined],
  ];
  for (const [purl, reference, pinned, platform] of cases) {
    it(`takes ${purl} for ${reference ?? 'no image'}`, () => {
      const image = readImageDependency(parsePackageUrl(purl));
      expect(image && formatReference(image.reference)).to.equal(reference);
      expect([image?.digest, image?.platform && formatPlatform(image.platform)]).to.deep.equal([pinned, platform]);
    });
  }

  it('believes the version before the qualifier where both pin a digest', () => {
    const image = readImageDependency(parsePackageUrl(`pkg:docker/a/b@${digest}?digest=${other}`));
    expect(image?.digest).to.equal(digest);
  });

  it('keeps a pinned digest beside the name when there is a tag, within it when there is none', () => {
    expect(parseImageName(`r.test/a:1@${digest}`)).to.deep.equal({
      reference: { transport: 'docker', registry: 'r.test', repository: 'a', tag: '1' },
      digest,
    });
    expect(parseImageName(`r.test/a@${digest}`)?.reference.digest).to.equal(digest);
  });
});
