import type { RpmPackage } from './package.js';

/** What os-release says that a package URL needs. */
export interface Distribution {
  /** os-release ID. */
  readonly id: string;
  readonly versionId: string;
}

/** Vendors whose name in package URLs is not their os-release ID. */
const namespaces: Readonly<Record<string, string>> = {
  rhel: 'redhat',
  'opensuse-leap': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
  sled: 'suse',
  sles: 'suse',
};

/** purl-spec: everything but unreserved characters and the colon is percent-encoded, as UTF-8. */
function encode(text: string): string {
  // Lone surrogates stand for bytes that were no text; they have no place in a URL.
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

/**
 * The package URL of an installed RPM (purl-spec, type rpm): vendor as namespace, version-release as version; arch, distro,
 * epoch, module label and source package as qualifiers, sorted by name as the specification demands.
 */
export function rpmPurl(
  one: Pick<RpmPackage, 'name' | 'epoch' | 'version' | 'release' | 'arch' | 'sourceRpm' | 'module'>,
  distribution: Distribution | undefined,
): string {
  const id = distribution?.id ?? '';
  const namespace = id === '' ? '' : `${encode((namespaces[id] ?? id).toLowerCase())}/`;
  const qualifiers: readonly [string, string][] = [
    ['arch', one.arch],
    ['distro', id === '' ? '' : `${id}${distribution?.versionId ? `-${distribution.versionId}` : ''}`],
    ['epoch', one.epoch === 0 ? '' : String(one.epoch)],
    ['rpmmod', one.module ?? ''],
    ['upstream', one.sourceRpm ?? ''],
  ];
  const said = qualifiers.filter(([, value]) => value !== '').map(([key, value]) => `${key}=${encode(value)}`);
  const tail = said.length > 0 ? `?${said.join('&')}` : '';
  return `pkg:rpm/${namespace}${encode(one.name)}@${encode(`${one.version}-${one.release}`)}${tail}`;
}
