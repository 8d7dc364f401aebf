import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { formatNevra } from '../../src/repodata/nevra.js';
import { openRepository, type RepositorySettings } from '../../src/repository/repository.js';
import type { RepositoryIndex } from '../../src/repository/repository-index.js';
import { failureOf } from '../source/failure.js';
import { needShared } from '../support/shared.js';
import {
  makeRepository,
  modules,
  modulesYaml,
  primary,
  primaryXml,
  updateinfo,
  writeRepository,
  type FileSpec,
} from './rig.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imgcheck-repository-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bash = { name: 'bash', evr: '5.2-1' };

function read(files: ReadonlyMap<string, Uint8Array>, names: readonly string[] = ['bash']): Promise<RepositoryIndex> {
  writeRepository(folder, files);
  return openRepository(folder).index({ names: new Set(names) });
}

function listed({ packages }: RepositoryIndex): string {
  return packages.map((one) => `${formatNevra(one)}${one.module === undefined ? '' : ` ${one.module}`}`).join(', ');
}

describe('Repository', () => {
  it('keeps the newest build of each wanted name, architecture and stream', async () => {
    const index = await read(
      makeRepository(
        primary(
          { name: 'bash', evr: '5.10-1' },
          { name: 'bash', evr: '5.9-9' },
          { name: 'bash', evr: '1:1-1', arch: 'i686' },
          { name: 'zsh', evr: '1-1' },
          { name: 'perl', evr: '5.26-1.module+el8' },
          { name: 'perl', evr: '5.30-1.module+el8' },
          { name: 'perl', evr: '5.16-1' },
        ),
        modules(
          modulesYaml('perl', '5.26', 'perl-0:5.26-1.module+el8.x86_64') +
            modulesYaml('perl', '5.30', 'perl-0:5.30-1.module+el8.x86_64'),
        ),
      ),
      ['bash', 'perl'],
    );
    expect(listed(index)).to.equal(
      'bash-1:1-1.i686, bash-0:5.10-1.x86_64, perl-0:5.16-1.x86_64, ' +
        'perl-0:5.26-1.module+el8.x86_64 perl:5.26, perl-0:5.30-1.module+el8.x86_64 perl:5.30',
    );
    expect(index).to.include({ location: folder, revision: '7', timestamp: 1_770_000_000 });
    expect(index.modules).to.deep.equal(['perl:5.26', 'perl:5.30']);
  });

  it('keeps the advisories of wanted packages, joined by id, with these packages alone', async () => {
    const index = await read(
      makeRepository(
        primary(bash),
        updateinfo(
          { id: 'A-1', builds: [bash, { name: 'zsh', evr: '1-1' }] },
          { id: 'A-2', builds: [{ name: 'zsh', evr: '1-1' }] },
          { id: 'A-1', builds: [bash, { ...bash, arch: 'i686' }] },
        ),
      ),
    );
    const [one, ...others] = index.advisories;
    expect(others).to.deep.equal([]);
    expect(one).to.include({ id: 'A-1', severity: 'important' });
    expect(one?.packages.map(formatNevra)).to.deep.equal(['bash-0:5.2-1.x86_64', 'bash-0:5.2-1.i686']);
  });

  it('learns the stream of a build from modules or advisories, whichever tells it', async () => {
    const [known, told] = [
      { name: 'a', evr: '1-1' },
      { name: 'b', evr: '1-1' },
    ];
    const index = await read(
      makeRepository(
        primary(known, told),
        updateinfo({ id: 'A', builds: [known] }, { id: 'B', module: 'm:2', builds: [told] }),
        modules(modulesYaml('m', '1', 'a-0:1-1.x86_64')),
      ),
      ['a', 'b'],
    );
    expect(listed(index)).to.equal('a-0:1-1.x86_64 m:1, b-0:1-1.x86_64 m:2');
    expect(index.advisories.map(({ packages }) => packages[0]?.module)).to.deep.equal(['m:1', 'm:2']);
    expect(index.modules).to.deep.equal(['m:1', 'm:2']);
  });

  it('leaves out builds for a module that no stream names, and says so', async () => {
    const index = await read(makeRepository(primary({ name: 'bash', evr: '6-1.module_el8' }, bash)));
    expect(listed(index)).to.equal('bash-0:5.2-1.x86_64');
    expect(index.remarks).to.include('builds of modules that no stream names: 1 left out');
  });

  it('says what it does not have and what was not checked', async () => {
    expect((await read(makeRepository(primary(bash)))).remarks).to.deep.equal([
      'the signature of its repomd.xml was not checked: no keys were given',
      'it has no updateinfo.xml: nothing is known of advisories',
    ]);
  });

  const other = '0'.repeat(64);
  const good = primary(bash);
  const long = primaryXml(...Array.from({ length: 20_000 }, (_, i) => ({ name: `p${i}`, evr: '1-1' })));
  const refused: readonly [
    title: string,
    file: FileSpec,
    kind: 'integrity' | 'hostile' | 'unsupported',
    message: RegExp,
  ][] = [
    [
      'another checksum',
      { ...good, checksum: other },
      'integrity',
      /^checksum mismatch: expected sha256:0+, got sha256:/,
    ],
    ['another size', { ...good, size: '9999' }, 'integrity', /^size mismatch: expected 9999 bytes, got \d+$/],
    ['more bytes than said', { ...good, size: '9' }, 'integrity', /^size mismatch: expected 9 bytes, got more$/],
    ['another plain checksum', { ...good, openChecksum: other }, 'integrity', /^checksum mismatch when plain/],
    ['another plain size', { ...good, openSize: '99999' }, 'integrity', /^size mismatch when plain/],
    [
      'a file cut short, before its damage',
      { ...good, pack: (plain) => gzipSync(plain).subarray(0, 50), checksum: other },
      'integrity',
      /^checksum mismatch/,
    ],
    [
      'honestly truncated gzip',
      { ...good, pack: (plain) => gzipSync(plain).subarray(0, 50) },
      'hostile',
      /truncated gzip data/,
    ],
    [
      'more plain bytes than said',
      { ...good, plain: long, openSize: '1000' },
      'hostile',
      /more than 1000 bytes when plain/,
    ],
    [
      'a claim of a plain size past all limits',
      { ...good, openSize: '9999999999999' },
      'hostile',
      /the primary of the repository exceeds/,
    ],
    [
      'an XML bomb',
      { ...good, plain: '<!DOCTYPE m [<!ENTITY x "y">]><metadata>&x;</metadata>' },
      'hostile',
      /document type/,
    ],
    ['malformed XML', { ...good, plain: '<metadata><package>' }, 'hostile', /not well-formed XML/],
    [
      'a location outside',
      { ...good, location: '<location href="../primary.xml.gz"/>' },
      'hostile',
      /leads out of the repository/,
    ],
    ['another suffix than its content has', { ...good, suffix: '.xz' }, 'hostile', /corrupt xz data/],
    ['gzip that is named plain', { ...good, suffix: '' }, 'hostile', /not UTF-8/],
    ['zchunk', { ...good, suffix: '.zck' }, 'unsupported', /as zchunk alone/],
    [
      'metadata elsewhere',
      { ...good, location: '<location xml:base="https://x.invalid/" href="p.gz"/>' },
      'unsupported',
      /is elsewhere: https:\/\/x.invalid/,
    ],
    ['no primary.xml', { ...good, type: 'primary_db' }, 'unsupported', /names no primary.xml: only primary_db/],
  ];
  for (const [title, file, kind, message] of refused) {
    it(`refuses ${title}`, async () => {
      const error = await failureOf(kind, () => read(makeRepository(file)));
      expect(error.message).to.match(message);
      if (kind === 'integrity') expect(error.subject).to.include(folder);
    });
  }

  it('finds the compression by the content where the name says nothing', async () => {
    const files = new Map(makeRepository({ ...good, location: '<location href="repodata/primary"/>' }));
    files.set('repodata/primary', gzipSync(Buffer.from(good.plain)));
    expect(listed(await read(files))).to.equal('bash-0:5.2-1.x86_64');
  });

  it('does not follow a link out of the directory', async () => {
    writeRepository(folder, makeRepository(good));
    const outside = join(mkdtempSync(join(folder, 'other-')), 'primary.xml.gz');
    const inside = join(folder, 'inner');
    writeFileSync(outside, gzipSync(Buffer.from(good.plain)));
    writeRepository(inside, makeRepository(good));
    rmSync(join(inside, 'repodata/primary.xml.gz'));
    symlinkSync(outside, join(inside, 'repodata/primary.xml.gz'));
    const error = await failureOf('hostile', () => openRepository(inside).index({ names: new Set() }));
    expect(error.message).to.match(/leads out of its directory/);
  });

  it('says where repomd.xml should be when it is not there', async () => {
    const error = await failureOf('missing', () => openRepository(folder).index({ names: new Set() }));
    expect(error.hint).to.equal('name the folder that holds repodata/repomd.xml');
  });

  describe('with keys at hand', () => {
    const verify = (outcome: 'valid' | 'bad' | 'unknown-key'): RepositorySettings => ({
      verifyDetached: (content, signature) => {
        expect(Buffer.from(content).toString()).to.match(/^<repomd>/);
        expect(Buffer.from(signature).toString()).to.equal('signature');
        return Promise.resolve({ outcome, signer: 'somebody' });
      },
    });
    const index = (settings: RepositorySettings): Promise<RepositoryIndex> =>
      openRepository(folder, settings).index({ names: new Set(['bash']) });

    beforeEach(() => {
      writeRepository(folder, makeRepository(good));
      writeFileSync(join(folder, 'repodata/repomd.xml.asc'), 'signature');
    });

    it('tells who signed repomd.xml', async () => {
      expect((await index(verify('valid'))).signature).to.deep.equal({ outcome: 'valid', signer: 'somebody' });
    });

    it('says that the key is not known', async () => {
      const { signature, remarks } = await index(verify('unknown-key'));
      expect(signature.outcome).to.equal('unknown-key');
      expect(remarks).to.include('the key that signed its repomd.xml is not among the keys given');
    });

    it('refuses a bad signature', async () => {
      const error = await failureOf('integrity', () => index(verify('bad')));
      expect(error.message).to.equal('the signature of repomd.xml is bad');
    });

    it('says that repomd.xml is not signed', async () => {
      rmSync(join(folder, 'repodata/repomd.xml.asc'));
      const { signature, remarks } = await index(verify('valid'));
      expect(signature).to.deep.equal({ outcome: 'unsigned' });
      expect(remarks).to.include('its repomd.xml is not signed');
    });
  });

  for (const compression of ['gz', 'bz2', 'xz', 'zst']) {
    it(`reads the made repository in ${compression}`, async function () {
      const path = needShared(this, 'data/repodata/made-alpha-repo', compression);
      const index = await openRepository(path).index({ names: new Set(['acme-core', 'acme-libs', 'acme-tools']) });
      expect(listed(index)).to.equal(
        'acme-core-2:1.2~rc1-4.x86_64, acme-libs-0:1.2-1.x86_64, acme-tools-0:1.2~rc1-3.x86_64, ' +
          'acme-tools-0:1.2~rc1-3.1.x86_64 acme-tools:1',
      );
      const advisories = index.advisories.map(
        ({ id, type, severity, issued = 0, cves }) =>
          `${id} ${type} ${severity} ${new Date(issued * 1000).toISOString()} ${cves.join(' ')}`,
      );
      expect(advisories).to.deep.equal([
        'ALPHA-2026:0001 security important 2026-02-01T10:00:00.000Z CVE-2026-1001',
        'ALPHA-2026:0002 bugfix none 2026-02-02T02:40:00.000Z ',
        'ALPHA-2026:0003 security critical 2026-03-01T00:00:00.000Z CVE-2026-2002 CVE-2026-2003',
      ]);
    });
  }

  it('reads the small repositories of createrepo_c, and refuses the one whose file is not its own', async function () {
    const root = needShared(this, 'data/repodata/createrepo_c');
    const names = new Set(['fake_bash', 'super_kernel', 'bar']);
    const both = 'fake_bash-0:1.1.1-1.x86_64, super_kernel-0:6.0.1-2.x86_64';
    const of = async (name: string): Promise<string> => listed(await openRepository(join(root, name)).index({ names }));
    expect(await of('repo_02')).to.equal(both);
    expect(await of('repo_03')).to.equal('');
    expect(await of('repo_04')).to.equal(both);
    expect(await of('repo_with_duplicate_packages')).to.equal(both);
    await failureOf('integrity', () => of('repo_01'));
    const more = await openRepository(join(root, 'repo_with_additional_metadata')).index({ names });
    expect(more.modules.length).to.equal(63);
    expect(more.advisories.map(({ id }) => id)).to.deep.equal(['foobarupdate_1']);
    expect(readdirSync(join(root, 'repo_03/repodata')).some((name) => name.endsWith('.zck'))).to.equal(true);
  });
});
