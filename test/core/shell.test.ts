import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { removed, splitShell, withoutWrappers } from '../../src/core/shell.js';

const words = (text: string): string[][] => splitShell(text).map((command) => command.map((word) => word.text));

/** Scripts whose commands are all `p`, with what the machine's own sh makes of them. */
const scripts = [
  'p a b; p c && p d || p e',
  'p "a b" \'c d\' e\\ f "g\\"h" \'i"j\'',
  'p a#b # comment\np c',
  'p a >/dev/null 2>&1; p b 2>/dev/null',
  'if p a; then p b; else p c; fi',
  '! p a; { p b; }; (p c)',
  'p a\\\np',
  'p "a\\nb" "c\\$d" \'e\\f\'',
  'p x <<EOF\np not\nEOF\np y',
  'p x <<-EOF\n\tp not\n\tEOF\np y',
  'p a "" b',
  'p a\'b\'c"d"e',
  'p a|cat; p b &\nwait',
];

describe('splitShell', () => {
  for (const script of scripts) {
    it(`splits as sh does: ${JSON.stringify(script)}`, () => {
      const whole = `p() { for a; do printf '%s\\037' "$a" >&3; done; printf '\\036' >&3; }\n${script}\n`;
      const ran = spawnSync('/bin/sh', ['-c', whole], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
      const shell = String(ran.output[3] ?? '')
        .split('\u001e')
        .slice(0, -1)
        .map((one) => one.split('\u001f').slice(0, -1));
      const joined = script.replace(/\\\n/g, removed.repeat(2));
      const mine = splitShell(joined)
        .filter(([first]) => first?.text === 'p')
        .map((command) => command.slice(1).map((word) => word.text));
      // What a condition skips, sh does not run: what it runs must be there, in its order.
      const rest = [...mine];
      for (const one of shell)
        expect(rest.splice(0, rest.findIndex((x) => String(x) === String(one)) + 1)).not.to.be.empty;
      expect(shell).not.to.be.empty;
    });
  }

  it('gives each word the offset at which it begins', () => {
    const text = 'a=1  dnf "in" x\n  yum y';
    expect(splitShell(text).map((command) => command.map(({ offset }) => offset))).to.deep.equal([
      [0, 5, 9, 14],
      [18, 22],
    ]);
  });

  it('leaves substitutions whole, whatever they hold', () => {
    expect(words('a $(b; c "d)" $(e)) f `g; h` "i $(j "k l") m"')).to.deep.equal([
      ['a', '$(b; c "d)" $(e))', 'f', '`g; h`', 'i $(j "k l") m'],
    ]);
  });

  it('joins a word over text that was taken away', () => {
    expect(words(`d${removed}${removed}nf a`)).to.deep.equal([['dnf', 'a']]);
  });

  it('ends with the text where a quote or a here-document has no end', () => {
    for (const text of ["a 'b", 'a "b', 'a $(b', 'a `b', 'a <<X\nb', 'a \\', '<<', '>', '&>']) {
      expect(() => splitShell(text), text).not.to.throw();
    }
  });

  it('never fails, and never leaves the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab "\'\\`$(){};&|<>#\n\t') }), (text) => {
        for (const { offset } of splitShell(text).flat()) expect(offset).to.be.within(0, text.length);
      }),
    );
  });
});

describe('withoutWrappers', () => {
  it('looks behind assignments and programs that only run another', () => {
    for (const [text, program] of [
      ['A=b C= dnf x', 'dnf'],
      ['sudo -E env -i D=e nice /usr/bin/dnf x', '/usr/bin/dnf'],
      ['exec dnf', 'dnf'],
      ['dnf sudo', 'dnf'],
    ]) {
      const [command = []] = splitShell(text ?? '');
      expect(withoutWrappers(command)[0]?.text).to.equal(program);
    }
  });
});
