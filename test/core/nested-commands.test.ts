import { expect } from 'chai';
import { commandsIn, isShell, nestedCommands, placeIn } from '../../src/core/nested-commands.js';
import { splitShell } from '../../src/core/shell.js';

describe('core/nested-commands', () => {
  /** The first is what sh would run first, all in the order of the text. */
  const cases: readonly (readonly [text: string, nested: readonly string[]])[] = [
    ["sh -c 'a b; c'", ['a b', 'c']],
    ["/bin/bash -ec 'a'", ['a']],
    ["bash -ce 'a'", ['a']],
    ["bash -c -e 'a' b", ['a']],
    ["bash -Eeuo pipefail -c 'a'", ['a']],
    ["sh -c -- 'a'", ['a']],
    ["bash --rcfile x -c 'a'", ['a']],
    ["bash --login +x -c 'a'", ['a']],
    ["sudo -E env A=b timeout 60 sh -c 'a'", ['a']],
    ["busybox sh -c 'a'", ['a']],
    ["su -s /bin/bash -c 'a' user", ['a']],
    ['sh -c \'sh -c "a b"\'', ['sh -c a b', 'a b']],
    ['sh script -c a', []],
    ['sh -c', []],
    ['sh -e', []],
    ["python -c 'a'", []],
    ["sh --c 'a'", []],
  ];
  for (const [text, nested] of cases) {
    it(`reads ${nested.length === 0 ? 'nothing' : JSON.stringify(nested)} in ${text}`, () => {
      const [command = []] = splitShell(text);
      const found = nestedCommands(command).map((one) => one.map((word) => word.text).join(' '));
      expect(found).to.deep.equal(nested);
    });
  }

  it('gives words of a script their own place where it stands in the text as it is read', () => {
    const text = "x; sh -c 'dnf  update'";
    const places = commandsIn(text).map((command) => command.map(({ offset }) => offset));
    expect(places).to.deep.equal([[0], [3, 6, 9], [10, 15]]);
  });

  it('gives them the place of the script where it does not', () => {
    const text = "x; sh -c 'dnf'\\ 'update'";
    expect(commandsIn(text).at(-1)).to.deep.equal([
      { text: 'dnf', offset: 9 },
      { text: 'update', offset: 9 },
    ]);
    expect(placeIn(text)({ text: 'dnf update', offset: 9 })).to.equal(undefined);
  });

  it('goes four shells deep', () => {
    const quote = (text: string): string => `sh -c '${text.replaceAll("'", `'\\''`)}'`;
    let line = 'a';
    for (let depth = 1; depth <= 6; depth++) {
      line = quote(line);
      expect(commandsIn(line), `${depth} deep`).to.have.length(Math.min(depth, 4) + 1);
    }
  });

  it('ends on shells without end', () => {
    for (const text of ['sh ', 'sh -c ', 'sh -o ', 'sh -c "', "sh -e '"])
      expect(() => commandsIn(text.repeat(20_000))).not.to.throw();
  });

  it('knows the shells', () => {
    for (const program of ['sh', 'bash', 'dash', 'busybox']) expect(isShell(program)).to.equal(true);
    for (const program of ['python', 'fish', '']) expect(isShell(program)).to.equal(false);
  });
});
