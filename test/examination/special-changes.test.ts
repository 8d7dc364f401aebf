import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { contentOf } from '../../src/examination/content.js';
import type { Content } from '../../src/examination/examination.js';
import { specialChanges, type SpecialChanges } from '../../src/examination/special-changes.js';
import { walkedRootfs } from '../analyzers/rootfs.js';
import { walked, type LayerContent } from '../layer/walked.js';
import { needShared } from '../support/shared.js';
import type { TarInput } from '../support/build-tar.js';

async function contentFrom(...layers: readonly LayerContent[]): Promise<Content> {
  return contentOf(await Promise.all(layers.map((layer) => walked(layer))), undefined);
}

/** `+ /path`, `- /path`, `~ /path mode owner`; with `(plain)` where the other has the path without such rights. */
function words({ added, removed, changed }: SpecialChanges): string[] {
  return [
    ...added.map((one) => `+ /${one.entry.file.path}${one.plainInOther ? ' (plain)' : ''}`),
    ...removed.map((one) => `- /${one.entry.file.path}${one.plainInOther ? ' (plain)' : ''}`),
    ...changed.map((one) => `~ /${one.from.file.path} ${one.changed.join(' ')}`),
  ];
}

/** vfs_cap_data of the second revision; `permitted` is its lowest word. */
function capability(permitted: number, version = 2): { xattrs: { 'security.capability': Uint8Array } } {
  const bytes = new Uint8Array(20);
  new DataView(bytes.buffer).setUint32(0, (version << 24) | 1, true);
  new DataView(bytes.buffer).setUint32(4, permitted, true);
  return { xattrs: { 'security.capability': bytes } };
}

describe('specialChanges', () => {
  const setuid: TarInput = { path: 'bin/a', mode: 0o4755 };
  const device: TarInput = { path: 'dev/x', type: 'character-device', dev: [1, 3] };
  const cases: readonly (readonly [
    what: string,
    from: readonly LayerContent[],
    to: readonly LayerContent[],
    string[],
  ])[] = [
    ['nothing where nothing is special', [[{ path: 'a' }]], [[{ path: 'b' }]], []],
    ['nothing of the same file in another layer', [[setuid]], [[], [setuid]], []],
    ['a file that is new', [[]], [[setuid]], ['+ /bin/a']],
    ['a file that was there without the bit', [[{ path: 'bin/a', mode: 0o755 }]], [[setuid]], ['+ /bin/a (plain)']],
    ['a file that a layer took away', [[setuid]], [[setuid], [{ path: 'bin/.wh.a' }]], ['- /bin/a']],
    ['a file that lost the bit', [[setuid]], [[setuid], [{ path: 'bin/a', mode: 0o755 }]], ['- /bin/a (plain)']],
    ['another mode', [[setuid]], [[{ ...setuid, mode: 0o4711 }]], ['~ /bin/a mode']],
    ['one bit more', [[setuid]], [[{ ...setuid, mode: 0o6755 }]], ['~ /bin/a kinds mode']],
    ['another owner', [[setuid]], [[{ ...setuid, uid: 7 }]], ['~ /bin/a owner']],
    ['nothing of owners that are only named otherwise', [[{ ...setuid, user: 'root' }]], [[setuid]], []],
    [
      'other capabilities',
      [[{ path: 'ping', mode: 0o755, ...capability(1 << 13) }]],
      [[{ path: 'ping', mode: 0o755, ...capability(1 << 12) }]],
      ['~ /ping capabilities'],
    ],
    [
      'other bytes of what the kernel would refuse',
      [[{ path: 'ping', mode: 0o755, ...capability(1, 9) }]],
      [[{ path: 'ping', mode: 0o755, ...capability(2, 9) }]],
      ['~ /ping capabilities'],
    ],
    ['another device of the same name', [[device]], [[{ ...device, dev: [1, 5] }]], ['~ /dev/x device']],
    [
      'a directory that anybody may write, by its mode',
      [[{ path: 'd', type: 'directory', mode: 0o777 }]],
      [[{ path: 'd', type: 'directory', mode: 0o1777 }]],
      ['- /d (plain)'],
    ],
    [
      'nothing of names that change places in the tar',
      [[setuid, { path: 'bin/b', type: 'hardlink', linkname: 'bin/a', mode: 0o4755 }]],
      [
        [
          { path: 'bin/b', mode: 0o4755 },
          { path: 'bin/a', type: 'hardlink', linkname: 'bin/b', mode: 0o4755 },
        ],
      ],
      [],
    ],
  ];
  for (const [what, from, to, expected] of cases) {
    it(`tells ${what}`, async () => {
      expect(words(specialChanges(await contentFrom(...from), await contentFrom(...to)))).to.deep.equal(expected);
    });
  }

  it('finds between two Debian releases what GNU tar lists of one and not of the other, both ways', async function () {
    this.timeout(120_000);
    const lists = ['debian-bullseye-minbase-amd64', 'debian-bookworm-minbase-amd64'] as const;
    const rows = lists.map((name) => {
      const modes = readFileSync(needShared(this, 'data/rootfs', `${name}.modes.tsv`), 'utf8')
        .trimEnd()
        .split('\n');
      const caps = readFileSync(needShared(this, 'data/rootfs', `${name}.caps.tsv`), 'utf8')
        .trimEnd()
        .split('\n');
      const byPath = new Map<string, string>();
      for (const line of modes) {
        const [, mode = '', owner = '', , path = ''] = line.split('\t');
        byPath.set(path, `${mode} ${owner}`);
      }
      for (const path of caps) byPath.set(path, `${byPath.get(path) ?? ''} capable`);
      return byPath;
    });
    const [before = new Map<string, string>(), after = new Map<string, string>()] = rows;
    const expected = [
      ...[...after.keys()].filter((path) => !before.has(path)).map((path) => `+ ${path}`),
      ...[...before.keys()].filter((path) => !after.has(path)).map((path) => `- ${path}`),
      ...[...before].filter(([path, row]) => after.has(path) && after.get(path) !== row).map(([path]) => `~ ${path}`),
    ];
    const [a, b] = await Promise.all(lists.map(async (name) => contentOf([await walkedRootfs(name)], undefined)));
    if (!a || !b) throw new Error('two were read');
    const found = specialChanges(a, b);
    const said = words(found).map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(said.sort()).to.deep.equal(expected.sort());
    const common = [...before.keys()].filter((path) => after.has(path)).length;
    // The lists leave devices out; both releases have the same ones.
    const devices = a.special.filter((one) => one.file.kinds.includes('device')).length;
    expect(found.equal + found.changed.length).to.equal(common + devices);
  });

  it('finds against an empty image all that GNU tar lists of a Debian release', async function () {
    this.timeout(120_000);
    const modes = readFileSync(needShared(this, 'data/rootfs', 'debian-bookworm-minbase-amd64.modes.tsv'), 'utf8');
    const caps = readFileSync(needShared(this, 'data/rootfs', 'debian-bookworm-minbase-amd64.caps.tsv'), 'utf8');
    const paths = [
      ...modes
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[4]),
      ...caps.trimEnd().split('\n'),
    ];
    const full = contentOf([await walkedRootfs('debian-bookworm-minbase-amd64')], undefined);
    const found = specialChanges(await contentFrom([]), full);
    const listed = found.added.filter((one) => !one.entry.file.kinds.includes('device'));
    expect(listed.map((one) => `/${one.entry.file.path}`)).to.have.members([...new Set(paths)]);
    expect(listed).to.have.length.greaterThan(10);
  });
});
