import { expect } from 'chai';
import { canonicalReference, parseDockerName, spellOut } from '../../src/oci/docker-name.js';
import { formatReference } from '../../src/oci/reference.js';
import { failureOf } from '../source/failure.js';

const digest = `sha256:${'0'.repeat(64)}`;

describe('oci/docker-name', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['busybox', 'docker.io/library/busybox'],
    ['busybox:1', 'docker.io/library/busybox:1'],
    [`busybox@${digest}`, `docker.io/library/busybox@${digest}`],
    [`team/app:1@${digest}`, `docker.io/team/app:1@${digest}`],
    ['docker.io/busybox', 'docker.io/library/busybox'],
    ['index.docker.io/busybox:1', 'docker.io/library/busybox:1'],
    ['index.docker.io/team/app', 'docker.io/team/app'],
    ['localhost/app', 'localhost/app'],
    ['notlocalhost/app', 'docker.io/notlocalhost/app'],
    ['host:5000/app', 'host:5000/app'],
    ['r.test/a/b:1', 'r.test/a/b:1'],
    ['[::1]:5000/a', '[::1]:5000/a'],
  ];
  for (const [text, full] of cases) {
    it(`reads ${text.slice(0, 40)} as ${full.slice(0, 40)}`, () => {
      expect(formatReference(parseDockerName(text))).to.equal(full);
    });
  }

  const wrong = ['', '/', '/a', 'a/', 'A', 'UPPER/a:1', 'a:', 'a@sha256:0', 'r.test/', 'r.test/a:b/c', 'a'.repeat(64)];
  for (const text of [...wrong, `${'a/'.repeat(400)}a`]) {
    it(`refuses "${text.slice(0, 20)}"`, () => failureOf('usage', async () => parseDockerName(text)));
  }

  it('gives docker.io one name', () => {
    const name = { transport: 'docker', registry: 'index.docker.io', repository: 'busybox', tag: '1' } as const;
    expect(formatReference(canonicalReference(name))).to.equal('docker.io/library/busybox:1');
    const other = { ...name, registry: 'r.test' };
    expect(canonicalReference(other)).to.equal(other);
  });

  it('spells out what is left out, and leaves other text as it is', () => {
    for (const [text, full] of [
      ['a:1', 'docker.io/library/a:1'],
      ['a/b', 'docker.io/a/b'],
      ['index.docker.io/a', 'docker.io/library/a'],
      ['r.test/a', 'r.test/a'],
      ['', 'docker.io/library/'],
      ['a:b/c', 'a:b/c'],
      ['Not a name', 'docker.io/library/Not a name'],
    ] as const)
      expect(spellOut(text)).to.equal(full);
  });
});
