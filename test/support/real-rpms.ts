import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianTool } from './debian.js';

/** A small distribution in two releases, whose spellings are those that a comparison of versions gets wrong. */
interface PackageLine {
  readonly name: string;
  /** epoch:version-release in each release; undefined where the release does not have it. */
  readonly evr: readonly [string | undefined, string | undefined];
  readonly arch?: 'noarch';
  /** %files lines, for each release when they differ. */
  readonly files: string | readonly [string, string];
}

const distribution: readonly PackageLine[] = [
  { name: 'fixture-release', evr: ['1.0-1', '1.1-1'], arch: 'noarch', files: '/etc/os-release' },
  {
    name: 'filesystem',
    evr: ['3.18-2', '3.18-2'],
    files:
      '%dir %attr(1777,root,root) /tmp\n%dir %attr(0777,root,root) /var/open\n%dir %attr(2775,root,mail) /var/mail',
  },
  { name: 'glibc', evr: ['2.39-5', '2.39-5'], files: '/usr/lib64/glibc.so' },
  { name: 'passwd', evr: ['0.80-12', '0.80-12.1'], files: '%attr(4755,root,root) /usr/bin/passwd' },
  {
    name: 'mount-tools',
    evr: ['2.40-1', '2.40-2'],
    files: ['%attr(4755,root,root) /usr/bin/umount', '%attr(0755,root,root) /usr/bin/umount'],
  },
  { name: 'wall', evr: ['1.0-1', '1.0-1'], files: '%attr(2755,root,tty) /usr/bin/wall' },
  { name: 'iputils', evr: ['20240117-1', '20240117-2'], files: '%caps(cap_net_raw=ep) /usr/bin/ping' },
  { name: 'openssl-libs', evr: ['1:3.0.7-24', '1:3.0.7-27'], files: '/usr/lib64/openssl-libs.so' },
  { name: 'tzdata', evr: ['2023c-1', '2024a-1'], arch: 'noarch', files: '/usr/share/tzdata' },
  { name: 'bash', evr: ['5.2~rc1-1', '5.2-1'], files: '/usr/bin/bash' },
  { name: 'libgit', evr: ['1.0^git2-1', '1.0.1-1'], files: '/usr/lib64/libgit.so' },
  { name: 'vim', evr: ['9.0-1', '1:8.2-1'], files: '/usr/bin/vim' },
  { name: 'iproute', evr: ['6.2-5', '6.1-1'], files: '/usr/sbin/ip' },
  { name: 'libten', evr: ['9-1', '10-1'], files: '/usr/lib64/libten.so' },
  { name: 'python2', evr: ['2.7-90', undefined], files: '/usr/bin/python2' },
  { name: 'python3', evr: [undefined, '3.12-1'], files: '/usr/bin/python3' },
];

/** The file that carries cap_net_raw=ep, and that capability as the kernel stores it (vfs_cap_data, revision 2). */
export const capable = {
  path: 'usr/bin/ping',
  capability: Buffer.from('0100000200200000000000000000000000000000', 'hex'),
};

const elf = ['/usr/bin/passwd', '/usr/bin/umount', '/usr/bin/wall', '/usr/bin/ping', '/usr/bin/bash'];

function spec(release: 0 | 1): string {
  const files = (line: PackageLine): string => (typeof line.files === 'string' ? line.files : line.files[release]);
  const lines = distribution.flatMap((line) => {
    const evr = /^(?:(\d+):)?(.*)-(.*)$/.exec(line.evr[release] ?? '');
    if (!evr) return [];
    return [
      `%package -n ${line.name}`,
      `Summary: ${line.name} of the fixture distribution`,
      `Version: ${evr[2]}`,
      `Release: ${evr[3]}`,
      ...(evr[1] === undefined ? [] : [`Epoch: ${evr[1]}`]),
      ...(line.arch ? [`BuildArch: ${line.arch}`] : []),
      'AutoReqProv: no',
      `%description -n ${line.name}`,
      'made for a test',
      `%files -n ${line.name}`,
      files(line),
    ];
  });
  const all = distribution.filter((line) => line.evr[release] !== undefined).map(files);
  const paths = [...all.join('\n').matchAll(/^(%dir )?(?:%attr\(.*?\) |%caps\(.*?\) )?(\/.*)$/gm)];
  return [
    'Name: fixture',
    `Version: 1.${release}`,
    'Release: 1',
    'Summary: a distribution for tests',
    'License: Apache-2.0',
    'Vendor: imgcheck tests',
    '%description',
    'made for a test',
    ...lines,
    '%install',
    'cd %{_sourcedir}',
    ...paths.map(([, dir, path]) => {
      const to = `%{buildroot}${path}`;
      if (dir) return `mkdir -p ${to}`;
      if (path === '/etc/os-release') return `install -D -m 0644 os-release-${release} ${to}`;
      if (elf.includes(path ?? '')) return `install -D -m 0755 elf ${to}`;
      return `mkdir -p $(dirname ${to}); echo '${path} of release ${release}' > ${to}`;
    }),
    '',
  ].join('\n');
}

const defines: Readonly<Record<string, string>> = {
  _build_id_links: 'none',
  debug_package: '%{nil}',
  __os_install_post: '%{nil}',
  _binary_payload: 'w1.gzdio',
  use_source_date_epoch_as_buildtime: '1',
  _buildhost: 'localhost',
  _rpmfilename: '%%{NAME}.rpm',
};

/** Builds the distribution with rpmbuild under `directory`: the RPM files of each release. */
export async function buildRpms(test: Mocha.Context, directory: string): Promise<readonly (readonly string[])[]> {
  const rpmbuild = await debianTool(test, 'rpmbuild');
  const sources = join(directory, 'sources');
  await mkdir(sources, { recursive: true });
  await copyFile('/bin/true', join(sources, 'elf'));
  const releases: string[][] = [];
  for (const release of [0, 1] as const) {
    await writeFile(join(sources, `os-release-${release}`), osRelease(`1.${release}`));
    const specFile = join(sources, `fixture-${release}.spec`);
    await writeFile(specFile, spec(release));
    const rpms = join(directory, `rpms-${release}`);
    const places = { _topdir: join(directory, 'build'), _sourcedir: sources, _rpmdir: rpms };
    const options = Object.entries({ ...defines, ...places }).flatMap(([name, value]) => [
      '--define',
      `${name} ${value}`,
    ]);
    await rpmbuild.run(['-bb', '--quiet', ...options, specFile], {
      env: { SOURCE_DATE_EPOCH: String(Date.UTC(2024, 3 * release, 1) / 1000) },
    });
    releases.push((await readdir(rpms)).sort().map((name) => join(rpms, name)));
  }
  return releases;
}

function osRelease(version: string): string {
  return `NAME="Fixture Linux"\nID=fixture\nID_LIKE="rhel fedora"\nVERSION_ID="${version}"\nPRETTY_NAME="Fixture Linux ${version}"\n`;
}
