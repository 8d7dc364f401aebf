import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { analyzers, fileAnalyzers } from '../../src/analyzers/all.js';
import { withLogApplied } from '../../src/analyzers/loose-logs.js';
import { contentOf } from '../../src/examination/content.js';
import type { FileDifference, FileVerification } from '../../src/examination/file-verification.js';
import type { TarInput } from '../support/build-tar.js';
import { readLines } from '../support/rpm-database.js';
import { fileListTags, type ListedFile } from '../support/rpm-file-list.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import { needShared } from '../support/shared.js';
import { plainRootfs } from '../analyzers/rootfs.js';
import { walked, type LayerContent } from '../layer/walked.js';
import { databasePath } from './rig.js';
import { rpmVerifyLine } from '../support/rpm-verify.js';

async function verified(...layers: readonly LayerContent[]): Promise<FileVerification> {
  const all = [...analyzers, ...fileAnalyzers];
  const facts = await Promise.all(layers.map((layer) => walked(layer, { analyzers: all })));
  const { files } = contentOf(facts, 0);
  if (!files) throw new Error('files were not verified');
  return files;
}

/** `path: what`, with the layer that has it so and the one that brought the package. */
function told(one: FileDifference): string {
  const words = one.missing ? 'missing' : one.differences.map(({ text }) => text).join('; ');
  const role = one.role === 'file' ? '' : `${one.role} `;
  return `${role}${one.path}: ${words} [${one.layer ?? '-'}/${one.packageLayer}]`;
}

/** Packages of files by name, as the database of a layer has them. */
function database(packages: Readonly<Record<string, readonly ListedFile[]>>, algorithm?: number): TarInput {
  const headers = Object.entries(packages).map(([name, files]) =>
    buildRpmHeader({ name, version: '1', release: '2', arch: 'noarch', ...fileListTags(files, algorithm) }),
  );
  return { path: databasePath, body: buildSqlite(headers) };
}

const passwd: TarInput = { path: 'etc/passwd', body: 'root:x:0:0::/:\nftp:x:14:50::/:\n' };
const group: TarInput = { path: 'etc/group', body: 'root:x:0:\nftp:x:50:\n' };

describe('examination/verify-files', () => {
  for (const state of ['clean', 'drift']) {
    it(`says of the made root file system, ${state}, what rpm -Va says`, async function () {
      const folder = needShared(this, 'data', 'rpmdb', 'made', 'alpha-filesystem');
      const files = await verified(new Uint8Array(gunzipSync(readFileSync(join(folder, `${state}.tar.gz`)))));
      const expected = readLines(join(folder, `${state}.rpm-Va.txt`)).map((line) => line.replace(/T/, '.'));
      expect(files.differences.map(rpmVerifyLine).sort()).to.deep.equal([...expected].sort());
      expect([files.outcome, files.packages, files.files, files.unlisted]).to.deep.equal(['verified', 5, 49, 0]);
    });
  }

  it('says of a real root file system what rpm -Va says', async function () {
    this.timeout(60_000);
    const folder = needShared(this, 'data', 'rpmdb', 'real', 'almalinux9.1-aarch64-20221117');
    needShared(this, 'data', 'rootfs');
    const files = await verified(await plainRootfs('almalinux-9-micro-aarch64-20221117'));
    // The line for the root itself comes from how it was unpacked.
    const expected = readLines(join(folder, 'rpm-Va.txt')).filter((line) => !line.endsWith(' /'));
    expect(files.differences.map(rpmVerifyLine)).to.deep.equal(expected);
    expect([files.outcome, files.files]).to.deep.equal(['verified', 18_424]);
  });

  it('names the layer that did it: replaced, changed, removed; put back is as packaged', async () => {
    const listed = ['replaced', 'chmodded', 'removed', 'whited', 'restored', 'same'].map((name) => ({
      path: `/usr/${name}`,
      body: name,
    }));
    const plain = listed.map(({ path, body }) => ({ path: path.slice(1), body }));
    const files = await verified(
      [{ path: 'usr/' }],
      [database({ a: listed }), ...plain],
      [{ path: 'usr/replaced', body: 'evil' }, { path: 'usr/.wh.removed' }, { path: 'usr/restored', body: 'x' }],
      [
        { path: 'usr/chmodded', body: 'chmodded', mode: 0o4777 },
        { path: 'usr/restored', body: 'restored' },
      ],
      [{ path: 'usr/.wh..wh..opq' }, ...plain.filter(({ path }) => !/whited|removed/.test(path))].map((one) =>
        one.path === 'usr/replaced' ? { ...one, body: 'replacef' } : one,
      ),
    );
    expect(files.differences.map(told)).to.deep.equal([
      'usr/removed: missing [2/1]',
      'usr/replaced: other content [4/1]',
      'usr/whited: missing [4/1]',
    ]);
  });

  it('tells a file that is older than its package, and one that no layer ever had', async () => {
    const files = await verified(
      [{ path: 'a', body: 'old' }],
      [database({ p: [{ path: '/a', body: 'new' }, { path: '/b' }] })],
    );
    expect(files.differences.map(told)).to.deep.equal(['a: other content [0/1]', 'b: missing [-/1]']);
  });

  const one = (
    listed: ListedFile,
    actual: TarInput | undefined,
    more: readonly TarInput[] = [],
  ): readonly TarInput[] => [database({ p: [listed] }), passwd, group, ...more, ...(actual ? [actual] : [])];
  const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
  const cases: readonly (readonly [string, readonly TarInput[], readonly string[]])[] = [
    ['mode', one({ path: '/a', mode: 0o100755 }, { path: 'a', mode: 0o4755 }), ['mode 4755, packaged 0755']],
    [
      'user and group',
      one({ path: '/a', user: 'ftp', group: 'ftp' }, { path: 'a', uid: 5, gid: 0 }),
      ['user 5, packaged ftp; group root, packaged ftp'],
    ],
    [
      'nothing of an owner that the image knows by number',
      one({ path: '/a', user: 'ftp', group: 'ftp' }, { path: 'a', uid: 14, gid: 50, user: 'x' }),
      [],
    ],
    [
      'size and content',
      one({ path: '/a', body: 'ab' }, { path: 'a', body: 'abc' }),
      ['size 3, packaged 2; other content'],
    ],
    ['content alone', one({ path: '/a', body: 'ab' }, { path: 'a', body: 'ba' }), ['other content']],
    [
      'where a link leads',
      one({ path: '/a', mode: 0o120777, body: 'x' }, { path: 'a', linkname: 'y' }),
      ['link to y, packaged x'],
    ],
    [
      'capabilities that are gone',
      one({ path: '/a', capabilities: 'cap_net_raw=ep' }, { path: 'a' }),
      ['capabilities none, packaged cap_net_raw=ep'],
    ],
    [
      'capabilities that came',
      one({ path: '/a' }, { path: 'a', xattrs: { 'security.capability': capability } }),
      ['capabilities cap_net_raw=ep, packaged none'],
    ],
    [
      'nothing of capabilities in other words',
      one(
        { path: '/a', capabilities: '= cap_net_raw+ep' },
        { path: 'a', xattrs: { 'security.capability': capability } },
      ),
      [],
    ],
    [
      'the numbers of a device',
      one({ path: '/a', mode: 0o020644, device: 0x103 }, { path: 'a', dev: [8, 1] }),
      ['device 8:1, packaged 1:3'],
    ],
    [
      'a file that became a link',
      one({ path: '/a' }, { path: 'a', linkname: '/tmp/x' }),
      ['type symbolic link, packaged file'],
    ],
    [
      'a file that became a directory without an entry',
      one({ path: '/a' }, { path: 'a/b' }),
      ['type directory, packaged as something else'],
    ],
    ['nothing of a directory without an entry', one({ path: '/a', mode: 0o040755 }, { path: 'a/b' }), []],
    [
      'nothing of a directory that became root’s link to one',
      one({ path: '/a', mode: 0o040755 }, { path: 'a', linkname: 'b' }, [{ path: 'b/' }]),
      [],
    ],
    [
      'the mode behind such a link',
      one({ path: '/a', mode: 0o040755 }, { path: 'a', linkname: 'b' }, [{ path: 'b/', mode: 0o700 }]),
      ['mode 0700, packaged 0755'],
    ],
    [
      'a directory that became somebody’s link',
      one({ path: '/a', mode: 0o040755 }, { path: 'a', linkname: 'b', uid: 14 }, [{ path: 'b/' }]),
      ['type symbolic link, packaged directory'],
    ],
    [
      'a directory that became a link to nothing',
      one({ path: '/a', mode: 0o040755 }, { path: 'a', linkname: 'b' }),
      ['type symbolic link, packaged directory'],
    ],
    [
      'nothing of what is not to be verified',
      one({ path: '/a', body: 'x', user: 'ftp', verify: 0x4 }, { path: 'a', body: 'yy', mode: 0o777 }),
      [],
    ],
    ['that a file is missing', one({ path: '/a' }, undefined), ['missing']],
    ['nothing of a ghost that is missing', one({ path: '/a', flags: 64 }, undefined), []],
    ['nothing of a file that may be missing', one({ path: '/a', flags: 8 }, undefined), []],
    [
      'the mode of a ghost, not its content',
      one({ path: '/a', flags: 64, mode: 0o100600 }, { path: 'a', body: 'x' }),
      ['mode 0644, packaged 0600'],
    ],
    ['nothing of a file that was not installed', one({ path: '/a', state: 2 }, undefined), []],
    ['nothing of a file on a shared volume', one({ path: '/a', state: 3 }, undefined), []],
    [
      'nothing of a file that another package replaced',
      one({ path: '/a', state: 1 }, { path: 'a', body: 'other' }),
      [],
    ],
    ['that a replaced one is missing', one({ path: '/a', state: 1 }, undefined), ['missing']],
    [
      'not the content of a file of another colour',
      one({ path: '/a', state: 4, body: 'i686' }, { path: 'a', body: 'x86_64' }),
      [],
    ],
    [
      'the mode of a file of another colour',
      one({ path: '/a', state: 4 }, { path: 'a', mode: 0o600 }),
      ['mode 0600, packaged 0644'],
    ],
    ['nothing of the root when no layer has an entry for it', one({ path: '/', mode: 0o040555 }, undefined), []],
    [
      'the mode of the root',
      one({ path: '/', mode: 0o040555 }, { path: './', mode: 0o777 }),
      ['mode 0777, packaged 0555'],
    ],
    [
      'nothing of what lies behind a merged /usr',
      one({ path: '/bin/a', body: 'x' }, { path: 'usr/bin/a', body: 'x' }, [{ path: 'bin', linkname: 'usr/bin' }]),
      [],
    ],
    [
      'what lies behind links in a circle as missing',
      one({ path: '/b/a' }, undefined, [{ path: 'b', linkname: 'b' }]),
      ['missing'],
    ],
    [
      'a hard link by its target',
      one({ path: '/a', body: 'x', mode: 0o100755 }, { path: 'a', type: 'hardlink', linkname: 'b', mode: 0 }, [
        { path: 'b', body: 'x', mode: 0o755 },
      ]),
      [],
    ],
  ];
  for (const [title, layer, expected] of cases) {
    it(`says ${title}`, async () => {
      const { differences, outcome } = await verified(layer);
      const words = differences.map((one) =>
        one.missing ? 'missing' : one.differences.map(({ text }) => text).join('; '),
      );
      expect([outcome, words]).to.deep.equal(['verified', expected]);
    });
  }

  it('tells configuration and ghosts apart from other files', async () => {
    const listed = [{ path: '/conf', flags: 1 | 16 }, { path: '/ghost', flags: 64, mode: 0o100600 }, { path: '/file' }];
    const actual = listed.map(({ path }) => ({ path: path.slice(1), body: 'changed' }));
    const { differences } = await verified([database({ p: listed }), ...actual]);
    expect(differences.map(({ path, role }) => `${path} ${role}`)).to.deep.equal([
      'conf config',
      'file file',
      'ghost ghost',
    ]);
  });

  it('compares by MD5 too, and says when the digest is of another kind', async () => {
    const listed = [
      { path: '/same', body: 'a' },
      { path: '/other', body: 'b' },
    ];
    const actual = [
      { path: 'same', body: 'a' },
      { path: 'other', body: 'c' },
    ];
    const md5 = await verified([database({ p: listed }, 1), ...actual]);
    expect([md5.outcome, ...md5.differences.map(told)]).to.deep.equal(['verified', 'other: other content [0/0]']);
    const sha1 = await verified([database({ p: listed }, 2), ...actual]);
    expect([sha1.outcome, sha1.problems, sha1.differences]).to.deep.equal([
      'incomplete',
      ['files of which the digest is of an unknown kind, or the content was not read: 2'],
      [],
    ]);
  });

  it('says when a list could not be read, and when a hard link led nowhere', async () => {
    const { signed } = fileListTags([{ path: '/a' }, { path: '/b' }]);
    const changed = signed.map((tag) => (tag.tag === 1116 ? { ...tag, value: [0, 5] } : tag));
    const broken = buildRpmHeader({ name: 'broken', version: '1', release: '2', signed: changed });
    const files = await verified([
      { path: databasePath, body: buildSqlite([broken]) },
      { path: 'a', type: 'hardlink', linkname: 'gone' },
    ]);
    expect([files.outcome, files.problems]).to.deep.equal([
      'incomplete',
      [
        'packages whose list of files could not be read whole (as broken-1-2): 1',
        'files of which the digest is of an unknown kind, or the content was not read: 1',
      ],
    ]);
  });

  it('does not decide between two names of one place in one layer', async () => {
    const through = [
      { path: 'usr/bin/a', body: 'x' },
      { path: 'bin', linkname: 'usr/bin' },
      { path: 'bin/a', body: 'y' },
    ];
    const { outcome, differences } = await verified([database({ p: [{ path: '/usr/bin/a', body: 'x' }] }), ...through]);
    expect([outcome, differences]).to.deep.equal(['incomplete', []]);
  });

  it('has nothing to compare without a database, and says why where one is hidden or broken', async () => {
    expect((await verified([{ path: 'a' }])).outcome).to.equal('none');
    const gone = await verified([database({ p: [{ path: '/a' }] })], [{ path: 'var/lib/.wh.rpm' }]);
    expect([gone.outcome, gone.problems.length]).to.deep.equal(['incomplete', 1]);
    const garbage = await verified([{ path: databasePath, body: 'garbage' }]);
    expect([garbage.outcome, garbage.problems.length]).to.deep.equal(['incomplete', 1]);
  });

  it('compares with the packages that a write-ahead log of a higher layer brings', async () => {
    const [older, newer] = [[{ path: '/a' }], [{ path: '/a' }, { path: '/b' }]].map((listed) =>
      database({ p: listed }),
    );
    const log = buildWal(newer?.body as Uint8Array, 4096);
    const options = { analyzers: [...analyzers, ...fileAnalyzers] };
    const below = await walked([older ?? passwd, { path: 'a' }], options);
    const above = await walked([{ path: `${databasePath}-wal`, body: log }], options);
    const loose = { path: databasePath, databaseLayer: 0, logLayer: 1 };
    const applied = withLogApplied(above, loose, older?.body as Uint8Array, log);
    expect(contentOf([below, applied], 0).files?.differences.map(told)).to.deep.equal(['b: missing [-/1]']);
  });

  it('is not asked where the layers were read without it', async () => {
    expect(contentOf([await walked([database({ p: [{ path: '/a' }] })])], 0).files).to.equal(undefined);
  });

  it('lists ten thousand differences and counts the rest', async function () {
    this.timeout(30_000);
    const listed = Array.from({ length: 10_007 }, (_, i) => ({ path: `/f${i}` }));
    const { differences, unlisted } = await verified([database({ p: listed })]);
    expect([differences.length, unlisted]).to.deep.equal([10_000, 7]);
  });
});
