import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { buildImage, jsonBytes } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { imgcheck } from '../support/command-line.js';
import { debianTool } from '../support/debian.js';
import { inFolder } from '../support/hostile.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';

const seconds = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
const header = (name: string, version: string, day: string): Uint8Array =>
  buildRpmHeader({
    name,
    version,
    release: '1.el7',
    arch: 'x86_64',
    sourceRpm: `${name}-${version}-1.el7.src.rpm`,
    vendor: 'Example',
    buildTime: seconds(day),
    installTime: seconds(day),
  });

const database = 'var/lib/rpm/rpmdb.sqlite';
const passwd = 'root:x:0:0::/root:/bin/bash\nviewer:x:1000:1000::/srv/viewer:/bin/bash\n';
const base = [header('bash', '4.2.46', '2016-01-04'), header('glibc', '2.17', '2016-01-04')];
const updated = [header('bash', '4.2.46', '2016-01-04'), header('glibc', '2.18', '2016-02-01')];
const browser = [...updated, header('firefox', '38.6.0', '2016-02-01')];

/** What `docker save` leaves of the browser in a container that the guide builds in its chapter 5. */
function saved(user: string): Uint8Array {
  const layers = [
    buildTar([
      { path: 'etc/os-release', body: 'ID=rhel\nVERSION_ID="7.2"\n' },
      { path: 'etc/passwd', body: 'root:x:0:0::/root:/bin/bash\n' },
      { path: 'usr/bin/su', mode: 0o4755, body: 'su' },
      { path: database, body: buildSqlite(base) },
    ]),
    buildTar([
      { path: database, body: buildSqlite(updated) },
      { path: 'var/cache/yum/x86_64/7/base/primary.sqlite', body: Buffer.alloc(200_000, 1) },
    ]),
    buildTar([
      { path: database, body: buildSqlite(browser) },
      { path: 'usr/bin/firefox', mode: 0o755, body: 'firefox' },
      { path: 'var/cache/yum/.wh..wh..opq', body: '' },
    ]),
    buildTar([
      { path: 'etc/passwd', body: passwd },
      { path: 'srv/viewer/', mode: 0o700, uid: 1000, gid: 1000 },
      { path: 'srv/viewer/.vnc/passwd', body: 'x', uid: 1000, gid: 1000 },
    ]),
  ];
  const line = (created_by: string, day: string, empty = false): Record<string, unknown> => ({
    created: `${day}T00:00:00Z`,
    created_by,
    ...(empty ? { empty_layer: true } : {}),
  });
  const image = buildImage({
    docker: true,
    compression: 'none',
    layers,
    history: [
      line('/bin/sh -c #(nop) ADD file:1 in /', '2016-01-05'),
      line('/bin/sh -c yum -y update', '2016-02-02'),
      line('/bin/sh -c yum -y install firefox && yum clean all', '2016-02-02'),
      line('/bin/sh -c useradd -u 1000 -m viewer', '2016-02-02'),
      line('/bin/sh -c #(nop) ENV DISPLAY=:0 VNC_PASSWORD=hunter2hunter2', '2016-02-02', true),
      line(`/bin/sh -c #(nop) USER ${user}`, '2016-02-02', true),
    ],
    config: {
      config: {
        User: user,
        Cmd: ['/usr/bin/firefox'],
        Env: ['DISPLAY=:0', 'VNC_PASSWORD=hunter2hunter2'],
        Labels: { Name: 'rhel7/rhel', RUN: 'docker run -d --privileged -v /tmp/.X11-unix:/tmp/.X11-unix IMAGE' },
      },
    },
  });
  const files = layers.map((body, i) => ({ path: `layer-${i}/layer.tar`, body }));
  const config = `${image.config.descriptor.digest.slice(7)}.json`;
  const list = [{ Config: config, RepoTags: ['local/firefox:1'], Layers: files.map(({ path }) => path) }];
  return buildTar([
    ...files,
    { path: config, body: image.config.bytes },
    { path: 'manifest.json', body: jsonBytes(list) },
  ]);
}

describe('the browser of the guide, as docker save leaves it, compressed by xz', function () {
  this.timeout(300_000);

  async function examine(test: Mocha.Context, user: string): Promise<Report> {
    const xz = await debianTool(test, 'xz');
    return inFolder(async (folder) => {
      const file = join(folder, 'firefox.tar.xz');
      writeFileSync(file, (await xz.run(['--stdout'], { input: saved(user) })).bytes);
      const { stdout } = await imgcheck([`docker-archive:${file}`, '--cache', 'none', '--format', 'json']);
      expect(stdout).not.to.include('hunter2');
      return JSON.parse(stdout) as Report;
    });
  }

  const outcomes = (report: Report): Record<string, string> =>
    Object.fromEntries(report.findings.map((one) => [one.check, one.outcome]));

  it('is examined whole: packages by layer, caches below, user, labels and the secret in its environment', async function () {
    const report = await examine(this, 'viewer');
    expect(report.layers.map(({ packages }) => packages?.added.map(({ name }) => name))).to.deep.equal([
      ['bash', 'glibc'],
      [],
      ['firefox'],
      [],
    ]);
    expect(report.layers[1]?.packages?.upgraded.map(({ name }) => name)).to.deep.equal(['glibc']);
    expect(outcomes(report)).to.include({
      'layers-intact': 'pass',
      'package-database': 'pass',
      'user-not-root': 'pass',
      'package-caches-cleaned': 'fail',
      'not-privileged': 'fail',
      secrets: 'fail',
      setuid: 'unknown',
      tls: 'pass',
    });
    const cache = report.findings.find((one) => one.check === 'package-caches-cleaned');
    expect(cache?.message).to.include('layer 2').and.include('layer 3');
  });

  it('runs as root when its last line was left out', async function () {
    expect(outcomes(await examine(this, ''))['user-not-root']).to.equal('fail');
  });
});
