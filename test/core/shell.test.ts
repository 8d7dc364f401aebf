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
      const mine = splitShell(script)
        .filter(([first]) => first?.text === 'p')
        .map((command) => command.slice(1).map((word) => word.text));
      // What a condition skips, sh does not run: what it runs must be there, in its order.
      const rest = [...mine];
      for (const one of shell)
        expect(rest.splice(0, rest.findIndex((x) => String(x) === String(one)) + 1)).not.to.be.empty;
      expect(shell).not.to.be.empty;
    });
  }

  const cases: readonly (readonly [text: string, commands: readonly (readonly string[])[]])[] = [
    ['', []],
    ['  \t ', []],
    ['a b  c', [['a', 'b', 'c']]],
    [`a 'b c' "d e" f\\ g`, [['a', 'b c', 'd e', 'f g']]],
    [`a'b'"c"d`, [['abcd']]],
    [`'' ""`, [['', '']]],
    [`"a\\"b" "a\\b" "\\$x"`, [['a"b', 'a\\b', '$x']]],
    ['a; b && c || d | e & f', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
    ['(a; b)', [['a'], ['b']]],
    ['a\nb # c d\ne#f', [['a'], ['b'], ['e#f']]],
    ['a \\\n  b', [['a', 'b']]],
    ['a >out 2>&1 <in b >>log', [['a', 'b']]],
    ['a ${IMAGE} $NAME', [['a', '${IMAGE}', '$NAME']]],
    ['a $(b "c d" (e)) f', [['a', '$(b "c d" (e))', 'f']]],
    ['a `b c` d', [['a', '`b c`', 'd']]],
    [`a 'never closed`, [['a', 'never closed']]],
    ['a "never closed', [['a', 'never closed']]],
    ['a $(never closed', [['a', '$(never closed']]],
    ['a \\', [['a', '']]],
  ];
  for (const [text, commands] of cases) {
    it(`splits ${JSON.stringify(text)}`, () => {
      expect(words(text)).to.deep.equal(commands);
    });
  }

  it('gives the words that sh gives', () => {
    const lines = [
      `docker run -v "/a b:/c" --name='x y' -e A=b\\ c "q\\"r" img sh -c 'echo "hi"'`,
      `docker run --label "a='b'" '' "" \\-x a"b"'c'd`,
      `podman run "a\\\nb" c\\\nd 'e\\\nf'`,
    ];
    for (const line of lines) {
      const { stdout, status } = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
      expect(status).to.equal(0);
      expect(words(line), line).to.deep.equal([stdout.split('\0').slice(0, -1)]);
    }
  });

  it('ends on text without end, of any character', () => {
    for (const c of ['$(', '`', '"', "'", '\\', '\\\n', '>', '(', ';', '${', 'a ', '# ', '<&', '<<a\n'])
      expect(() => splitShell(c.repeat(30_000))).not.to.throw();
  });

  it('takes joined lines for nothing, and keeps the offsets behind them', () => {
    expect(splitShell('a \\\n b\\\r\nc "d\\\r\ne" f')).to.deep.equal([
      [
        { text: 'a', offset: 0 },
        { text: 'bc', offset: 5 },
        { text: 'de', offset: 11 },
        { text: 'f', offset: 19 },
      ],
    ]);
  });

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
    expect(words(`${removed}"a \\${removed}"b c${removed}" \\${removed}"d`)).to.deep.equal([['a "b c', '"d']]);
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
