import { expect } from 'chai';
import type { LayerEntry } from '../../src/layer/analyzer.js';
import type { TarInput } from '../support/build-tar.js';
import { LayerEntries } from '../../src/layer/entries.js';
import { Wanted } from '../../src/layer/wanted.js';
import { noting, walked, type LayerContent } from './walked.js';

const file = (path: string, body = 'x'): TarInput => ({ path, body });
const hardlink = (path: string, linkname: string): TarInput => ({ path, type: 'hardlink', linkname });

async function anomaliesOf(content: LayerContent): Promise<string[]> {
  const { anomalies } = await walked(content, { analyzers: [] });
  return anomalies.map(({ kind, path, message }) => `${kind} ${path}: ${message}`);
}

describe('layer/entries', () => {
  it('keeps whiteouts and opaque directories by the path that they hide', async () => {
    const paths = ['.wh.a', 'b/.wh.c', 'b/.wh..wh..opq', '.wh..wh..opq', './d//.wh.e', 'f/.wh.g/'];
    const facts = await walked(paths.map((path) => ({ path })));
    expect(facts.whiteouts).to.deep.equal(['a', 'b/c', 'd/e', 'f/g']);
    expect(facts.opaques).to.deep.equal(['b', '']);
    expect(facts.entries).to.equal(6);
    expect(facts.paths.files).to.have.length(0);
  });

  it('notes whiteouts that name nothing, and takes a dotted name for what it is', async () => {
    expect(await anomaliesOf([file('.wh.'), file('.who'), file('a/.hidden')])).to.deep.equal([
      'odd-whiteout .wh.: a whiteout that names nothing',
    ]);
  });

  describe('names', () => {
    for (const [name, path, kinds] of [
      ['./a/b', 'a/b', []],
      ['a//b/./c', 'a/b/c', []],
      ['/a', 'a', ['absolute-name']],
      ['../a', 'a', ['escaping-name']],
      ['a/../../b', 'b', ['escaping-name']],
      ['a/../b', 'b', []],
      ['/../a', 'a', ['escaping-name', 'absolute-name']],
    ] as const) {
      it(`clamps ${name} at the root and ${kinds.length > 0 ? 'notes it' : 'finds nothing odd'}`, async () => {
        const analyzer = noting([path]);
        const facts = await walked([file(name, 'body')], { analyzers: [analyzer] });
        expect(facts.found).to.deep.equal({ noting: [{ path, text: 'body' }] });
        expect(facts.anomalies.map(({ kind }) => kind)).to.deep.equal(kinds);
      });
    }

    it('notes a hard link whose target steps out of the root', async () => {
      expect(await anomaliesOf([file('a'), hardlink('b', '../../a')])).to.deep.equal([
        'escaping-name b: its target ../../a steps out of the root',
      ]);
    });
  });

  describe('what replaces what', () => {
    const twice = (path: string): string => `duplicate-entry ${path}: the name comes more than once`;
    const within = (path: string): string => `duplicate-entry ${path}: something lies in it, yet it is no directory`;
    const cases: readonly (readonly [string, readonly TarInput[], readonly string[]])[] = [
      ['a file twice', [file('a'), file('./a')], [twice('a')]],
      ['a file, then a directory', [file('a'), { path: 'a/' }], [twice('a')]],
      ['a directory, then a link', [{ path: 'a/' }, { path: 'a', linkname: 'b' }], [twice('a')]],
      ['a directory twice, which is harmless', [{ path: 'a/' }, file('a/b'), { path: 'a/' }], []],
      ['a link with something in it', [{ path: 'v/a', linkname: 'b' }, file('v/a/b'), file('v/a/c')], [within('v/a')]],
      ['something in what becomes a link', [file('v/a/b'), { path: 'v/a', linkname: 'b' }], [within('v/a')]],
      ['a whiteout of an own entry, which it never touches', [file('a'), file('.wh.a')], []],
    ];
    for (const [title, content, anomalies] of cases) {
      it(`${anomalies.length > 0 ? 'notes' : 'takes'} ${title}`, async () => {
        expect(await anomaliesOf(content)).to.deep.equal(anomalies);
      });
    }

    for (const [title, content, text] of [
      ['the last of several', [file('a', '1'), file('a', '2')], '2'],
      ['nothing of a file that became a directory', [file('a', '1'), { path: 'a/' }], '(directory)'],
      ['the last of a directory', [{ path: 'a/' }, { path: 'a/' }], '(directory)'],
    ] as const) {
      it(`lets analyzers keep ${title}`, async () => {
        const facts = await walked(content, { analyzers: [noting(['a'])] });
        expect(facts.found).to.deep.equal({ noting: [{ path: 'a', text }] });
      });
    }
  });

  describe('hard links', () => {
    const cases: readonly (readonly [string, readonly TarInput[], Readonly<Record<string, string>>])[] = [
      ['to a name that comes before', [file('a'), hardlink('b', './a')], {}],
      ['to a name that is nowhere', [hardlink('b', '/a')], { b: 'a' }],
      ['to a name that comes after', [hardlink('b', 'a'), file('a')], { b: 'a' }],
      ['to a directory', [{ path: 'a/' }, hardlink('b', 'a')], { b: 'a' }],
      ['to itself', [hardlink('a', 'a')], { a: 'a' }],
      ['to a link out of the layer', [hardlink('b', 'a'), hardlink('c', 'b')], { b: 'a', c: 'a' }],
      ['that something takes the place of', [hardlink('b', 'a'), file('b')], {}],
      ['that another takes the place of', [hardlink('b', 'a'), hardlink('b', 'c')], { b: 'c' }],
      ['to what was a link out of the layer', [hardlink('b', 'a'), file('b'), hardlink('c', 'b')], {}],
    ];
    for (const [title, content, links] of cases) {
      it(`${Object.keys(links).length > 0 ? 'lists' : 'does not list'} one ${title}`, async () => {
        const facts = await walked(content);
        expect(Object.fromEntries(facts.links.map(({ path, target }) => [path, target]))).to.deep.equal(links);
      });
    }

    it('says of one to a symlink that it is, by way of another too, but not where the name came twice', async () => {
      const seen: Pick<LayerEntry, 'path' | 'linksToSymlink'>[] = [];
      const spy = noting([], {
        wants: ({ path, type, linksToSymlink }) => {
          if (type === 'hardlink') seen.push({ path, ...(linksToSymlink ? { linksToSymlink } : {}) });
          return 'no';
        },
      });
      const twice = [{ path: 't', linkname: 'x' }, file('t'), hardlink('d', 't')];
      const content = [
        { path: 's', linkname: 'x' },
        file('f'),
        hardlink('a', 's'),
        hardlink('b', 'a'),
        hardlink('c', 'f'),
      ];
      await walked([...content, ...twice], { analyzers: [spy] });
      expect(seen).to.deep.equal([
        { path: 'a', linksToSymlink: true },
        { path: 'b', linksToSymlink: true },
        { path: 'c' },
        { path: 'd' },
      ]);
    });
  });

  it('drops owner names that are longer than any', async () => {
    const seen: (string | undefined)[] = [];
    const spy = noting([], {
      wants: ({ user, group }) => {
        seen.push(user, group);
        return 'no';
      },
    });
    await walked([{ path: 'a', pax: { uname: 'u'.repeat(256), gname: 'g'.repeat(257) } }], { analyzers: [spy] });
    expect(seen).to.deep.equal(['u'.repeat(256), undefined]);
  });

  describe('limits', () => {
    const many = (count: number, one: (i: number) => TarInput): TarInput[] =>
      Array.from({ length: count }, (_, i) => one(i));
    const folders = `${'x'.repeat(240)}/`.repeat(16);
    const cases: readonly (readonly [string, number, (i: number) => string, string | undefined, string])[] = [
      ['whiteouts', 250_000, (i) => `.wh.${i}`, undefined, '250000 whiteouts'],
      ['hard links out of it', 100_000, (i) => `${i}`, 'x', '100000 hard links out of the layer'],
      [
        'characters of whiteouts',
        17_381,
        (i) => `${folders}.wh.${i + 10_000}`,
        undefined,
        '67108864 characters of whiteouts',
      ],
      [
        'characters of links',
        8690,
        (i) => `${folders}${i + 10_000}`,
        `${folders}a.out`,
        '67108864 characters of whiteouts',
      ],
      ['directories', 983, (i) => `${i}/${'a/'.repeat(2032)}x`, undefined, '2000000 directories'],
    ];
    for (const [title, count, name, linkname, message] of cases) {
      it(`refuses a layer with too many ${title}, and takes one with one fewer`, () => {
        const entries = new LayerEntries(new Wanted([]), new Map(), 'layer');
        const add = (i: number): boolean =>
          entries.entry({
            ...{ typeflag: '0', mode: 0, uid: 0, gid: 0, size: 0, storedSize: 0, mtime: 0, offset: 0 },
            name: name(i),
            ...(linkname === undefined ? { type: 'file' } : { type: 'hardlink', linkname }),
          });
        for (let i = 0; i < count; i++) add(i);
        expect(() => add(count))
          .to.throw(`more than ${message}`)
          .with.property('kind', 'hostile');
      });
    }

    it('lists fifty anomalies of each kind and counts the rest', async () => {
      const facts = await walked([...many(1000, (i) => file(`/${i}`)), ...many(60, (i) => file(`../${i + 1000}`))]);
      const of = (kind: string) => facts.anomalies.filter((one) => one.kind === kind);
      expect([of('absolute-name').length, of('escaping-name').length]).to.deep.equal([50, 50]);
      expect(facts.anomaliesDropped).to.equal(960);
    });
  });
});
