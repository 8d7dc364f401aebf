import type { RpmPackage } from './package.js';
import { formatEvr } from './version.js';

/** Name, version, release and architecture in one word, with the epoch where there is one: `bash-5.1.8-4.el9.x86_64`. */
export function formatPackage(one: Pick<RpmPackage, 'name' | 'epoch' | 'version' | 'release' | 'arch'>): string {
  return `${one.name}-${formatEvr(one)}${one.arch === '' ? '' : `.${one.arch}`}`;
}
