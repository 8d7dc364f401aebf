import { expect } from 'chai';
import { faultOf, lintText } from '../lint/rig.js';

/** Each is near the limit of a Dockerfile, 262,144 characters. */
const dockerfiles: readonly [string, string][] = [
  ['thousands of instructions', `FROM a\n${'RUN yum update\n'.repeat(17_000)}`],
  ['stages that stand on each other', Array.from({ length: 12_000 }, (_, i) => `FROM s${i} AS s${i + 1}`).join('\n')],
  ['here-documents in one line', `FROM a\nRUN ${'<<A '.repeat(65_000)}`],
  ['quoted here-documents', `FROM a\n${'RUN "a <<A b"\n'.repeat(18_000)}`],
  ['one continued line', `FROM a\nRUN a${'\\\n'.repeat(130_000)}`],
  ['comments in a continued line', `FROM a\nRUN a \\\n${'# b\n'.repeat(65_000)}`],
  [
    'arguments that double',
    `${Array.from({ length: 9_000 }, (_, i) => `ARG A${i + 1}=$A${i}$A${i}`).join('\n')}\nFROM $A9000`,
  ],
  ['blanks after an exception', `FROM a\n# imgcheck ignore=image-pinned ${' '.repeat(260_000)}x\nUSER a\n`],
  ['exceptions alone', `FROM a\n${'# imgcheck ignore=image-pinned x\n'.repeat(7_900)}USER a\n`],
];

describe('files made to keep a reader busy', () => {
  for (const [what, text] of dockerfiles) {
    it(`are read to their end: ${what}`, async () => {
      expect((await lintText('Dockerfile', text)).kind).to.equal('dockerfile');
    });
  }

  it('are refused past the length of a Dockerfile', async () => {
    expect(await faultOf('Dockerfile', `FROM a\n${'#'.repeat(300_000)}`)).to.equal(
      'Dockerfile:1:1: the Dockerfile exceeds 262144 characters',
    );
  });

  it('are refused with a line of 5 MiB', async () => {
    const line = 'x'.repeat(5 * 1024 * 1024);
    for (const [file, text] of [
      ['Dockerfile', `FROM a\nRUN ${line}`],
      ['a.yaml', `a: ${line}`],
      ['a.service', `[Service]\nExecStart=${line}`],
    ] as const) {
      expect(await faultOf(file, text)).to.equal(`${file}:1:1: the file exceeds 4194304 bytes`);
    }
  });

  for (const [what, file, text] of [
    ['YAML tokens', 'a.yaml', '- a\n'.repeat(1_000_000)],
    ['YAML directives', 'a.yaml', '%A\n'.repeat(500_000)],
    ['closing brackets', 'a.yaml', ']'.repeat(1_000_000)],
    ['keys', 'a.yaml', Array.from({ length: 190_000 }, (_, i) => `k${i}: v`).join('\n')],
    ['JSON brackets', 'a.json', '['.repeat(4_000_000)],
    ['words of no kind', 'x', 'ARG a\n'.repeat(600_000)],
  ] as const) {
    it(`are refused with a place: ${what}`, async () => {
      expect(await faultOf(file, text)).to.match(/^\S+:\d+:\d+: /);
    });
  }

  it('are read when a string or a unit has 4 MB', async () => {
    const profile = `{"defaultAction": "${'a'.repeat(4_000_000)}", "syscalls": []}`;
    expect((await lintText('a.json', profile)).kind).to.equal('seccomp-profile');
    const unit = `[Service]\n${'ExecStart=a \\\n'.repeat(280_000)}`;
    expect((await lintText('a.service', unit)).findings).to.deep.equal([]);
  });
});
