import { expect } from 'chai';
import type { Finding } from '../../src/checks/check.js';
import type { Examination } from '../../src/examination/examination.js';
import { parseReference } from '../../src/oci/reference.js';
import type { Exception } from '../../src/policy/exception.js';
import { followExceptions } from '../../src/policy/follow-exceptions.js';
import { examinationOf } from '../checks/rig.js';

const finding: Finding = {
  outcome: 'fail',
  message: 'one file',
  evidence: [{ type: 'file', layer: 'sha256:0', path: '/a' }],
};
const exception = (more: Partial<Exception>): Exception => ({
  check: 'setuid',
  match: { path: '/a' },
  reason: 'why',
  owner: 'me',
  expiry: '2024-06-30',
  from: 'p.yaml:3',
  ...more,
});

describe('followExceptions', () => {
  let examination: Examination;
  before(async () => {
    const one = await examinationOf();
    const reference = parseReference('r.test/team/app:1.2');
    examination = { ...one, image: { ...one.image, reference } };
  });

  /** State and days left of one exception after the finding was put to it; `none` where it is not for this image. */
  function follow(more: Partial<Exception>, now = examination.now): string {
    const followed = followExceptions([exception(more)], { ...examination, now });
    const [part] = followed.waive('setuid', finding);
    const [one] = followed.followed();
    expect(part?.exception !== undefined).to.equal(one?.state === 'applied');
    return one ? `${one.state} ${one.daysLeft}` : 'none';
  }

  it('applies one to the end of its last day, in UTC, and never after', () => {
    const at = (time: string): string => follow({}, new Date(time));
    expect(at('2024-06-01T00:00:00Z')).to.equal('applied 29');
    expect(at('2024-06-30T00:00:00Z')).to.equal('applied 0');
    expect(at('2024-06-30T23:59:59Z')).to.equal('applied 0');
    expect(at('2024-07-01T00:00:00Z')).to.equal('expired -1');
  });

  it('says which match nothing', () => {
    expect(follow({ match: { path: '/b' } })).to.equal('unmatched 29');
    expect(follow({ check: 'secrets' })).to.equal('unmatched 29');
  });

  it('binds one to the digest of the image or of its index', () => {
    const { descriptor, resolved } = examination.image;
    expect(follow({ digest: descriptor.digest })).to.equal('applied 29');
    expect(follow({ digest: resolved.digest })).to.equal('applied 29');
    expect(follow({ digest: `sha256:${'0'.repeat(64)}` })).to.equal('other-digest 29');
    expect(follow({ digest: `sha256:${'0'.repeat(64)}`, match: {} })).to.equal('other-digest 29');
  });

  const images: readonly [glob: string, fits: boolean][] = [
    ['r.test/team/app', true],
    ['r.test/team/app:1.2', true],
    ['r.test/team/*', true],
    ['r.test/**', true],
    ['**/app', true],
    ['r.test/team/app:2', false],
    ['r.test/*', false],
    ['team/app', false],
  ];
  for (const [image, fits] of images) {
    it(`${fits ? 'is' : 'is not'} for r.test/team/app:1.2 by ${image}`, () => {
      expect(follow({ match: { path: '/a', image } })).to.equal(fits ? 'applied 29' : 'none');
    });
  }

  it('knows an image in an archive by its file alone', async () => {
    const reference = parseReference('oci-archive:/srv/app.tar:app');
    const inFile = { ...examination, image: { ...examination.image, reference } };
    for (const image of ['oci-archive:/srv/app.tar', 'oci-archive:/srv/*:app']) {
      const followed = followExceptions([exception({ match: { image } })], inFile);
      expect(followed.waive('setuid', finding)[0]?.exception, image).to.not.equal(undefined);
    }
  });

  it('counts the findings that each waives', () => {
    const followed = followExceptions([exception({})], examination);
    for (let i = 0; i < 3; i++) followed.waive('setuid', finding);
    followed.waive('secrets', finding);
    expect(followed.followed()[0]?.findings).to.equal(3);
  });
});
