import { expect } from 'chai';
import { FakeRegistry } from '../support/fake-registry.js';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';

describe('a base on a host of the publisher’s choice', () => {
  let elsewhere: FakeRegistry;
  before(async () => void (elsewhere = await FakeRegistry.start()));
  after(() => elsewhere.close());
  const key = 'org.opencontainers.image.base.name';

  for (const [title, input] of [
    ['an annotation', (name: string) => ({ annotations: { [key]: name } })],
    ['a label', (name: string) => ({ labels: { [key]: name } })],
    ['a history comment', (name: string) => ({ history: [{ created_by: 'RUN x', comment: `FROM ${name}` }] })],
  ] as const) {
    it(`is not contacted on its word: ${title}`, async () => {
      const image = imageOfTar([{ path: 'a', body: 'x' }], input(`${elsewhere.host}/base:1`));
      const judged = await examineHostile(image, { others: [elsewhere] });
      expectFinding(judged, 'base-current', 'unknown', 'not asked on its word alone');
      expect(elsewhere.requests).to.have.length(0);
      expect(judged.exitCode).to.equal(3);
    });
  }

  for (const name of [
    '169.254.169.254/latest/meta-data',
    'oci:/etc',
    'dir:/etc',
    'docker-archive:/dev/zero',
    'http://localhost/x',
    '../../etc/passwd',
    '',
  ]) {
    it(`is never a place of this machine or network: ${JSON.stringify(name)}`, async () => {
      const judged = await examineHostile(imageOfTar([{ path: 'a', body: 'x' }], { annotations: { [key]: name } }));
      expectFinding(judged, 'layers-intact', 'pass', '1 layer');
      expect(judged.report.freshness?.outcome).to.be.oneOf(['unknown', 'fresh']);
    });
  }
});
