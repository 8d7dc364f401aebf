import { expect } from 'chai';
import { contentOf } from '../../src/examination/content.js';
import type { SpecialEntry } from '../../src/examination/examination.js';
import type { TarInput } from '../support/build-tar.js';
import { fileListTags, type ListedFile } from '../support/rpm-file-list.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { walked } from '../layer/walked.js';
import { databasePath } from './rig.js';

function database(...packages: readonly (readonly [string, readonly ListedFile[]])[]): TarInput {
  const headers = packages.map(([name, files]) =>
    buildRpmHeader({ name, version: '1', release: '2', epoch: 3, arch: 'noarch', ...fileListTags(files) }),
  );
  return { path: databasePath, body: buildSqlite(headers) };
}

async function special(...layers: readonly (readonly TarInput[])[]): Promise<readonly SpecialEntry[]> {
  return contentOf(await Promise.all(layers.map((layer) => walked(layer))), 0).special;
}

/** `path: packaged package (differences)`. */
function told({ file, packaged, package: owner, differences }: SpecialEntry): string {
  return `${file.path}: ${packaged}${owner ? ` ${owner}` : ''}${differences ? ` (${differences.join('; ')})` : ''}`;
}

const su = (more: Partial<TarInput> = {}): TarInput => ({ path: 'usr/bin/su', mode: 0o4755, body: 'su', ...more });
const listed = (more: Partial<ListedFile> = {}): ListedFile => ({ path: '/usr/bin/su', mode: 0o104755, ...more });
const merged: TarInput = { path: 'bin', linkname: 'usr/bin' };
const accounts: readonly TarInput[] = [
  { path: 'etc/passwd', body: 'root:x:0:0::/:\nftp:x:14:50::/:\n' },
  { path: 'etc/group', body: 'root:x:0:\ntty:x:5:\n' },
];
const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');

describe('examination/ownership', () => {
  const cases: readonly (readonly [string, readonly (readonly TarInput[])[], readonly string[]])[] = [
    ['as it was packaged', [[database(['p', [listed()]]), su()]], ['usr/bin/su: as-packaged p-3:1-2.noarch']],
    [
      'of a package that has it without the bit',
      [[database(['p', [listed({ mode: 0o100755 })]]), su()]],
      ['usr/bin/su: changed p-3:1-2.noarch (packaged without being setuid)'],
    ],
    [
      'with another mode',
      [[database(['p', [listed({ mode: 0o104711 })]]), su()]],
      ['usr/bin/su: changed p-3:1-2.noarch (mode 4755, packaged 4711)'],
    ],
    [
      'of another owner',
      [[database(['p', [listed({ user: 'ftp', group: 'tty' })]]), ...accounts, su({ gid: 5 })]],
      ['usr/bin/su: changed p-3:1-2.noarch (user root, packaged ftp)'],
    ],
    [
      'with other capabilities',
      [
        [
          database(['p', [listed({ capabilities: 'cap_net_raw=p' })]]),
          su({ xattrs: { 'security.capability': capability } }),
        ],
      ],
      ['usr/bin/su: changed p-3:1-2.noarch (capabilities cap_net_raw=ep, packaged cap_net_raw=p)'],
    ],
    ['of no package', [[database(['p', [{ path: '/usr/bin/other' }]]), su()]], ['usr/bin/su: unowned']],
    [
      'of a package that did not install it',
      [[database(['p', [listed({ state: 2 })]]), su()]],
      ['usr/bin/su: unowned'],
    ],
    [
      'as packaged where the mode is not to be verified',
      [[database(['p', [listed({ mode: 0o104750, verify: 0x27 })]]), su()]],
      ['usr/bin/su: as-packaged p-3:1-2.noarch'],
    ],
    [
      'as one of two owners has it',
      [[database(['p', [listed({ mode: 0o104711 })]], ['q', [listed()]]), su()]],
      ['usr/bin/su: as-packaged q-3:1-2.noarch'],
    ],
    [
      'that lies behind a merged /usr',
      [[database(['p', [listed({ path: '/bin/su' })]]), merged, su()]],
      ['usr/bin/su: as-packaged p-3:1-2.noarch'],
    ],
    [
      'whose layer names it through a merged /usr',
      [[database(['p', [listed()]]), merged], [su({ path: 'bin/su' })]],
      ['bin/su: as-packaged p-3:1-2.noarch'],
    ],
    [
      'not through a link that is gone',
      [[database(['p', [listed({ path: '/bin/su' })]]), merged, su()], [{ path: '.wh.bin' }]],
      ['usr/bin/su: unowned'],
    ],
    [
      'a device, by its numbers',
      [
        [
          database(['p', [{ path: '/null', mode: 0o020666, device: 0x103 }]]),
          { path: 'null', dev: [1, 3], mode: 0o666 },
        ],
      ],
      ['null: as-packaged p-3:1-2.noarch'],
    ],
    [
      'another device',
      [
        [
          database(['p', [{ path: '/null', mode: 0o020666, device: 0x103 }]]),
          { path: 'null', dev: [8, 0], mode: 0o666 },
        ],
      ],
      ['null: changed p-3:1-2.noarch (device 8:0, packaged 1:3)'],
    ],
    [
      'a directory that anybody may write',
      [
        [
          database([
            'p',
            [
              { path: '/open', mode: 0o040777 },
              { path: '/tmp', mode: 0o041777 },
            ],
          ]),
          { path: 'open/', mode: 0o777 },
          { path: 'tmp/', mode: 0o777 },
        ],
      ],
      ['open: as-packaged p-3:1-2.noarch', 'tmp: changed p-3:1-2.noarch (packaged without being world-writable)'],
    ],
    [
      'a hard link that the package lists',
      [
        [
          database(['p', [listed(), listed({ path: '/usr/bin/sudo' })]]),
          su(),
          { path: 'usr/bin/sudo', type: 'hardlink', linkname: 'usr/bin/su' },
        ],
      ],
      ['usr/bin/su: as-packaged p-3:1-2.noarch', 'usr/bin/sudo: as-packaged p-3:1-2.noarch'],
    ],
    [
      'a hard link that nobody lists',
      [[database(['p', [listed()]]), su(), { path: 'x', type: 'hardlink', linkname: 'usr/bin/su' }]],
      ['usr/bin/su: as-packaged p-3:1-2.noarch', 'x: unowned'],
    ],
    ['where there is no database', [[su()]], ['usr/bin/su: unknown']],
    [
      'where the database was taken away',
      [[database(['p', [listed()]]), su()], [{ path: 'var/lib/.wh.rpm' }]],
      ['usr/bin/su: unknown'],
    ],
    [
      'when the package went and left it',
      [[database(['p', [listed()]]), su()], [database(['q', []])]],
      ['usr/bin/su: unowned'],
    ],
    [
      'by the packages of its own time where it is hidden',
      [
        [database(['p', [listed()]]), su()],
        [database(['q', [listed({ mode: 0o100755 })]]), su({ mode: 0o755 })],
      ],
      ['usr/bin/su: as-packaged p-3:1-2.noarch'],
    ],
  ];
  for (const [title, layers, expected] of cases) {
    it(`knows one ${title}`, async () => {
      expect((await special(...layers)).map(told)).to.deep.equal(expected);
    });
  }

  it('does not say that nobody owns it where a list of files, or of packages, is not whole', async () => {
    const { signed } = fileListTags([{ path: '/a' }, { path: '/b' }]);
    const changed = signed.map((tag) => (tag.tag === 1116 ? { ...tag, value: [0, 5] } : tag));
    const broken = buildRpmHeader({ name: 'broken', version: '1', release: '2', signed: changed });
    const unread = {
      path: databasePath,
      body: buildSqlite([
        broken,
        buildRpmHeader({ name: 'p', version: '1', release: '2', ...fileListTags([listed()]) }),
      ]),
    };
    expect((await special([unread, su(), su({ path: 'x' })])).map(told)).to.deep.equal([
      'usr/bin/su: as-packaged p-1-2',
      'x: unknown',
    ]);
    const damaged = { path: databasePath, body: buildSqlite([Buffer.from('no header')]) };
    expect((await special([damaged, su()])).map(told)).to.deep.equal(['usr/bin/su: unknown']);
    const links = Array.from({ length: 5001 }, (_, i) => ({ path: `l${i}`, linkname: 'x' }));
    expect((await special([database(['p', []]), ...links, su()])).map(told)).to.deep.equal(['usr/bin/su: unknown']);
  });

  it('judges thousands at once, and looks at 64 heights of those that are hidden', async function () {
    this.timeout(60_000);
    const many = Array.from({ length: 5000 }, (_, i) => `usr/bin/s${i}`);
    const found = await special([
      database(['p', many.map((path) => ({ path: `/${path}`, mode: 0o104755 }))]),
      ...many.map((path) => su({ path })),
    ]);
    expect(found.filter((one) => one.packaged === 'as-packaged')).to.have.length(5000);
    const layers = Array.from({ length: 80 }, () => [su()]);
    const stacked = await special([database(['p', [listed()]]), su()], ...layers);
    expect(stacked.filter((one) => one.packaged === 'as-packaged')).to.have.length(64);
    expect(stacked.find((one) => !one.hidden)?.packaged).to.equal('as-packaged');
  });
});
