import { expect } from 'chai';
import { parseDockerfile, shippedStages } from '../../src/lint/dockerfile.js';
import { sourceOf } from './rig.js';

const keywords = async (text: string): Promise<string[]> =>
  (await parseDockerfile(sourceOf(text))).instructions.map(({ keyword }) => keyword);

describe('parseDockerfile', () => {
  it('keeps the stages apart, with their names and bases', async () => {
    const dockerfile = await parseDockerfile(
      sourceOf('ARG V=1\nFROM a:$V AS One\nRUN x\nFROM scratch\nFROM one as two\nUSER u\n'),
    );
    expect(dockerfile.stages.map(({ name, base, instructions }) => [name, base.is, instructions.length])).to.deep.equal(
      [
        ['one', 'image', 1],
        [undefined, 'scratch', 0],
        ['two', 'stage', 1],
      ],
    );
    expect(shippedStages(dockerfile).map(({ name }) => name)).to.deep.equal(['one', 'two']);
  });

  it('says where words stand, whatever ends a line', async () => {
    for (const end of ['\n', '\r\n']) {
      const source = sourceOf(['FROM a', 'RUN x \\', '  # y', '', '  z', 'USER  u', ''].join(end));
      const { instructions } = await parseDockerfile(source);
      const user = instructions.at(-1)?.words[0];
      expect(source.place(user?.offset ?? 0)).to.deep.equal({ line: 6, column: 7 });
      expect(instructions[1]?.commands[0]?.map(({ text }) => text)).to.deep.equal(['x', 'z']);
    }
  });

  it('reads the commands of a RUN behind its flags', async () => {
    const { instructions } = await parseDockerfile(
      sourceOf('FROM a\nRUN --mount=type=cache,target=/a --network=none b c\n'),
    );
    expect(instructions[1]?.flags.map(({ name, value }) => [name, value])).to.deep.equal([
      ['mount', 'type=cache,target=/a'],
      ['network', 'none'],
    ]);
    expect(instructions[1]?.commands.map((command) => command.map(({ text }) => text))).to.deep.equal([['b', 'c']]);
  });

  it('goes on behind here-documents, those in quotes and those of ONBUILD included', async () => {
    expect(await keywords('FROM a\nRUN <<A\nUSER no\nA\nUSER u\n')).to.deep.equal(['FROM', 'RUN', 'USER']);
    expect(await keywords('FROM a\nRUN <<A <<"B"\n1\nA\n2\nB\nUSER u\n')).to.deep.equal(['FROM', 'RUN', 'USER']);
    expect(await keywords('FROM a\nONBUILD COPY <<-A /a\n\tx\n\tA\nUSER u\n')).to.deep.equal(['FROM', 'COPY', 'USER']);
    expect(await keywords(`FROM a\n${'RUN b -c "cat <<A > c"\n'.repeat(40)}USER u\n`)).to.have.length(42);
    expect(await keywords('FROM a\nRUN echo $((1 << 2))\nUSER u\n')).to.deep.equal(['FROM', 'RUN', 'USER']);
  });

  it('takes neither a byte order mark nor a comment with = for an instruction', async () => {
    expect(await keywords('# a = b\n# imgcheck ignore=x y\nFROM a\n')).to.deep.equal(['FROM']);
  });
});
