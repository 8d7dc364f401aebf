import { expect } from 'chai';
import { formatNevra, parseNevra } from '../../src/repodata/nevra.js';

describe('parseNevra', () => {
  const cases: readonly [text: string, formatted: string | undefined][] = [
    ['dwm-user-0:6.1-8.module_f30+2696+4b2456b0.x86_64', 'dwm-user-0:6.1-8.module_f30+2696+4b2456b0.x86_64'],
    ['perl-4:5.26.3-420.el8.noarch', 'perl-4:5.26.3-420.el8.noarch'],
    ['bash-5.2~rc1-1^2.x86_64', 'bash-0:5.2~rc1-1^2.x86_64'],
    ['a-1-2.src', 'a-0:1-2.src'],
    ['bash-5.2', undefined],
    ['bash.x86_64', undefined],
    ['bash-x:5-1.x86_64', undefined],
    ['', undefined],
    ['-0:1-1.x86_64', undefined],
    [`${'-'.repeat(100_000)}.x86_64`, undefined],
  ];
  for (const [text, formatted] of cases) {
    it(`reads ${formatted ?? 'nothing'} from '${text.slice(0, 60)}'`, () => {
      const parsed = parseNevra(text);
      expect(parsed && formatNevra(parsed)).to.equal(formatted);
    });
  }
});
