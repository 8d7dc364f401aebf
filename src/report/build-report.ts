import type { LayerPackages, VersionChange } from '../analyzers/package-story.js';
import { kinds, type ImgcheckError } from '../core/error.js';
import type { Examination, SpecialEntry } from '../examination/examination.js';
import type { PackageChange } from '../freshness/compare.js';
import type { BaseComparison, BaseVerdict, Freshness } from '../freshness/freshness.js';
import { formatPlatform } from '../oci/platform.js';
import { formatReference } from '../oci/reference.js';
import type { Verdict } from '../policy/verdict.js';
import type { RpmPackage } from '../rpm/package.js';
import { formatEvr } from '../rpm/version.js';
import type { Image } from '../source/image.js';
import { reportBaseLayers } from './base-layers.js';
import { reportExceptions } from './exceptions-report.js';
import { reportFinding } from './findings-report.js';
import { changesNothing, reportRebuild } from './forecast-report.js';
import { reportRepositories } from './repositories-report.js';
import { reportFiles } from './files-report.js';
import { reportSignatures } from './signatures-report.js';
import {
  schemaVersion,
  type Report,
  type ReportedBase,
  type ReportedChange,
  type ReportedCoverage,
  type ReportedLayer,
  type ReportedPackage,
  type ReportedSpecial,
} from './report.js';

/** Puts an examination and its verdict into the shape that is reported. */
export function buildReport(examination: Examination, verdict: Verdict): Report {
  const { image, content, freshness, comparison, tls, coverage, repositories, signatures } = examination;
  return {
    schemaVersion,
    image: {
      reference: formatReference(image.reference),
      digest: image.descriptor.digest,
      platform: formatPlatform(image.platform),
    },
    verdict: { outcome: verdict.outcome, exitCode: verdict.exitCode, rebuild: verdict.rebuild },
    ...(freshness
      ? {
          freshness: {
            ...reportFreshness(freshness, comparison, image, changesNothing(examination)),
            ...reportRebuild(examination, verdict.policy.rebuildWhen),
          },
        }
      : {}),
    ...(repositories ? { repositories: reportRepositories(repositories) } : {}),
    ...(signatures ? reportSignatures(signatures) : { signatures: [] }),
    tls,
    layers: image.layers.map((_, i) => reportLayer(examination, i)),
    ...(content?.files ? { files: reportFiles(content.files) } : {}),
    findings: verdict.findings.map(reportFinding),
    ...reportExceptions(verdict),
    remarks: [...new Set([...image.remarks, ...(freshness?.remarks ?? [])])],
    coverage: {
      ...coverage,
      packages: content?.packages.state.outcome ?? 'not-read',
      signatures: signatureCoverage(signatures),
    },
  };
}

function signatureCoverage(signatures: Examination['signatures']): ReportedCoverage['signatures'] {
  if (!signatures) return 'not-checked';
  return signatures.places.some((place) => place.outcome === 'failed') ? 'incomplete' : 'checked';
}

/** The report of an image that could not be examined. */
export function buildErrorReport(reference: string, error: ImgcheckError, tls: Report['tls'] = []): Report {
  const { kind, message, subject, hint } = error;
  return {
    schemaVersion,
    image: { reference },
    verdict: { outcome: 'unknown', exitCode: kinds[kind].exit, rebuild: false },
    error: { kind, message, ...(subject === undefined ? {} : { subject }), ...(hint === undefined ? {} : { hint }) },
    signatures: [],
    tls,
    layers: [],
    findings: [],
    remarks: [],
  };
}

export function reportPackage({ name, epoch, version, release, arch }: RpmPackage): ReportedPackage {
  return { name, epoch, version, release, arch };
}

function reportFreshness(
  { outcome, bases, rebuildFirst, buildInfo }: Freshness,
  comparison: BaseComparison | undefined,
  image: Image,
  none: boolean | undefined,
): NonNullable<Report['freshness']> {
  return {
    outcome,
    bases: bases.map((one) => {
      const layers = reportBaseLayers(one, image);
      return { ...reportBase(one, comparison, none), ...(layers.length > 0 ? { layers } : {}) };
    }),
    ...(rebuildFirst === undefined ? {} : { rebuildFirst }),
    ...(buildInfo
      ? { buildInfo: buildInfo.map((step) => ({ ...step, layer: step.layer + 1, path: `/${step.path}` })) }
      : {}),
  };
}

function reportBase(
  base: BaseVerdict,
  comparison: BaseComparison | undefined,
  none: boolean | undefined,
): ReportedBase {
  const { reference, level, of, outcome, reason, how, sources, proof, builtFrom, current, behind } = base;
  const differences = level === 1 && comparison?.base === reference ? comparison.differences : undefined;
  const change = (one: PackageChange): ReportedChange => changeOf(one.image, one.other);
  return {
    reference,
    ...(current ? { digest: current.digest } : {}),
    level,
    ...(of === undefined ? {} : { of }),
    outcome,
    reason,
    how,
    sources,
    proof,
    ...(builtFrom ? { builtFrom } : {}),
    ...(current ? { current } : {}),
    behind,
    ...(differences
      ? {
          packages: {
            comparedWith: comparison?.reference ?? reference,
            equal: differences.equal,
            behind: differences.behind.map(change),
            ahead: differences.ahead.map(change),
            added: differences.added.map(reportPackage),
            removed: differences.removed.map(reportPackage),
            ...(none === undefined ? {} : { none }),
            ...(comparison?.problem === undefined ? {} : { problem: comparison.problem }),
          },
        }
      : {}),
  };
}

function reportLayer({ image, content, base }: Examination, index: number): ReportedLayer {
  const layer = image.layers[index];
  if (!layer) throw new RangeError(`there is no layer ${index}`);
  const { descriptor, diffId, instruction, created } = layer;
  const facts = content?.layers[index];
  const packages = content?.packages.layers[index];
  const proved = base !== undefined && base.proof !== 'none';
  return {
    number: index + 1,
    digest: descriptor.digest,
    ...(diffId === undefined ? {} : { diffId }),
    size: descriptor.size,
    mediaType: descriptor.mediaType,
    ...(instruction === undefined ? {} : { instruction }),
    ...(created === undefined ? {} : { created }),
    ...(proved ? { base: base.proof !== 'self' && index < base.layers } : {}),
    ...(facts ? { entries: facts.entries } : {}),
    ...(packages ? { packages: reportChanges(packages) } : {}),
    ...(content ? { setuid: content.special.filter((one) => one.layer === index).map(reportSpecial) } : {}),
  };
}

function reportChanges({
  added,
  removed,
  upgraded,
  downgraded,
}: LayerPackages): NonNullable<ReportedLayer['packages']> {
  const change = (one: VersionChange): ReportedChange => changeOf(one.from, one.to);
  return {
    added: added.map(reportPackage),
    removed: removed.map(reportPackage),
    upgraded: upgraded.map(change),
    downgraded: downgraded.map(change),
  };
}

function changeOf(from: RpmPackage, to: RpmPackage): ReportedChange {
  return { name: to.name, arch: to.arch, from: formatEvr(from), to: formatEvr(to) };
}

function reportSpecial(entry: SpecialEntry): ReportedSpecial {
  const { file, origin, changes, hidden, packaged, package: owner, differences } = entry;
  return {
    path: `/${file.path}`,
    kinds: file.kinds,
    type: file.type,
    mode: file.mode.toString(8).padStart(4, '0'),
    uid: file.uid,
    gid: file.gid,
    ...(file.user ? { user: file.user } : {}),
    ...(file.group ? { group: file.group } : {}),
    origin,
    packaged,
    ...(owner === undefined ? {} : { package: owner }),
    ...(differences ? { differences } : {}),
    ...(changes === undefined ? {} : { changes: changes + 1 }),
    ...(hidden ? { hidden: { layer: hidden.layer + 1, how: hidden.how } } : {}),
    ...(file.capabilities ? { capabilities: hex(file.capabilities) } : {}),
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
