import { expect } from 'chai';
import fc from 'fast-check';
import { globMatcher } from '../../src/policy/glob.js';

describe('globMatcher', () => {
  const cases: readonly [glob: string, yes: readonly string[], no: readonly string[]][] = [
    ['/usr/bin/sudo', ['/usr/bin/sudo'], ['/usr/bin/sudo2', '/usr/bin/sud', '', '/usr/bin/sudo/x', 'usr/bin/sudo']],
    ['/usr/bin/*', ['/usr/bin/a', '/usr/bin/'], ['/usr/bin/a/b', '/usr/bin', '/usr/lib/a']],
    ['/usr/*/a', ['/usr/x/a'], ['/usr/a', '/usr/x/y/a']],
    ['/a?c', ['/abc', '/a.c', '/aäc'], ['/ac', '/a/c', '/abbc']],
    ['/opt/**', ['/opt/', '/opt/a', '/opt/a/b'], ['/opt', '/optional/a']],
    ['/opt/**/key.pem', ['/opt/key.pem', '/opt/a/key.pem', '/opt/a/b/key.pem'], ['/opt/akey.pem', '/opt/a/key.pem/b']],
    ['**/a', ['a', '/a', 'x/a', 'x/y/a'], ['xa', 'a/b']],
    ['/x**y', ['/xy', '/x/a/y', '/xay'], ['/xyz']],
    ['python3*', ['python3', 'python3.11-libs'], ['python', 'libpython3']],
    ['*-libs', ['a-libs', '-libs', 'a-libs-libs'], ['a-libs2']],
    ['/a\\*', ['/a*'], ['/ab', '/a\\b']],
    ['/[a-z]', ['/[a-z]'], ['/a']],
    ['/a.c', ['/a.c'], ['/abc']],
    ['r.test/**', ['r.test/a', 'r.test/a/b:1'], ['r.testing/a']],
    ['/a\\', ['/a\\'], ['/a']],
    ['', [''], ['a']],
  ];
  for (const [glob, yes, no] of cases) {
    it(`knows what ${glob} is`, () => {
      const fits = globMatcher(glob);
      for (const text of yes) expect(fits(text), text).to.equal(true);
      for (const text of no) expect(fits(text), text).to.equal(false);
    });
  }

  it('takes line breaks and bytes that are no UTF-8 as characters', () => {
    expect(globMatcher('/tmp/*')('/tmp/a\nb\udc80')).to.equal(true);
  });

  it('agrees with a regular expression on random globs', () => {
    const char = fc.constantFrom('a', 'b', '/', '.');
    const piece = fc.oneof(char, fc.constantFrom('*', '?'));
    const text = fc.array(char, { maxLength: 12 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), text, (pieces, subject) => {
        const glob = pieces.join('');
        // Two stars mean more, and have cases of their own above.
        fc.pre(!glob.includes('**'));
        const form = glob.replace(/\./g, '\\.').replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]');
        expect(globMatcher(glob)(subject)).to.equal(new RegExp(`^${form}$`).test(subject));
      }),
      { numRuns: 2000 },
    );
  });

  it('ends for a long name that nearly fits many stars', () => {
    expect(globMatcher(`/${'*a'.repeat(100)}b`)(`/${'a'.repeat(4000)}`)).to.equal(false);
    expect(globMatcher(`${'**/'.repeat(100)}b`)('/'.repeat(4000))).to.equal(false);
  });
});
