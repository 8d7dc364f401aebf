import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { fileTable } from '../../src/analyzers/file-table.js';
import { ImageFiles, type ShownFile } from '../../src/examination/image-files.js';
import { Squash } from '../../src/layer/squash.js';
import { buildImage, writeOciLayout } from '../support/build-image.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { debianTool } from '../support/debian.js';
import { randomStack } from '../layer/random-stack.js';
import { walked } from '../layer/walked.js';

async function filesOf(...layers: readonly (readonly TarInput[])[]): Promise<ImageFiles> {
  const facts = await Promise.all(layers.map((layer) => walked(layer, { analyzers: [fileTable] })));
  return new ImageFiles(new Squash(facts));
}

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** `layer type size`, with the target of a link or the digest of a file. */
function told(shown: ShownFile): string {
  if (shown.kind !== 'entry') return shown.kind;
  const { type, size, digests, extra } = shown.entry;
  const what = digests ? Buffer.from(digests.sha256).toString('hex').slice(0, 8) : (extra?.linkname ?? '');
  return `${shown.layer} ${type} ${size} ${what}`.trim();
}

const fileAt = (layer: number, body: string): string => `${layer} 8 ${body.length} ${sha256(body).slice(0, 8)}`;

describe('examination/image-files', () => {
  const cases: readonly (readonly [string, readonly (readonly TarInput[])[], string, string])[] = [
    [
      'the file of the highest layer',
      [[{ path: 'a', body: 'old' }], [{ path: 'a', body: 'new!' }]],
      'a',
      fileAt(1, 'new!'),
    ],
    ['nothing where it was taken away', [[{ path: 'a', body: 'x' }], [{ path: '.wh.a' }]], 'a', 'nothing'],
    ['a directory without an entry', [[{ path: 'd/a', body: 'x' }]], 'd', 'implied'],
    [
      'the target of a hard link in its layer',
      [
        [
          { path: 'a', body: 'abc' },
          { path: 'h', type: 'hardlink', linkname: 'a' },
        ],
      ],
      'h',
      fileAt(0, 'abc'),
    ],
    [
      'the target of a hard link in a lower layer, as it was then',
      [[{ path: 'a', body: 'abc' }], [{ path: 'h', type: 'hardlink', linkname: 'a' }], [{ path: 'a', body: 'later' }]],
      'h',
      fileAt(1, 'abc'),
    ],
    [
      'the target of a hard link to a hard link',
      [
        [{ path: 'a', body: 'abc' }],
        [{ path: 'h', type: 'hardlink', linkname: 'a' }],
        [{ path: 'i', type: 'hardlink', linkname: 'h' }],
      ],
      'i',
      fileAt(2, 'abc'),
    ],
    [
      'no more than that there is something where a hard link leads nowhere',
      [[{ path: 'h', type: 'hardlink', linkname: 'x' }]],
      'h',
      'untold',
    ],
    [
      'no more than that there is something where hard links go round',
      [
        [
          { path: 'h', type: 'hardlink', linkname: 'i' },
          { path: 'i', type: 'hardlink', linkname: 'h' },
        ],
      ],
      'h',
      'untold',
    ],
    [
      'what a layer put through a link of a lower one',
      [
        [
          { path: 'usr/bin/a', body: 'old' },
          { path: 'bin', linkname: 'usr/bin' },
        ],
        [{ path: 'bin/a', body: 'put through' }],
      ],
      'usr/bin/a',
      fileAt(1, 'put through'),
    ],
    [
      'what a still higher layer put there without it',
      [
        [
          { path: 'usr/bin/a', body: 'old' },
          { path: 'bin', linkname: 'usr/bin' },
        ],
        [{ path: 'bin/a', body: 'put through' }],
        [{ path: 'usr/bin/a', body: 'last' }],
      ],
      'usr/bin/a',
      fileAt(2, 'last'),
    ],
    [
      'nothing where a layer took it away through a link',
      [
        [
          { path: 'usr/bin/a', body: 'old' },
          { path: 'bin', linkname: 'usr/bin' },
        ],
        [{ path: 'bin/.wh.a' }],
      ],
      'usr/bin/a',
      'nothing',
    ],
  ];
  for (const [title, layers, path, expected] of cases) {
    it(`shows ${title}`, async () => {
      expect(told((await filesOf(...layers)).at(path))).to.equal(expected);
    });
  }

  it('follows the links that the image shows, and no others', async () => {
    const files = await filesOf(
      [
        { path: 'gone', linkname: 'x' },
        { path: 'bin', linkname: 'usr/sbin' },
        { path: 'twice', linkname: 'x' },
        { path: 'twice', body: '' },
      ],
      [{ path: '.wh.gone' }, { path: 'bin', linkname: 'usr/bin' }],
    );
    expect(['gone/a', 'bin/a', 'twice/a'].map((path) => files.paths.resolve(path))).to.deep.equal([
      'gone/a',
      'usr/bin/a',
      'twice/a',
    ]);
  });

  it('counts what the tables have no room for', async () => {
    const [facts] = await Promise.all([walked([{ path: 'a' }], { analyzers: [fileTable] })]);
    const found = { [fileTable.name]: facts.found[fileTable.name]?.map((one) => ({ ...one, unlisted: 7 })) ?? [] };
    expect(new ImageFiles(new Squash([{ ...facts, found }])).unlisted).to.equal(7);
  });

  describe('forty stacks at random, unpacked by umoci', () => {
    const seeds = Array.from({ length: 40 }, (_, i) => i + 101);
    let directory: string;
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'imgcheck-files-'));
    });
    after(() => rmSync(directory, { recursive: true, force: true }));

    /** Each file with a body of its own. */
    function stackOf(seed: number): readonly (readonly TarInput[])[] {
      return randomStack(seed).map((layer, i) =>
        layer.map((entry) => (entry.body === undefined ? entry : { ...entry, body: `${i} ${String(entry.path)}` })),
      );
    }

    it('are shown as they are unpacked: every type, mode, size, content and target', async function () {
      this.timeout(300_000);
      const umoci = await debianTool(this, 'umoci');
      const layout = join(directory, 'layout');
      const stacks = seeds.map(stackOf);
      writeOciLayout(
        layout,
        Object.fromEntries(
          stacks.map((layers, i) => [`s${i}`, buildImage({ layers: layers.map((one) => buildTar(one)) })]),
        ),
      );
      let compared = 0;
      for (const [i, layers] of stacks.entries()) {
        const bundle = join(directory, `bundle-${i}`);
        await umoci.run(['unpack', '--rootless', '--image', `${layout}:s${i}`, bundle]);
        const root = join(bundle, 'rootfs');
        const { stdout } = await promisify(execFile)('find', ['.', '-mindepth', '1', '-printf', '%P\t%y\t%m\t%l\n'], {
          cwd: root,
        });
        const unpacked = new Map(
          stdout
            .split('\n')
            .filter(Boolean)
            .map((line) => [line.split('\t')[0] ?? '', line.split('\t').slice(1)]),
        );
        const files = await filesOf(...layers);
        const names = new Set(layers.flat().map(({ path }) => String(path).replace(/\/$/, '')));
        for (const path of [...names, ...unpacked.keys()]) {
          if (path.includes('.wh.')) continue;
          const [type, mode, target] = unpacked.get(path) ?? ['nothing'];
          const shown = files.at(path);
          if (shown.kind === 'implied') expect(type, path).to.equal('d');
          else if (shown.kind === 'entry') {
            const { entry } = shown;
            const digest = entry.digests && Buffer.from(entry.digests.sha256).toString('hex');
            const kind = { 4: 'd', 8: 'f', 10: 'l' }[entry.type];
            const content = type === 'f' ? sha256(readFileSync(join(root, path))) : undefined;
            expect(
              [kind, entry.mode.toString(8), entry.type === 10 ? entry.extra?.linkname : '', digest],
              `${seeds[i]} ${path}`,
            ).to.deep.equal([type, mode, target, content]);
          } else expect(shown.kind, `${seeds[i]} ${path}`).to.equal(type);
          compared++;
        }
        rmSync(bundle, { recursive: true });
      }
      expect(compared).to.be.greaterThan(1000);
    });
  });
});
