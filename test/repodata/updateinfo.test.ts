import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import type { Advisory } from '../../src/repodata/advisory.js';
import { formatNevra } from '../../src/repodata/nevra.js';
import { UpdateinfoReader } from '../../src/repodata/updateinfo.js';
import { needShared } from '../support/shared.js';

async function read(document: string | Uint8Array, size = 1 << 20): Promise<{ all: Advisory[]; incomplete: number }> {
  const all: Advisory[] = [];
  const reader = await UpdateinfoReader.open((one) => all.push(one));
  const bytes = Buffer.from(document);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  reader.end();
  return { all, incomplete: reader.incomplete };
}

function summary({ id, type, severity, issued, cves, packages }: Advisory): string {
  const date = issued === undefined ? '-' : new Date(issued * 1000).toISOString().slice(0, 16);
  return `${id} ${type} ${severity} ${date} ${cves.length} ${packages.length}`;
}

function update(content: string, type = 'security'): string {
  return `<updates><update type="${type}"><id>A-1</id>${content}</update></updates>`;
}

function pkglist(...packages: readonly string[]): string {
  return `<pkglist><collection>${packages.join('')}</collection></pkglist>`;
}

describe('UpdateinfoReader', () => {
  it('reads an advisory whole, however it is cut', async () => {
    const document = update(
      '<title>Important:\n fix (CVE-2026-0003)</title><issued date="2026-02-01 10:00:00"/><severity>Important</severity>' +
        '<description>CVE-1999-0001 is only spoken of</description>' +
        '<references><reference type="cve" id="CVE-2026-0001"/><reference type="bugzilla" id="7" title="cve-2026-0002 x: y"/></references>' +
        '<pkglist><collection><name>c</name><module name="m" stream="1" version="2" context="c" arch="x86_64"/>' +
        '<package name="a" epoch="2" version="1" release="3" arch="x86_64"/></collection>' +
        '<collection><package name="b" version="1" release="3" arch="noarch"><filename>b.rpm</filename></package>' +
        '<package name="b" version="1" release="3" arch="src"/></collection></pkglist>',
    );
    const expected: Advisory = {
      id: 'A-1',
      type: 'security',
      severity: 'important',
      severityText: 'Important',
      title: 'Important: fix (CVE-2026-0003)',
      issued: 1_769_940_000,
      cves: ['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003'],
      packages: [
        { name: 'a', epoch: 2, version: '1', release: '3', arch: 'x86_64', module: 'm:1' },
        { name: 'b', epoch: 0, version: '1', release: '3', arch: 'noarch' },
      ],
    };
    expect(await read(document)).to.deep.equal({ all: [expected], incomplete: 0 });
    expect(await read(document, 1)).to.deep.equal({ all: [expected], incomplete: 0 });
  });

  it('counts what has no id or version instead of making it up', async () => {
    const nameless = '<updates><update><id/></update></updates>';
    expect(await read(nameless)).to.deep.equal({ all: [], incomplete: 1 });
    const { all, incomplete } = await read(update(pkglist('<package/>', '<package name="a" version="1" arch="a"/>')));
    expect(all.map(summary)).to.deep.equal(['A-1 security unknown - 0 0']);
    expect(incomplete).to.equal(2);
  });

  for (const [title, document, message] of [
    ['another root', '<metadata/>', /its root is metadata, not updates/],
    [
      'an epoch that is none',
      update(pkglist('<package name="a" version="1" release="1" epoch="-1" arch="a"/>')),
      /epoch/,
    ],
    [
      'an advisory of 100,001 packages',
      update(pkglist('<package name="a" version="1" release="1" arch="a"/>'.repeat(100_001))),
      /more than 100000 packages/,
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const error: unknown = await read(document).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(ImgcheckError).with.property('kind', 'hostile');
      expect(error).to.have.property('message').that.matches(message);
    });
  }

  const shared: readonly [file: string, expected: readonly string[], incomplete?: number][] = [
    ['createrepo_c/updateinfo_files/updateinfo_00.xml', []],
    ['createrepo_c/updateinfo_files/updateinfo_01.xml', ['foobarupdate_1 enhancement unknown 2012-12-12T00:00 0 1']],
    ['createrepo_c/updateinfo_files/updateinfo_02.xml.xz', [], 2],
    [
      'createrepo_c/updateinfo_files/updateinfo_03.xml',
      [
        'RHEA-2012:0055 security unknown 2012-01-27T16:08 0 3',
        'RHEA-2012:0056 security unknown 2013-01-27T16:08 0 3',
        'RHEA-2012:0057 security unknown - 0 1',
        'RHEA-2012:0058 enhancement none 2013-01-27T16:08 0 1',
        'RHEA-2012:0059 enhancement none 2018-01-27T16:08 0 2',
        'RHEA-2012:0060 enhancement none 2019-04-16T15:41 0 1',
      ],
    ],
    [
      'createrepo_c/modified_repo_files/updateinfo_ampersand.xml',
      ['foobarupd&ate_1 enhancement unknown 2012-12-12T00:00 0 1'],
    ],
    ['amazon/updateinfo_1_item.xml.gz', ['ALAS2-2018-939 security critical 2018-01-11T21:05 2 13']],
  ];
  for (const [file, expected, incomplete = 0] of shared) {
    it(`reads ${file}`, async function () {
      const found = await read(unpacked(needShared(this, 'data/repodata', file)));
      expect(found.all.map(summary)).to.deep.equal(expected);
      expect(found.incomplete).to.equal(incomplete);
    });
  }

  it('tells the modules of collections', async function () {
    const path = needShared(this, 'data/repodata/createrepo_c/updateinfo_files/updateinfo_03.xml');
    const { all } = await read(readFileSync(path));
    const modular = all.flatMap(({ packages }) => packages.filter(({ module }) => module !== undefined));
    expect(modular.map((one) => `${one.module} ${formatNevra(one)}`)).to.deep.equal([
      'kangaroo:0 kangaroo-0:0.3-1.noarch',
      'duck:0 duck-0:0.7-1.noarch',
      'duck:0 duck-0:0.8-1.noarch',
    ]);
  });

  it('reads the severities and minutes of Amazon Linux 1 to 2023', async function () {
    const first = async (name: string): Promise<string> => {
      const { all } = await read(unpacked(needShared(this, 'data/repodata/amazon', name)));
      return all[0] ? summary(all[0]).split(' ').slice(0, 4).join(' ') : '';
    };
    expect(await first('updateinfo_2_items.xml.gz')).to.equal('ALAS2-2018-942 security important 2018-02-07T18:49');
    expect(await first('updateinfo_AL2022.xml.gz')).to.equal('ALAS2022-2021-001 security moderate 2021-10-26T02:25');
    expect(await first('updateinfo_AL2023.xml.gz')).to.match(
      /ALAS2023-.* security (?:critical|important|moderate|low) 20/,
    );
  });

  it('refuses the broken one of Amazon Linux', async function () {
    const path = needShared(this, 'data/repodata/amazon/updateinfo_invalid.xml.gz');
    const error: unknown = await read(unpacked(path)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(ImgcheckError).with.property('kind', 'hostile');
  });

  it('reads the real ones of Rocky Linux without their source packages', async function () {
    const { all } = await read(readFileSync(needShared(this, 'data/repodata/rocky8/updateinfo.xml')));
    expect(all.map(({ id, type, severity }) => `${id} ${type} ${severity}`)).to.include.members([
      'RLBA-2021:2580 bugfix none',
      'RLSA-2021:2575 security moderate',
      'RLSA-2021:3057 security important',
    ]);
    expect(all.find(({ id }) => id === 'RLSA-2021:2575')?.cves).to.deep.equal(['CVE-2021-3520']);
    expect(all.flatMap(({ packages }) => packages).filter(({ arch }) => arch === 'src')).to.deep.equal([]);
  });
});

function unpacked(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (path.endsWith('.gz')) return gunzipSync(bytes);
  return path.endsWith('.xz') ? execFileSync('xz', ['-dc'], { input: bytes }) : bytes;
}
