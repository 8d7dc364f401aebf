import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { formatNevra } from '../../src/repodata/nevra.js';
import { PrimaryReader, type PrimaryPackage } from '../../src/repodata/primary.js';
import { needShared } from '../support/shared.js';

async function packagesOf(document: string | Uint8Array, size = 1 << 20): Promise<PrimaryPackage[]> {
  const found: PrimaryPackage[] = [];
  const reader = await PrimaryReader.open((one) => found.push(one));
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  reader.end();
  return found;
}

async function said(document: string): Promise<string> {
  try {
    return (await packagesOf(document)).map(formatNevra).join(' ');
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}

const sum = `<checksum type="sha256" pkgid="YES">${'c'.repeat(64)}</checksum>`;

function metadata(...fields: readonly string[]): string {
  const packages = fields.map((field) => `<package type="rpm">${field}</package>`);
  return `<metadata xmlns:rpm="http://linux.duke.edu/metadata/rpm">${packages.join('')}</metadata>`;
}

const evr = '<version epoch="1" ver="2" rel="3"/>';
const name = '<name>n</name><arch>noarch</arch>';

describe('PrimaryReader', () => {
  it('reads a package whole, however it is cut', async () => {
    const document = metadata(
      `${name}${evr}${sum}<time file="9" build="8"/><format><rpm:vendor>V &amp; Co</rpm:vendor>` +
        '<rpm:sourcerpm>n-2-3.src.rpm</rpm:sourcerpm><rpm:buildhost>b</rpm:buildhost>' +
        '<rpm:provides><rpm:entry name="x"/><name>other</name></rpm:provides></format>',
    );
    const expected: PrimaryPackage = {
      name: 'n',
      epoch: 1,
      version: '2',
      release: '3',
      arch: 'noarch',
      sourceRpm: 'n-2-3.src.rpm',
      vendor: 'V & Co',
      buildHost: 'b',
      buildTime: 8,
      checksum: { algorithm: 'sha256', hex: 'c'.repeat(64) },
    };
    expect(await packagesOf(document)).to.deep.equal([expected]);
    expect(await packagesOf(document, 1)).to.deep.equal([expected]);
  });

  const cases: readonly [title: string, document: string, expected: string | RegExp][] = [
    ['takes a missing epoch for 0', metadata(`${name}<version ver="2" rel="3"/>${sum}`), 'n-0:2-3.noarch'],
    ['takes an empty epoch for 0', metadata(`${name}<version epoch="" ver="2" rel="3"/>${sum}`), 'n-0:2-3.noarch'],
    [
      'passes over source packages',
      metadata(`<name>n</name><arch>src</arch>${evr}${sum}`, `${name}${evr}${sum}`),
      'n-1:2-3.noarch',
    ],
    ['refuses a package without a name', metadata(`<arch>a</arch>${evr}${sum}`), /a package has no name/],
    ['refuses a package without a version', metadata(`${name}${sum}`), /a package has no version/],
    ['refuses a package without an arch', metadata(`<name>n</name>${evr}${sum}`), /a package has no arch/],
    ['refuses an epoch that is none', metadata(`${name}<version epoch="x" ver="2" rel="3"/>${sum}`), /no epoch/],
    ['refuses an epoch of 33 bits', metadata(`${name}<version epoch="4294967296" ver="2" rel="3"/>${sum}`), /no epoch/],
    [
      'refuses a name of 5,000 characters',
      metadata(`<name>${'n'.repeat(5000)}</name><arch>a</arch>${evr}${sum}`),
      /exceeds 4096/,
    ],
    ['refuses another root', '<updates/>', 'hostile: primary.xml: its root is updates, not metadata'],
    ['refuses a document that ends early', metadata(`${name}${evr}${sum}`).slice(0, -5), /not well-formed/],
  ];
  for (const [title, document, expected] of cases) {
    it(title, async () => expect(await said(document)).to.match(new RegExp(expected)));
  }

  const kernel = 'super_kernel-0:6.0.1-2.x86_64';
  const both = `fake_bash-0:1.1.1-1.x86_64 ${kernel}`;
  const shared: readonly [file: string, expected: string][] = [
    ['multiple_warnings_00-primary.xml', both],
    ['unknown_element_00-primary.xml', both],
    ['unknown_element_01-primary.xml', 'fake_bash-0:1.1.1-1.x86_64'],
    ['unknown_element_02-primary.xml', both],
    ['repo_01_ampersand-primary.xml', kernel],
    ['error_00-primary.xml', 'hostile: primary.xml: the package fake_bash has no valid checksum'],
  ];
  for (const [file, expected] of shared) {
    it(`reads createrepo_c's ${file} as it does`, async function () {
      const path = needShared(this, 'data/repodata/createrepo_c/modified_repo_files', file);
      expect(await said(readFileSync(path, 'utf8'))).to.equal(expected);
    });
  }

  for (const [repository, expected] of [
    ['repo_01', kernel],
    ['repo_02', both],
    ['repo_03', ''],
    ['repo_04', both],
    ['repo_with_duplicate_packages', `fake_bash-0:1.1.1-1.x86_64 ${both} ${kernel}`],
  ] as const) {
    it(`lists the packages of createrepo_c's ${repository}`, async function () {
      const folder = join(needShared(this, 'data/repodata/createrepo_c', repository), 'repodata');
      const file = readdirSync(folder).find((entry) => entry.endsWith('primary.xml.gz')) ?? '';
      expect(await said(gunzipSync(readFileSync(join(folder, file))).toString())).to.equal(expected);
    });
  }
});
