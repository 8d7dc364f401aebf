import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { readPackage } from '../../src/rpm/package.js';
import { buildRpmHeader } from '../support/rpm-header.js';

const plain = { name: 'a', version: '1', release: '2' };

describe('rpm/package', () => {
  it('reads all that a package says of itself', () => {
    const blob = buildRpmHeader({
      ...plain,
      epoch: 3,
      arch: 'x86_64',
      sourceRpm: 'a-1-2.src.rpm',
      vendor: 'Example',
      buildTime: 100,
      installTime: 200,
      module: 'mod:1:2:3',
    });
    expect(readPackage(blob)).to.deep.equal({
      ...plain,
      epoch: 3,
      arch: 'x86_64',
      sourceRpm: 'a-1-2.src.rpm',
      vendor: 'Example',
      buildTime: 100,
      installTime: 200,
      module: 'mod:1:2:3',
      headerDigest: createHash('sha256').update(blob).digest('hex').slice(0, 32),
      shadowed: [],
      isKey: false,
      signatures: [],
      region: true,
      digests: 'absent',
    });
  });

  it('leaves out what is absent, with epoch 0 and no architecture', () => {
    const one = readPackage(buildRpmHeader(plain));
    expect(one).to.include({ epoch: 0, arch: '' });
    expect(one).to.not.have.any.keys('sourceRpm', 'vendor', 'buildTime', 'installTime', 'module');
  });

  it('is plain data that JSON gives back', () => {
    const one = readPackage(buildRpmHeader({ ...plain, installTime: 1 }));
    expect(JSON.parse(JSON.stringify(one))).to.deep.equal(one);
  });

  it('tells keys from software', () => {
    expect(
      readPackage(buildRpmHeader({ name: 'gpg-pubkey', version: '8483c65d', release: '5ccc5b19' })).isKey,
    ).to.equal(true);
  });

  it('believes the signed region and names what lies beside it', () => {
    const one = readPackage(
      buildRpmHeader({
        ...plain,
        vendor: 'Example',
        dribbles: [
          { tag: 1011, type: 'string', value: 'Another' },
          { tag: 1001, type: 'string', value: '99' },
        ],
      }),
    );
    expect(one).to.include({ version: '1', vendor: 'Example' });
    expect(one.shadowed).to.deep.equal([1001, 1011]);
  });

  for (const [word, fields] of [
    ['name', { ...plain, name: '' }],
    ['version', { ...plain, version: '' }],
    ['release', { ...plain, release: '' }],
  ] as const) {
    it(`refuses a header without ${word}`, () => {
      expect(() => readPackage(buildRpmHeader(fields)))
        .to.throw(`it has no ${word}`)
        .with.property('kind', 'hostile');
    });
  }

  it('refuses a name of megabytes', () => {
    const blob = buildRpmHeader({ ...plain, name: 'n'.repeat(1 << 20) });
    expect(() => readPackage(blob))
      .to.throw('longer than 4096 bytes')
      .with.property('kind', 'hostile');
  });
});
