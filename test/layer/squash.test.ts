import { mkdtempSync, rmSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { specialFiles } from '../../src/analyzers/special-files.js';
import { Squash } from '../../src/layer/squash.js';
import { buildImage, writeOciLayout } from '../support/build-image.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { debianTool } from '../support/debian.js';
import { randomStack } from './random-stack.js';
import { noting, stackOf, walked, type LayerContent } from './walked.js';

const su = (mode = 0o4755): TarInput => ({ path: 'usr/bin/su', mode, body: 'su' });
const link = (path: string, linkname: string, mode = 0): TarInput => ({ path, type: 'hardlink', linkname, mode });

const isSpecial = '( -type f -perm /6002 -o -type d -perm -2 ! -perm -1000 )'.split(' ');

/** What specialFiles says of every path, as `mode path layer[ hidden by layer how]`. */
function told(stack: Squash): string[] {
  return stack
    .all(specialFiles)
    .map(({ fact, layer, hidden }) =>
      [fact.mode.toString(8), fact.path, layer, ...(hidden ? [hidden.how, hidden.layer] : [])].join(' '),
    );
}

describe('layer/squash', () => {
  const cases: readonly (readonly [string, readonly (readonly TarInput[])[], readonly string[]])[] = [
    ['shows what nothing hides', [[su()], [{ path: 'usr/bin/other', body: '' }]], ['4755 usr/bin/su 0']],
    ['hides what a whiteout names', [[su()], [{ path: 'usr/bin/.wh.su' }]], ['4755 usr/bin/su 0 whiteout 1']],
    [
      'hides what lies in a directory that is whited out',
      [[su()], [{ path: '.wh.usr' }]],
      ['4755 usr/bin/su 0 whiteout 1'],
    ],
    [
      'keeps what only begins like a whiteout',
      [[su()], [{ path: 'usr/.wh.bi' }, { path: 'usr/bin/.wh.s' }]],
      ['4755 usr/bin/su 0'],
    ],
    [
      'tells of the lowest layer that hides it',
      [[su()], [], [{ path: '.wh.usr' }], [su(0o755)]],
      ['4755 usr/bin/su 0 whiteout 2'],
    ],
    [
      'hides lower siblings of an opaque mark that comes first',
      [
        [su()],
        [{ path: 'usr/bin/' }, { path: 'usr/bin/.wh..wh..opq' }, { path: 'usr/bin/mine', mode: 0o4711, body: '' }],
      ],
      ['4755 usr/bin/su 0 opaque 1', '4711 usr/bin/mine 1'],
    ],
    [
      'hides lower siblings of an opaque mark that comes last',
      [[su()], [{ path: 'usr/bin/mine', mode: 0o4711, body: '' }, { path: 'usr/bin/.wh..wh..opq' }]],
      ['4755 usr/bin/su 0 opaque 1', '4711 usr/bin/mine 1'],
    ],
    ['hides everything below an opaque root', [[su()], [{ path: '.wh..wh..opq' }]], ['4755 usr/bin/su 0 opaque 1']],
    [
      'keeps a directory that is opaque itself',
      [
        [
          { path: 'tmp/', mode: 0o777 },
          { path: 'tmp/x', mode: 0o666 },
        ],
        [{ path: 'tmp/.wh..wh..opq' }],
      ],
      ['777 tmp 0', '666 tmp/x 0 opaque 1'],
    ],
    [
      'never lets a whiteout touch its own layer',
      [[], [su(), { path: 'usr/bin/.wh.su' }, { path: '.wh.usr' }]],
      ['4755 usr/bin/su 1'],
    ],
    ['never lets a whiteout touch a layer above', [[{ path: 'usr/bin/.wh.su' }], [su()]], ['4755 usr/bin/su 1']],
    [
      'hides what is in a directory that became a file (trivy#2637)',
      [[su()], [{ path: 'usr/bin', body: '' }]],
      ['4755 usr/bin/su 0 parent-replaced 1'],
    ],
    [
      'hides what is in a directory that became a link',
      [[su()], [{ path: 'usr', linkname: 'opt' }]],
      ['4755 usr/bin/su 0 parent-replaced 1'],
    ],
    ['hides a file that became a directory', [[su()], [{ path: 'usr/bin/su/' }]], ['4755 usr/bin/su 0 replaced 1']],
    [
      'hides a file that became a directory without an entry',
      [[su()], [{ path: 'usr/bin/su/x' }]],
      ['4755 usr/bin/su 0 replaced 1'],
    ],
    [
      'keeps a directory in which something is added',
      [[{ path: 'tmp/', mode: 0o777 }], [{ path: 'tmp/x' }]],
      ['777 tmp 0'],
    ],
    ['hides a file of which a higher layer has a copy', [[su()], [su(0o755)]], ['4755 usr/bin/su 0 replaced 1']],
    ['shows the bit that a higher layer adds', [[su(0o755)], [su()]], ['4755 usr/bin/su 1']],
    [
      'takes the mode of a directory from the highest entry',
      [[{ path: 'tmp/', mode: 0o777 }], [{ path: 'tmp/', mode: 0o1777 }], [{ path: 'tmp/', mode: 0o775 }]],
      ['777 tmp 0 replaced 1'],
    ],
    [
      'shows a file that is deleted and made again',
      [[su()], [{ path: 'usr/bin/.wh.su' }], [su(0o6755)]],
      ['4755 usr/bin/su 0 whiteout 1', '6755 usr/bin/su 2'],
    ],
    [
      'shows a hard link to a file below as what it is',
      [[su()], [link('bin/su', 'usr/bin/su')]],
      ['4755 usr/bin/su 0', '4755 bin/su 1'],
    ],
    [
      'says once what both headers of a hard link say',
      [[su()], [link('bin/su', 'usr/bin/su', 0o2755)]],
      ['4755 usr/bin/su 0', '6755 bin/su 1'],
    ],
    [
      'keeps a hard link whose target is deleted later',
      [[su()], [link('bin/su', 'usr/bin/su')], [{ path: '.wh.usr' }]],
      ['4755 usr/bin/su 0 whiteout 2', '4755 bin/su 1'],
    ],
    [
      'makes nothing of a hard link to what was deleted',
      [[su()], [{ path: '.wh.usr' }], [link('bin/su', 'usr/bin/su')]],
      ['4755 usr/bin/su 0 whiteout 1'],
    ],
    [
      'takes what the target is at that height',
      [[su()], [su(0o2755)], [link('b', 'usr/bin/su')], [su(0o755)]],
      ['4755 usr/bin/su 0 replaced 1', '2755 usr/bin/su 1 replaced 3', '2755 b 2'],
    ],
    [
      'follows a hard link to a hard link below',
      [[su()], [link('a', 'usr/bin/su')], [link('b', 'a')]],
      ['4755 usr/bin/su 0', '4755 a 1', '4755 b 2'],
    ],
    [
      'follows a hard link to one out of the same layer',
      [[su()], [link('a', 'usr/bin/su'), link('b', 'a')]],
      ['4755 usr/bin/su 0', '4755 a 1', '4755 b 1'],
    ],
    [
      'hides a hard link as any file',
      [[su()], [link('a', 'usr/bin/su')], [{ path: '.wh.a' }]],
      ['4755 usr/bin/su 0', '4755 a 1 whiteout 2'],
    ],
    ['knows hard links within a layer', [[su(), link('a', 'usr/bin/su')]], ['4755 usr/bin/su 0', '4755 a 0']],
  ];
  for (const [title, layers, expected] of cases) {
    it(title, async () => {
      expect(told(await stackOf(...layers))).to.deep.equal(expected);
    });
  }

  it('takes the same layer twice for two layers', async () => {
    const [one, cleaning] = [await walked([su()]), await walked([{ path: '.wh.usr' }])];
    expect(told(new Squash([one, cleaning, one]))).to.deep.equal(['4755 usr/bin/su 0 whiteout 1', '4755 usr/bin/su 2']);
    expect(told(new Squash([one, one]))).to.deep.equal(['4755 usr/bin/su 0 replaced 1', '4755 usr/bin/su 1']);
  });

  it('shows the image as it was at each step', async () => {
    const stack = await stackOf([su()], [{ path: '.wh.usr' }], [su(0o6755)]);
    const visible = [0, 1, 2, 3, 4].map((height) =>
      stack
        .below(height)
        .visible(specialFiles)
        .map(({ fact }) => fact.mode.toString(8)),
    );
    expect(visible).to.deep.equal([[], ['4755'], [], ['6755'], ['6755']]);
  });

  it('puts the facts of the target alone in the place of those of a link, where an analyzer says nothing of it', async () => {
    const analyzer = noting(['a', 'b']);
    const layers = [[{ path: 'a', body: 'content' }], [link('b', 'a')]];
    const facts = await Promise.all(layers.map((layer) => walked(layer, { analyzers: [analyzer] })));
    expect(new Squash(facts).all(analyzer).map(({ fact, layer }) => [fact.text, fact.path, layer])).to.deep.equal([
      ['content', 'a', 0],
      ['content', 'b', 1],
    ]);
  });

  it('finds the lowest layer with an entry at a path', async () => {
    const stack = await stackOf([{ path: 'a/' }], [{ path: 'b' }], [{ path: 'a/x' }, { path: 'b' }], []);
    const found = ['a', 'b', 'a/x', 'c'].map((path) => stack.firstBelow(path, 3));
    expect([...found, stack.firstBelow('b', 1)]).to.deep.equal([0, 1, 2, undefined, undefined]);
  });

  it('says whether a path is there at a height', async () => {
    const stack = await stackOf([{ path: 'a/x' }], [{ path: '.wh.a' }], [{ path: 'a/y' }]);
    const shown = [0, 1, 2, 3].map((height) => ['a/x', 'a/y'].map((path) => stack.shows(path, height)));
    expect(shown).to.deep.equal([
      [false, false],
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  const shown: readonly (readonly [string, readonly LayerContent[], string, unknown])[] = [
    ['the highest entry', [[{ path: 'a' }], [{ path: 'a' }]], 'a', { kind: 'entry', layer: 1 }],
    ['nothing where there never was any', [[{ path: 'b' }], [{ path: '.wh.a' }]], 'a', { kind: 'nothing' }],
    [
      'who took it away',
      [[{ path: 'a' }], [{ path: '.wh.a' }]],
      'a',
      { kind: 'nothing', hidden: { layer: 1, how: 'whiteout' } },
    ],
    [
      'the first who did',
      [[{ path: 'd/a' }], [{ path: '.wh.d' }], [{ path: 'd/.wh.a' }]],
      'd/a',
      { kind: 'nothing', hidden: { layer: 1, how: 'whiteout' } },
    ],
    [
      'who emptied its directory',
      [[{ path: 'd/a' }], [{ path: 'd/.wh..wh..opq' }]],
      'd/a',
      { kind: 'nothing', hidden: { layer: 1, how: 'opaque' } },
    ],
    [
      'who put a file in the place of its directory',
      [[{ path: 'd/a' }], [{ path: 'd' }]],
      'd/a',
      { kind: 'nothing', hidden: { layer: 1, how: 'parent-replaced' } },
    ],
    ['a directory without an entry', [[{ path: 'd/a' }]], 'd', { kind: 'implied', layer: 0 }],
    [
      'the entry of a directory below one without',
      [[{ path: 'd/' }], [{ path: 'd/a' }]],
      'd',
      { kind: 'entry', layer: 0 },
    ],
    [
      'one that came anew without an entry',
      [[{ path: 'd/' }], [{ path: '.wh.d' }], [{ path: 'd/a' }]],
      'd',
      { kind: 'implied', layer: 2 },
    ],
    [
      'who took away one that had no entry',
      [[{ path: 'd/a' }], [{ path: '.wh.d' }]],
      'd',
      { kind: 'nothing', hidden: { layer: 1, how: 'whiteout' } },
    ],
  ];
  for (const [title, layers, path, expected] of shown) {
    it(`shows at a path ${title}`, async () => {
      expect((await stackOf(...layers)).at(path)).to.deep.equal(expected);
    });
  }

  it('shows what was there at a height, and knows the highest layer with something in a directory', async () => {
    const stack = await stackOf([{ path: 'd/a' }], [{ path: '.wh.d' }], [{ path: 'd/b' }], [{ path: 'c' }]);
    expect([1, 2, 3].map((height) => stack.at('d/a', height).kind)).to.deep.equal(['entry', 'nothing', 'nothing']);
    expect(['d', 'e'].map((path) => stack.highestWithin(path))).to.deep.equal([2, undefined]);
  });

  describe('sixty stacks at random, unpacked by umoci', () => {
    const run = promisify(execFile);
    const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
    let directory: string;
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'imgcheck-squash-'));
    });
    after(() => rmSync(directory, { recursive: true, force: true }));

    it('has in them every kind of entry, many times', () => {
      const entries = seeds.flatMap((seed) => randomStack(seed).flat());
      const count = (form: (entry: TarInput) => boolean): number => entries.filter(form).length;
      expect(count(({ path }) => String(path).includes('.wh..wh..opq'))).to.be.greaterThan(50);
      expect(count(({ path }) => /\.wh\.[a-d]$/.test(String(path)))).to.be.greaterThan(50);
      expect(count(({ type }) => type === 'hardlink')).to.be.greaterThan(50);
      expect(count(({ type, linkname }) => type === undefined && linkname !== undefined)).to.be.greaterThan(50);
    });

    it('show the special files that find lists', async function () {
      this.timeout(300_000);
      const umoci = await debianTool(this, 'umoci');
      const layout = join(directory, 'layout');
      const stacks = seeds.map((seed) => randomStack(seed).map((entries) => buildTar(entries)));
      writeOciLayout(layout, Object.fromEntries(stacks.map((layers, i) => [`s${i}`, buildImage({ layers })])));
      let special = 0;
      for (const [i, layers] of stacks.entries()) {
        const bundle = join(directory, `bundle-${i}`);
        await umoci.run(['unpack', '--rootless', '--image', `${layout}:s${i}`, bundle]);
        const { stdout } = await run('find', ['.', '-mindepth', '1', ...isSpecial, '-printf', '%m %P\\n'], {
          cwd: join(bundle, 'rootfs'),
        });
        const expected = stdout.split('\n').filter(Boolean).sort();
        const visible = (await stackOf(...layers)).visible(specialFiles);
        const ours = visible.map(({ fact }) => `${fact.mode.toString(8)} ${fact.path}`).sort();
        expect(ours, `stack ${seeds[i] ?? 0}`).to.deep.equal(expected);
        special += ours.length;
        rmSync(bundle, { recursive: true });
      }
      expect(special).to.be.greaterThan(300);
    });
  });
});
