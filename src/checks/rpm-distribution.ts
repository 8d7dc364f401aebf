import type { OsRelease } from '../analyzers/os-release.js';

const families: ReadonlySet<string> = new Set([
  'almalinux',
  'altlinux',
  'amzn',
  'azurelinux',
  'centos',
  'fedora',
  'mageia',
  'mariner',
  'ol',
  'openeuler',
  'openmandriva',
  'opensuse',
  'opensuse-leap',
  'opensuse-tumbleweed',
  'photon',
  'rhel',
  'rocky',
  'scientific',
  'sled',
  'sles',
  'suse',
]);

/** Whether os-release names a distribution whose packages are RPMs: there, no packages is an answer that needs a reason. */
export function isRpmDistribution(release: OsRelease | undefined): boolean {
  return release !== undefined && [release.id, ...release.idLike].some((id) => families.has(id.toLowerCase()));
}
