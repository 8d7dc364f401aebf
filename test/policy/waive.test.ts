import { expect } from 'chai';
import { evidenceLimit, type Evidence, type Finding } from '../../src/checks/check.js';
import type { ExceptionMatch } from '../../src/policy/exception.js';
import { waive, waiverOf, type Waiver } from '../../src/policy/waive.js';

const file = (path: string): Evidence => ({ type: 'file', layer: 'sha256:0', path });
const layer: Evidence = { type: 'layer', layer: 'sha256:1' };
const rpm = (name: string, image?: string): Evidence => ({
  type: 'package',
  name,
  ...(image === undefined ? {} : { image, other: '9-9' }),
});
const failing = (...evidence: readonly Evidence[]): Finding => ({ outcome: 'fail', message: 'two files', evidence });
const excepting = (match: ExceptionMatch, owner = 'me'): Waiver =>
  waiverOf({ check: 'setuid', match, reason: 'why', owner, expiry: '2030-01-01', from: 'p.yaml:3' });

/** `owner|- message: evidence` a part. */
function told(finding: Finding, ...waivers: readonly Waiver[]): string[] {
  return waive(finding, waivers).map(({ finding: part, exception }) => {
    const names = part.evidence.map((one) => ('path' in one ? one.path : 'name' in one ? one.name : one.type));
    return `${exception?.owner ?? '-'} ${part.message}: ${names.join(' ')}`;
  });
}

describe('waive', () => {
  const [a, b] = [file('/usr/bin/a'), file('/usr/bin/b')];

  it('waives a finding whose every file fits', () => {
    expect(told(failing(a, b), excepting({ path: '/usr/bin/*' }))).to.deep.equal([
      'me two files: /usr/bin/a /usr/bin/b',
    ]);
  });

  it('splits one of which only some files fit, and says which are left', () => {
    expect(told(failing(a, b, layer), excepting({ path: '/usr/bin/a' }))).to.deep.equal([
      '- /usr/bin/b (1 of 2): two files: /usr/bin/b layer',
      'me /usr/bin/a (1 of 2): two files: /usr/bin/a layer',
    ]);
  });

  it('lets several exceptions take a part each', () => {
    const [mine, yours] = [excepting({ path: '/usr/bin/a' }), excepting({ path: '**/b' }, 'you')];
    expect(told(failing(a, b), mine, yours)).to.deep.equal([
      'me /usr/bin/a (1 of 2): two files: /usr/bin/a',
      'you /usr/bin/b (1 of 2): two files: /usr/bin/b',
    ]);
  });

  it('looks only at the kind of evidence that is spoken of', () => {
    expect(told(failing(a, layer), excepting({ path: '/usr/bin/a' }))).to.deep.equal([
      'me two files: /usr/bin/a layer',
    ]);
    expect(told(failing(layer), excepting({ path: '/**' }))).to.deep.equal(['- two files: layer']);
    expect(told(failing(a), excepting({ package: '*' }))).to.deep.equal(['- two files: /usr/bin/a']);
    expect(told(failing(), excepting({ path: '/**' }))).to.deep.equal(['- two files: ']);
  });

  it('leaves what the evidence does not list', () => {
    const most = Array.from({ length: evidenceLimit }, (_, i) => file(`/f${i}`));
    for (const finding of [failing(...most), { ...failing(a), partial: true } as const]) {
      const [left, waived] = waive(finding, [excepting({ path: '/**' })]);
      expect(left?.exception).to.equal(undefined);
      expect(left?.finding.outcome).to.equal('fail');
      expect(left?.finding.message).to.equal('what is not listed one by one: two files');
      expect(waived?.exception?.owner).to.equal('me');
    }
  });

  it('takes the whole finding where neither path nor package is named, however much it lists', () => {
    expect(told({ ...failing(a, layer), partial: true }, excepting({ image: '**' }))).to.have.length(1);
    expect(told(failing(), excepting({}))).to.deep.equal(['me two files: ']);
  });

  it('waives a doubt too, and never what passed or did not arise', () => {
    const every = excepting({ path: '/**' });
    expect(waive({ ...failing(a), outcome: 'unknown' }, [every])[0]?.exception).to.not.equal(undefined);
    expect(waive({ ...failing(a), outcome: 'pass' }, [every])[0]?.exception).to.equal(undefined);
    expect(waive({ ...failing(a), outcome: 'unknown', idle: true }, [every])[0]?.exception).to.equal(undefined);
  });

  const names: readonly [glob: string, fits: boolean][] = [
    ['openssl-libs', true],
    ['openssl*', true],
    ['openssl-libs.x86_64', true],
    ['openssl-libs-1:3.0.7-2.el9', true],
    ['openssl-libs-1:3.0.7-*', true],
    ['openssl-libs-1:3.0.7-2.el9.x86_64', true],
    ['openssl', false],
    ['libs', false],
    ['openssl-libs-1:3.0.8-*', false],
    ['openssl-libs.aarch64', false],
  ];
  for (const [glob, fits] of names) {
    it(`${fits ? 'knows' : 'does not take'} a package by ${glob}`, () => {
      const finding = failing(rpm('openssl-libs.x86_64', '1:3.0.7-2.el9'));
      expect(waive(finding, [excepting({ package: glob })])[0]?.exception !== undefined).to.equal(fits);
    });
  }
});
