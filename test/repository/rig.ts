import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BuildSpec {
  readonly name: string;
  /** `[epoch:]version-release`. */
  readonly evr: string;
  readonly arch?: string;
}

export interface FileSpec {
  readonly type: string;
  readonly plain: string;
  readonly suffix?: string;
  readonly pack?: (plain: Uint8Array) => Uint8Array;
  /** Written into its element of repomd.xml in place of the truth. */
  readonly checksum?: string;
  readonly size?: string;
  readonly openChecksum?: string;
  readonly openSize?: string;
  readonly location?: string;
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export function primaryXml(...builds: readonly BuildSpec[]): string {
  const packages = builds.map(({ name, evr, arch = 'x86_64' }) => {
    const [, epoch = '0', version = '', release = ''] = /^(?:(\d+):)?(.*)-(.*)$/.exec(evr) ?? [];
    return (
      `<package type="rpm"><name>${name}</name><arch>${arch}</arch>` +
      `<version epoch="${epoch}" ver="${version}" rel="${release}"/>` +
      `<checksum type="sha256" pkgid="YES">${sha256(name + evr)}</checksum></package>`
    );
  });
  return `<metadata xmlns="http://linux.duke.edu/metadata/common" packages="${builds.length}">${packages.join('')}</metadata>`;
}

export interface AdvisorySpec {
  readonly id: string;
  readonly issued?: string;
  readonly module?: string;
  readonly builds: readonly BuildSpec[];
}

export function updateinfoXml(...advisories: readonly AdvisorySpec[]): string {
  const updates = advisories.map(({ id, issued = '2026-01-01', module, builds }) => {
    const [name = '', stream = ''] = module?.split(':') ?? [];
    const packages = builds.map((build) => {
      const [, epoch = '0', version = '', release = ''] = /^(?:(\d+):)?(.*)-(.*)$/.exec(build.evr) ?? [];
      return `<package name="${build.name}" epoch="${epoch}" version="${version}" release="${release}" arch="${build.arch ?? 'x86_64'}"/>`;
    });
    return (
      `<update type="security"><id>${id}</id><issued date="${issued}"/><severity>Important</severity><pkglist><collection>` +
      `${module === undefined ? '' : `<module name="${name}" stream="${stream}"/>`}${packages.join('')}</collection></pkglist></update>`
    );
  });
  return `<updates>${updates.join('')}</updates>`;
}

export function modulesYaml(name: string, stream: string, ...artifacts: readonly string[]): string {
  const list = artifacts.map((one) => `    - ${one}\n`).join('');
  return `---\ndocument: modulemd\nversion: 2\ndata:\n  name: ${name}\n  stream: ${stream}\n  artifacts:\n    rpms:\n${list}...\n`;
}

export const primary = (...builds: readonly BuildSpec[]): FileSpec => ({
  type: 'primary',
  plain: primaryXml(...builds),
});
export const updateinfo = (...advisories: readonly AdvisorySpec[]): FileSpec => ({
  type: 'updateinfo',
  plain: updateinfoXml(...advisories),
});
export const modules = (plain: string): FileSpec => ({ type: 'modules', plain });

/** The files of a repository by path, repomd.xml among them; gzip unless a file says otherwise. */
export function makeRepository(...files: readonly FileSpec[]): ReadonlyMap<string, Uint8Array> {
  const all = new Map<string, Uint8Array>();
  const elements = files.map((file) => {
    const { type, plain, suffix = '.gz', pack = gzipSync } = file;
    const bytes = pack(Buffer.from(plain));
    const path = `repodata/${type}.${type === 'modules' ? 'yaml' : 'xml'}${suffix}`;
    all.set(path, bytes);
    return (
      `<data type="${type}"><checksum type="sha256">${file.checksum ?? sha256(bytes)}</checksum>` +
      `<open-checksum type="sha256">${file.openChecksum ?? sha256(plain)}</open-checksum>` +
      `${file.location ?? `<location href="${path}"/>`}<timestamp>1770000000</timestamp>` +
      `<size>${file.size ?? bytes.byteLength}</size><open-size>${file.openSize ?? Buffer.byteLength(plain)}</open-size></data>`
    );
  });
  all.set('repodata/repomd.xml', Buffer.from(`<repomd><revision>7</revision>${elements.join('')}</repomd>`));
  return all;
}

export function writeRepository(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
