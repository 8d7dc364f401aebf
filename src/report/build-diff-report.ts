import type { VersionChange } from '../analyzers/package-story.js';
import { isRpmDistribution } from '../checks/rpm-distribution.js';
import type { SpecialEntry } from '../examination/examination.js';
import type { ImageDifference } from '../examination/difference.js';
import type { PackageChanges } from '../examination/package-changes.js';
import type { ReadImage } from '../examination/read-image.js';
import { typeOf, type SpecialOfOne } from '../examination/special-changes.js';
import type { ConfigDifference } from '../freshness/config-differences.js';
import { isSecretName } from '../secrets/secret-name.js';
import { formatPlatform } from '../oci/platform.js';
import { formatReference } from '../oci/reference.js';
import { formatCapabilities, readCapabilities } from '../rpm/capability.js';
import type { RpmPackage } from '../rpm/package.js';
import { formatEvr } from '../rpm/version.js';
import type {
  ComparedImage,
  DiffConfig,
  DiffPackage,
  DiffPackageChange,
  DiffReport,
  DiffSpecial,
  DiffSpecialOfOne,
} from './diff-report.js';
import { commandWithoutSecrets, withoutSecrets } from './without-secrets.js';

/** Puts two images and their difference into the shape that is reported; values of secrets are left out. */
export function buildDiffReport(from: ReadImage, to: ReadImage, difference: ImageDifference): DiffReport {
  const { shared, packages, special, config } = difference;
  const [a, b] = [reportImage(from), reportImage(to)];
  return {
    schemaVersion: 1,
    a,
    b,
    complete: a.packages.complete && b.packages.complete,
    shared: { layers: shared, size: a.layers.slice(0, shared).reduce((sum, { size }) => sum + size, 0) },
    ...(hasList(a) && hasList(b) ? { packages: reportPackages(packages) } : {}),
    special: {
      equal: special.equal,
      added: special.added.map(reportOfOne),
      removed: special.removed.map(reportOfOne),
      changed: special.changed.map((one) => ({
        path: `/${one.from.file.path}`,
        changed: one.changed,
        from: reportSpecial(one.from),
        to: reportSpecial(one.to),
      })),
    },
    config: config.map(reportConfig),
  };
}

function reportImage({ image, content, gathered }: ReadImage): ComparedImage {
  const { state, packages } = content.packages;
  const missing = state.outcome === 'none' && isRpmDistribution(content.osRelease);
  return {
    reference: formatReference(image.reference),
    digest: image.descriptor.digest,
    platform: formatPlatform(image.platform),
    ...(content.osRelease?.prettyName ? { os: content.osRelease.prettyName } : {}),
    size: image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    plainSize: gathered.facts.reduce((sum, { plainSize }) => sum + plainSize, 0),
    layers: image.layers.map(({ descriptor, diffId, instruction }) => ({
      digest: descriptor.digest,
      ...(diffId === undefined ? {} : { diffId }),
      size: descriptor.size,
      ...(instruction === undefined ? {} : { instruction: withoutSecrets(instruction) }),
    })),
    packages: {
      state: state.outcome,
      complete: state.outcome === 'read' || (state.outcome === 'none' && !missing),
      count: packages.length,
      problems: state.outcome === 'none' ? [noDatabase(content, missing)] : state.problems,
    },
    unlisted: content.unlisted,
    remarks: image.remarks,
  };
}

function noDatabase({ managers, osRelease }: ReadImage['content'], missing: boolean): string {
  if (missing) return `no RPM database, though os-release says ${osRelease?.prettyName || osRelease?.id || 'RPM'}`;
  return managers.length > 0
    ? `no RPM database; packages of ${managers.join(', ')} are not compared`
    : 'no RPM database';
}

/** Without a list nothing could be told from "none": all packages of the other would seem to be new. */
function hasList({ packages: { state, count, complete } }: ComparedImage): boolean {
  return complete || (state === 'incomplete' && count > 0);
}

function reportPackages({
  equal,
  upgraded,
  downgraded,
  rebuilt,
  added,
  removed,
}: PackageChanges): NonNullable<DiffReport['packages']> {
  return {
    equal,
    upgraded: upgraded.map(reportChange),
    downgraded: downgraded.map(reportChange),
    rebuilt: rebuilt.map(reportChange),
    added: added.map(reportPackage),
    removed: removed.map(reportPackage),
  };
}

function named({ name, arch, module }: RpmPackage): Omit<DiffPackage, 'version'> {
  return { name, arch, ...(module === undefined ? {} : { module: module.split(':').slice(0, 2).join(':') }) };
}

function reportPackage(one: RpmPackage): DiffPackage {
  return { ...named(one), version: formatEvr(one) };
}

function reportChange({ from, to }: VersionChange): DiffPackageChange {
  return { ...named(to), from: formatEvr(from), to: formatEvr(to) };
}

function reportOfOne({ entry, plainInOther }: SpecialOfOne): DiffSpecialOfOne {
  return { ...reportSpecial(entry), plainInOther };
}

function reportSpecial({ file, layer, packaged, package: owner }: SpecialEntry): DiffSpecial {
  const { devMajor = 0, devMinor = 0, capabilities } = file;
  return {
    path: `/${file.path}`,
    kinds: file.kinds,
    type: typeOf(file),
    mode: file.mode.toString(8).padStart(4, '0'),
    uid: file.uid,
    gid: file.gid,
    ...(file.user ? { user: file.user } : {}),
    ...(file.group ? { group: file.group } : {}),
    ...(capabilities ? { capabilities: capabilityText(capabilities) } : {}),
    ...(file.kinds.includes('device') ? { device: `${devMajor}:${devMinor}` } : {}),
    layer: layer + 1,
    packaged,
    ...(owner === undefined ? {} : { package: owner }),
  };
}

function capabilityText(bytes: Uint8Array): string {
  const read = readCapabilities(bytes);
  return read ? formatCapabilities(read) : Buffer.from(bytes).toString('hex');
}

function reportConfig({ field, key, from, to }: ConfigDifference): DiffConfig {
  const change = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
  const named = { field, ...(key === undefined ? {} : { key }), change } as const;
  if (field === 'ExposedPorts' || field === 'Volumes') return named;
  if ((field === 'Env' || field === 'Labels') && isSecretName(key ?? '')) return { ...named, secret: true };
  return {
    ...named,
    ...(from === undefined ? {} : { from: shown(from) }),
    ...(to === undefined ? {} : { to: shown(to) }),
  };
}

function shown(value: string | readonly string[]): string | readonly string[] {
  return typeof value === 'string' ? withoutSecrets(value) : commandWithoutSecrets(value);
}
