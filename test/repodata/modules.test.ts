import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { ModulesReader, type ModuleBuild } from '../../src/repodata/modules.js';
import { formatNevra } from '../../src/repodata/nevra.js';
import { needShared } from '../support/shared.js';

async function read(
  document: string | Uint8Array,
  size = 1 << 20,
): Promise<{ all: ModuleBuild[]; incomplete: number }> {
  const all: ModuleBuild[] = [];
  const reader = new ModulesReader((one) => all.push(one));
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  reader.end();
  return { all, incomplete: reader.incomplete };
}

async function streams(document: string, size?: number): Promise<string> {
  const { all, incomplete } = await read(document, size);
  const lines = all.map(({ name, stream, artifacts }) => `${name}:${stream} ${artifacts.map(formatNevra).join(' ')}`);
  return [...lines, ...(incomplete > 0 ? [`incomplete ${incomplete}`] : [])].join('; ').trim();
}

function modulemd(data: string): string {
  return `---\ndocument: modulemd\nversion: 2\ndata:\n${data}\n...\n`;
}

const rpms = (...list: readonly string[]): string =>
  `  artifacts:\n    rpms:\n${list.map((one) => `    - ${one}`).join('\n')}`;

describe('ModulesReader', () => {
  const cases: readonly [title: string, document: string, expected: string][] = [
    [
      'reads several documents and leaves out those of other kinds',
      modulemd(`  name: a\n  stream: 1\n${rpms('x-0:1-1.noarch')}`) +
        '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: a\n  stream: 1\n...\n' +
        modulemd(`  name: b\n  stream: master\n${rpms('y-1:2-3.x86_64', 'z-0:1-1.x86_64')}`),
      'a:1 x-0:1-1.noarch; b:master y-1:2-3.x86_64 z-0:1-1.x86_64',
    ],
    [
      'keeps a stream text that looks like a number',
      modulemd('  name: a\n  stream: 3.0') +
        modulemd('  name: a\n  stream: 0x10') +
        modulemd('  name: a\n  stream: yes'),
      'a:3.0 ; a:0x10 ; a:yes',
    ],
    ['reads quoted scalars', modulemd(`  name: "a"\n  stream: '10'`), 'a:10'],
    ['takes a document without mark or directive', 'document: modulemd\ndata:\n  name: a\n  stream: s\n', 'a:s'],
    ['takes a directive', '%YAML 1.2\n---\ndocument: modulemd\ndata:\n  name: a\n  stream: s\n', 'a:s'],
    [
      'takes lists that are not indented',
      modulemd(
        '  name: a\n  dependencies:\n  - name: no\n    stream: no\n  stream: s\n  artifacts:\n    rpms:\n    - x-0:1-1.noarch',
      ),
      'a:s x-0:1-1.noarch',
    ],
    [
      'is not misled by texts that look like keys',
      modulemd('  description: |\n    x\n     name: no\n  name: a\n  summary: >-\n\n    stream: no\n  stream: s'),
      'a:s',
    ],
    [
      'takes a quote that closes at the margin',
      modulemd(
        `  name: a\n  stream: s\n  components:\n    rpms:\n      d:\n        rationale: 'two\n\n          lines.\n\n'\n${rpms('x-0:1-1.noarch')}`,
      ),
      'a:s x-0:1-1.noarch',
    ],
    ['counts a module without a stream', modulemd('  name: a'), 'incomplete 1'],
    [
      'counts artifacts that name no package',
      modulemd(`  name: a\n  stream: s\n${rpms('nonsense', 'x-0:1-1.noarch')}`),
      'a:s x-0:1-1.noarch; incomplete 1',
    ],
    [
      'counts a document of a layout that no tool writes',
      `--- {document: modulemd, data: {name: a}}\n${modulemd('  name: a\n  stream: s')}`,
      'a:s ; incomplete 1',
    ],
    ['finds nothing in nothing', '', ''],
  ];
  for (const [title, document, expected] of cases) {
    it(title, async () => {
      expect(await streams(document)).to.equal(expected);
      expect(await streams(document, 1)).to.equal(expected);
    });
  }

  const refused: readonly [title: string, document: string | Uint8Array, message: RegExp][] = [
    ['a document of 5 MiB', `---\ndocument: modulemd\n${'# x\n'.repeat(1_400_000)}`, /a document exceeds 4194304/],
    ['a line of 5 MiB', `---\ndocument: ${'x'.repeat(5 << 20)}`, /a document exceeds 4194304/],
    ['what is not UTF-8', Buffer.from('document: \xff', 'latin1'), /not UTF-8/],
  ];
  for (const [title, document, message] of refused) {
    it(`refuses ${title}`, async () => {
      const error: unknown = await read(document).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(ImgcheckError).with.property('kind', 'hostile');
      expect(error).to.have.property('message').that.matches(message);
    });
  }

  it('reads the 64 real modules of Fedora 30 with all their builds', async function () {
    const folder = 'data/repodata/createrepo_c/repo_with_additional_metadata/repodata';
    const path = needShared(
      this,
      folder,
      '4fbad65c641f4f8fb3cec9b1672fcec2357443e1ea6e93541a0bb559c7dc9238-modules.yaml.gz',
    );
    const bytes = gunzipSync(readFileSync(path));
    const { all, incomplete } = await read(bytes, 10_007);
    expect(all.length).to.equal(64);
    expect(incomplete).to.equal(0);
    // The only lines of this file of the form of an artifact are artifacts.
    const lines = [...bytes.toString().matchAll(/^ {4}- (\S+-\d+:\S+-\S+\.\w+)$/gm)].map(([, line]) => line);
    expect(all.flatMap(({ artifacts }) => artifacts.map(formatNevra))).to.deep.equal(lines);
    const names = all.map(({ name, stream }) => `${name}:${stream}`);
    expect(names).to.include.members(['swig:3.0', 'testmodule:master', 'nodejs:10', 'postgresql:9.6']);
    expect(new Set(names).size).to.equal(63);
  });
});
