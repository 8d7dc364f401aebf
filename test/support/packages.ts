import type { RpmPackage } from '../../src/rpm/package.js';
import { readLines } from './rpm-database.js';

/** A package as a database would give it, of the few fields that count. */
export function packageOf(evr: string, more: Partial<RpmPackage> & { readonly name: string }): RpmPackage {
  const [, epoch = '0', version = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.+)$/.exec(evr) ?? [];
  return {
    epoch: Number(epoch),
    version,
    release,
    arch: 'x86_64',
    headerDigest: `${more.name} ${evr}`,
    shadowed: [],
    isKey: more.name === 'gpg-pubkey',
    ...more,
  };
}

/** A list of the shared collection: name, epoch (`?` where it is not known), version, release, arch. */
export function packagesIn(path: string): readonly RpmPackage[] {
  return readLines(path).map((line) => {
    const [name = '', epoch = '', version = '', release = '', arch = ''] = line.split('\t');
    const known = /^\d+$/.test(epoch) ? epoch : '0';
    return packageOf(`${known}:${version}-${release}`, { name, arch: arch === '(none)' ? '' : arch });
  });
}
