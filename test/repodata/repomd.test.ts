import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { parseRepomd } from '../../src/repodata/repomd.js';
import { needShared } from '../support/shared.js';

const sum = 'a'.repeat(64);
const checksum = `<checksum type="sha256">${sum}</checksum>`;
const location = '<location href="repodata/p.xml.gz"/>';

function repomd(...data: readonly string[]): string {
  return `<repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>7</revision>${data.join('')}</repomd>`;
}

function primary(content: string): string {
  return repomd(`<data type="primary">${content}</data>`);
}

async function said(document: string): Promise<string> {
  try {
    await parseRepomd(Buffer.from(document));
    return 'nothing';
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}

describe('parseRepomd', () => {
  it('reads everything that a file is checked by', async () => {
    const content =
      `${checksum}<open-checksum type="sha">${'B'.repeat(40)}</open-checksum>${location}` +
      '<timestamp>1267461236.37</timestamp><size>12</size><open-size>345</open-size><database_version>10</database_version>';
    const { revision, files } = await parseRepomd(Buffer.from(primary(content)));
    expect(revision).to.equal('7');
    expect([...files.values()]).to.deep.equal([
      {
        type: 'primary',
        href: 'repodata/p.xml.gz',
        checksum: { algorithm: 'sha256', hex: sum },
        openChecksum: { algorithm: 'sha1', hex: 'b'.repeat(40) },
        size: 12,
        openSize: 345,
        timestamp: 1_267_461_236,
      },
    ]);
  });

  it('takes a base that is an http or https URL', async () => {
    const content = `${checksum}<location xml:base="https://mirror.invalid/x/" href="p.xml"/>`;
    const { files } = await parseRepomd(Buffer.from(primary(content)));
    expect(files.get('primary')).to.include({ base: 'https://mirror.invalid/x/', href: 'p.xml' });
  });

  const hrefs = [
    '../p',
    'a/../../p',
    '/etc/passwd',
    'https://x/p',
    'file:p',
    'a/%2e%2e/p',
    '%2Fp',
    'a\\p',
    'p?q',
    'p#q',
    '',
  ];
  for (const href of hrefs) {
    it(`refuses the location '${href}'`, async () => {
      expect(await said(primary(`${checksum}<location href="${href}"/>`))).to.match(/^hostile: repomd.xml: .*location/);
    });
  }

  const refused: readonly [title: string, document: string, message: RegExp][] = [
    ['another root', '<updates/>', /^hostile: repomd.xml: its root is updates, not repomd/],
    ['a file without checksum', primary(location), /primary has no valid checksum/],
    ['a checksum of another length', primary(`<checksum type="sha256">ab</checksum>${location}`), /no valid checksum/],
    [
      'MD5 as unsupported',
      primary(`<checksum type="md5">${'a'.repeat(32)}</checksum>${location}`),
      /^unsupported: .*md5/,
    ],
    ['two checksums', primary(checksum + checksum + location), /has checksum twice/],
    ['two locations', primary(checksum + location + location), /has location twice/],
    ['a size that is no number', primary(`${checksum}${location}<size>-1</size>`), /the size of primary/],
    [
      'a type twice',
      repomd(...Array<string>(2).fill(`<data type="primary">${checksum}${location}</data>`)),
      /names primary twice/,
    ],
    ['a base with a password', primary(`${checksum}<location xml:base="https://u:p@x/" href="p"/>`), /xml:base/],
    ['a base that is no web address', primary(`${checksum}<location xml:base="file:///" href="p"/>`), /xml:base/],
  ];
  for (const [title, document, message] of refused) {
    it(`refuses ${title}`, async () => expect(await said(document)).to.match(message));
  }

  it('reads a real one of Rocky Linux', async function () {
    const { revision, files } = await parseRepomd(readFileSync(needShared(this, 'data/repodata/rocky8/repomd.xml')));
    expect(revision).to.equal('8.4');
    expect(files.get('primary')).to.deep.equal({
      type: 'primary',
      href: 'repodata/9d25370cf8f2bdf046145fa51ef3d0229ecc6862cbe35281a70184cc39089f54-primary.xml.gz',
      checksum: { algorithm: 'sha256', hex: '9d25370cf8f2bdf046145fa51ef3d0229ecc6862cbe35281a70184cc39089f54' },
      openChecksum: { algorithm: 'sha256', hex: '554780b39c8a31f3b92eb2356f38099bd6135834c51542c8ffb889aa6d37c1a0' },
      timestamp: 1_632_166_291,
      size: 4_136_440,
      openSize: 29_944_727,
    });
    expect(files.get('primary_db')?.href).to.match(/\.sqlite\.xz$/);
    expect([...files.keys()]).to.include.members(['updateinfo', 'filelists']);
  });

  it('reads real ones of Amazon Linux, one of which names nothing', async function () {
    const read = async (name: string): Promise<string[]> => [
      ...(await parseRepomd(readFileSync(needShared(this, 'data/repodata/amazon', name)))).files.keys(),
    ];
    expect(await read('repomd_valid.xml')).to.deep.equal([
      'primary_db',
      'group_gz',
      'group',
      'updateinfo',
      'other_db',
      'filelists_db',
    ]);
    expect(await read('repomd_invalid.xml')).to.deep.equal([]);
  });

  it('refuses a file without a type', async function () {
    const path = needShared(this, 'data/repodata/createrepo_c/modified_repo_files/missing_type-repomd.xml');
    expect(await said(readFileSync(path, 'utf8'))).to.equal('hostile: repomd.xml: a file has no type');
  });
});
