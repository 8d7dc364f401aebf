import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { splitCommands } from '../../src/containers/shell-words.js';

describe('containers/shell-words', () => {
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
      expect(splitCommands(text)).to.deep.equal(commands);
    });
  }

  it('gives the words that sh gives', () => {
    const lines = [
      `docker run -v "/a b:/c" --name='x y' -e A=b\\ c "q\\"r" img sh -c 'echo "hi"'`,
      `docker run --label "a='b'" '' "" \\-x a"b"'c'd`,
      `podman run "a\\\nb" c\\\nd`,
    ];
    for (const line of lines) {
      const [words = []] = splitCommands(line);
      const { stdout, status } = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
      expect(status).to.equal(0);
      expect(words, line).to.deep.equal(stdout.split('\0').slice(0, -1));
    }
  });

  it('ends on text without end, of any character', () => {
    for (const c of ['$(', '`', '"', "'", '\\', '>', '(', ';', '${', 'a ', '# ', '<&'])
      expect(() => splitCommands(c.repeat(30_000))).not.to.throw();
  });
});
