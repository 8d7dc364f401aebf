import { readPackage, type RpmPackage } from '../../src/rpm/package.js';
import { readLines } from './rpm-database.js';
import { buildRpmHeader, type HeaderFields } from './rpm-header.js';

/** A package as it is read from a header of `[epoch:]version-release` and the fields given; x86_64 unless told. */
export function packageOf(evr: string, fields: Omit<HeaderFields, 'version' | 'release' | 'epoch'>): RpmPackage {
  const [, epoch, version = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.+)$/.exec(evr) ?? [];
  const known = epoch === undefined ? {} : { epoch: Number(epoch) };
  return readPackage(buildRpmHeader({ arch: 'x86_64', ...fields, version, release, ...known }));
}

/** A list of the shared collection: name, epoch (`?` where it is not known), version, release, arch. */
export function packagesIn(path: string): readonly RpmPackage[] {
  return readLines(path).map((line) => {
    const [name = '', epoch = '', version = '', release = '', arch = ''] = line.split('\t');
    return packageOf(`${/^\d+$/.test(epoch) ? `${epoch}:` : ''}${version}-${release}`, { name, arch });
  });
}
