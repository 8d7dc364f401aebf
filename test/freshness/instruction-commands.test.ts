import { expect } from 'chai';
import { instructionCommands } from '../../src/freshness/instruction-commands.js';

describe('instructionCommands', () => {
  const cases: readonly [it: string, instruction: string, commands: readonly string[]][] = [
    ['classic Docker', '/bin/sh -c yum -y update && yum clean all', ['yum -y update', 'yum clean all']],
    ['BuildKit', 'RUN /bin/sh -c dnf -y update # buildkit', ['dnf -y update']],
    ['kaniko', 'RUN dnf -y update;   dnf clean all', ['dnf -y update', 'dnf clean all']],
    ['one build argument', '|1 A=b /bin/sh -c dnf update', ['dnf update']],
    ['build arguments of several words', 'RUN |2 A=some words B=x /bin/sh -c dnf update # buildkit', ['dnf update']],
    ['build arguments before no shell', '|1 A=b dnf update', ['A=b dnf update']],
    ['another shell with options', '/bin/bash -o pipefail -c dnf update | tee /log', ['dnf update', 'tee /log']],
    ['options in one word', 'RUN /bin/bash -euxo pipefail -c dnf update # buildkit', ['dnf update']],
    ['flags in one word with -c', '/bin/bash -ec dnf update', ['dnf update']],
    [
      'flags of RUN, as buildah keeps them',
      '/bin/sh -c --mount=type=cache,target=/var/cache dnf update',
      ['dnf update'],
    ],
    [
      'flags of RUN, as kaniko keeps them',
      'RUN --mount=type=cache,target=/x --network=none dnf update',
      ['dnf update'],
    ],
    [
      'a here-document in place',
      'RUN /bin/sh -c set -e\ndnf update\ndnf clean all\n # buildkit',
      ['set -e', 'dnf update', 'dnf clean all'],
    ],
    ['a here-document as it is written', 'RUN <<EOF\ndnf update\nEOF\n', ['dnf update']],
    ['a here-document without its end', '/bin/sh -c <<-"END"\n\tdnf update', ['dnf update']],
    ['a here-document for a shell', 'RUN bash <<EOF\ndnf update\nEOF', ['dnf update']],
    ['the exec form', 'RUN ["dnf", "-y", "update"]', ['dnf -y update']],
    [
      'a shell in the exec form',
      'RUN ["sh", "-c", "true && dnf update"]',
      ['sh -c true && dnf update', 'true', 'dnf update'],
    ],
    ['what only looks like the exec form', 'RUN [ -e /x ] && dnf update', ['[ -e /x ]', 'dnf update']],
    ['a shell in a shell', '/bin/sh -c bash -c "dnf update; true"', ['bash -c dnf update; true', 'dnf update', 'true']],
    ['lines joined by a backslash', '/bin/sh -c dnf \\\n -y update', ['dnf -y update']],
    ['nothing', '', []],
    ['a step that ran nothing (Docker)', '/bin/sh -c #(nop) COPY file:1 in / && dnf update', []],
    ['a step that ran nothing (BuildKit)', 'COPY dnf update /x # buildkit', []],
    ['a command of the image', 'CMD ["dnf" "update"]', []],
    [
      'a line without an end to its quotes',
      `/bin/sh -c echo "dnf update ${'`$('.repeat(3)}`,
      ['echo dnf update `$(`$(`$('],
    ],
  ];
  for (const [title, instruction, expected] of cases) {
    it(`reads ${title}`, () => {
      const found = instructionCommands(instruction).map((command) => command.map(({ text }) => text).join(' '));
      expect(found).to.deep.equal(expected);
    });
  }

  it('follows no more than a few shells in shells', () => {
    let script = 'dnf update';
    for (let i = 0; i < 8; i++) script = `sh -c ${JSON.stringify(script)}`;
    expect(instructionCommands(`/bin/sh -c ${script}`)).to.have.length(5);
  });

  for (const piece of ['/', '|1 ', ' -o x', '<<E\n', '$(', '`', '"', "'", '\\', '#', '--a ', 'a=b ', 'sh -c "']) {
    it(`comes to an end with a line of a million characters of ${JSON.stringify(piece)}`, () => {
      const many = piece.repeat(1_000_000 / piece.length);
      for (const before of ['', 'RUN ', '|1 ', '/bin/sh -c ', '/bin/sh']) {
        expect(instructionCommands(before + many)).to.be.an('array');
      }
    });
  }
});
