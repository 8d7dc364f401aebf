import { expect } from 'chai';
import { newestByKey } from '../../src/freshness/compare.js';
import { holdsVersions } from '../../src/freshness/held-version.js';
import { packageOf } from '../support/packages.js';

describe('holdsVersions', () => {
  const cases: readonly [instruction: string | undefined, held: boolean, below?: string][] = [
    ['RUN /bin/sh -c dnf -y update', false],
    ['/bin/sh -c dnf install -y openssl-libs', false],
    ['|1 DATE=1 /bin/sh -c dnf -y update', false],
    ['RUN /bin/sh -c dnf install -y openssl-libs-1.0 # buildkit', true],
    ['RUN /bin/sh -c dnf install -y openssl-libs-1:1.0-2.x86_64', true],
    ['RUN /bin/sh -c microdnf install openssl-libs=1.0', true],
    ['RUN /bin/sh -c true && rpm -U https://r.test/openssl-libs-1.0-2.x86_64.rpm', true],
    ['RUN /bin/sh -c dnf -y update', true, '1:1.0-3'],
    ['RUN /bin/sh -c dnf -y update', false, '1:1.0-1'],
    ['COPY --from=builder / / # buildkit', true],
    ['ADD rootfs.tar.xz /', true],
    ['/bin/sh -c #(nop) COPY file:1 in / ', true],
    [`RUN /bin/sh -c dnf install ${'a '.repeat(40_000)}`, true],
    ['', true],
    [undefined, true],
  ];
  for (const [instruction, held, below] of cases) {
    const over = below === undefined ? '' : `, over ${below} of the base`;
    it(`${held ? 'holds' : 'does not hold'} what "${instruction?.slice(0, 80) ?? 'no history'}" brought${over}`, () => {
      const built = newestByKey(below === undefined ? [] : [packageOf(below, { name: 'openssl-libs' })]);
      expect(holdsVersions(instruction, built)(packageOf('1:1.0-2', { name: 'openssl-libs' }))).to.equal(held);
    });
  }
});
