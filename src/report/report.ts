import type { Outcome } from '../checks/check.js';
import type { ErrorKind } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import type { ReportedException } from './exceptions-report.js';
import type { ReportedFinding } from './findings-report.js';
import type { TlsHop } from '../registry/evidence.js';
import type { ReportedBaseLayer } from './base-layers.js';
import type { ReportedForecast, ReportedRebuild } from './forecast-report.js';
import type { ReportedAttestation, ReportedSignature, ReportedTrust } from './signatures-report.js';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const schemaVersion = 1;

export interface ReportedPackage {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

/** One package in two versions, as [epoch:]version-release. */
export interface ReportedChange {
  readonly name: string;
  readonly arch: string;
  readonly from: string;
  readonly to: string;
}

export interface ReportedRelease {
  readonly reference: string;
  readonly digest: Digest;
  /** Of the index that the platform manifest was selected from. */
  readonly index?: Digest;
  /** Only where it may be counted with. */
  readonly created?: string;
  readonly createdFrom: 'config';
  readonly createdTrust: 'plausible' | 'zeroed' | 'future' | 'none';
  /** What stands there where that may not be counted with. */
  readonly createdStated?: string;
}

/** A build that left its build info in a layer. */
export interface ReportedBuild {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  /** Number of the layer, from 1. */
  readonly layer: number;
  readonly path: string;
  readonly from: readonly string[];
}

export interface ReportedBase {
  readonly reference: string;
  /** Of the platform manifest that the reference names today. */
  readonly digest?: Digest;
  /** 1: the image's own base; 2: the base of that, named by `of`; and so on. */
  readonly level: number;
  readonly of?: string;
  readonly outcome: 'fresh' | 'stale' | 'unknown';
  readonly reason: string;
  readonly how: readonly string[];
  readonly sources: readonly {
    readonly source: string;
    readonly trust: 'claimed' | 'corroborated' | 'proved';
    readonly says: string;
  }[];
  readonly proof: 'layers' | 'diff-ids' | 'self' | 'none';
  readonly builtFrom?: ReportedRelease;
  readonly current?: ReportedRelease;
  readonly behind: { readonly releases?: number; readonly days?: number };
  /** Of the base as it is today, bottom first; present where its manifest was had. */
  readonly layers?: readonly ReportedBaseLayer[];
  /** From the image's version to the base's; present where both were read. */
  readonly packages?: {
    readonly comparedWith: string;
    readonly equal: number;
    readonly behind: readonly ReportedChange[];
    readonly ahead: readonly ReportedChange[];
    readonly added: readonly ReportedPackage[];
    readonly removed: readonly ReportedPackage[];
    /** True where nothing of the base's part differs: its newer digest has nothing newer inside. */
    readonly none?: boolean;
    readonly problem?: string;
  };
}

export interface ReportedSpecial {
  readonly path: string;
  readonly kinds: readonly string[];
  readonly type: string;
  /** Octal, four digits. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly user?: string;
  readonly group?: string;
  readonly origin: 'base' | 'own' | 'unknown';
  /** Whether its RPM package has it so; unknown where no database, or not all of it, was read. */
  readonly packaged: 'as-packaged' | 'changed' | 'unowned' | 'unknown';
  /** The owning package: name-[epoch:]version-release.arch. */
  readonly package?: string;
  /** How it differs from what is packaged, in words. */
  readonly differences?: readonly string[];
  /** Number of the lower layer (from 1) that has an entry of this path too. */
  readonly changes?: number;
  readonly hidden?: { readonly layer: number; readonly how: string };
  /** Hex of the security.capability attribute. */
  readonly capabilities?: string;
}

export interface ReportedLayer {
  /** From 1, bottom first. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId?: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly instruction?: string;
  readonly created?: string;
  /** Whether it is the base's; absent where no base is proved. */
  readonly base?: boolean;
  /** Present where layers were read. */
  readonly entries?: number;
  readonly packages?: {
    readonly added: readonly ReportedPackage[];
    readonly removed: readonly ReportedPackage[];
    readonly upgraded: readonly ReportedChange[];
    readonly downgraded: readonly ReportedChange[];
  };
  /** Setuid and setgid files, capabilities, devices, world-writable entries that this layer brought. */
  readonly setuid?: readonly ReportedSpecial[];
}

/** A file that is not as its package lists it. */
export interface ReportedFile {
  readonly path: string;
  readonly package: string;
  /** Configuration, and ghosts (made at run time), may differ. */
  readonly role: 'file' | 'config' | 'ghost';
  readonly missing: boolean;
  readonly attributes: readonly string[];
  /** In words. */
  readonly differences: readonly string[];
  /** Number of the layer (from 1) that has it so, or took it away; absent where no layer ever had it. */
  readonly layer?: number;
  /** Number of the layer that brought the package. */
  readonly packageLayer: number;
}

/** The files of the image beside what its packages list; only where that was asked for. */
export interface ReportedFiles {
  readonly outcome: 'verified' | 'incomplete' | 'none';
  readonly packages: number;
  readonly files: number;
  readonly differences: readonly ReportedFile[];
  /** Differences beyond the ones listed. */
  readonly unlisted: number;
  readonly problems: readonly string[];
}

export interface ReportedCoverage {
  readonly layersRead: number;
  readonly layersCached: number;
  readonly layersTotal: number;
  readonly bytesFetched: number;
  readonly entries: number;
  readonly packages: 'read' | 'incomplete' | 'removed' | 'none' | 'not-read';
  /** `incomplete`: a place where signatures may lie could not be looked into. */
  readonly signatures: 'checked' | 'incomplete' | 'not-checked';
  readonly requests: Readonly<Record<string, number>>;
  readonly skipped: readonly string[];
}

/** An RPM repository that was asked, and what of the image is older than in it. */
export interface ReportedRepositories {
  readonly asked: readonly {
    readonly location: string;
    readonly revision?: string;
    readonly signature?: string;
    readonly problem?: string;
    readonly remarks: readonly string[];
  }[];
  readonly current?: number;
  readonly ahead?: number;
  readonly absent?: number;
  readonly behind: readonly (ReportedChange & {
    readonly repository: string;
    /** RFC 3339: the first advisory that superseded it. */
    readonly since?: string;
    readonly advisories: readonly {
      readonly id: string;
      readonly type: string;
      readonly severity: string;
      readonly issued?: string;
    }[];
  })[];
  /** Packages whose module stream is not known there. */
  readonly uncompared: readonly { readonly name: string; readonly arch: string; readonly reason: string }[];
}

/** What one run says of one image; every format shows this and nothing else. docs/report.schema.json describes it. */
export interface Report {
  readonly schemaVersion: typeof schemaVersion;
  readonly image: { readonly reference: string; readonly digest?: Digest; readonly platform?: string };
  readonly verdict: { readonly outcome: Outcome; readonly exitCode: number; readonly rebuild: boolean };
  /** What stopped the examination, when something did: nothing else is known then. */
  readonly error?: {
    readonly kind: ErrorKind;
    readonly message: string;
    readonly subject?: string;
    readonly hint?: string;
  };
  readonly freshness?: {
    readonly outcome: 'fresh' | 'stale' | 'unknown';
    readonly bases: readonly ReportedBase[];
    /** The base that must be rebuilt before the image. */
    readonly rebuildFirst?: string;
    /** Present where layers were read. */
    readonly buildInfo?: readonly ReportedBuild[];
    /** Whether a rebuild is needed, by every measure. */
    readonly rebuild?: ReportedRebuild;
    /** What it would change; present where packages of image and base were compared. */
    readonly forecast?: ReportedForecast;
  };
  readonly repositories?: ReportedRepositories;
  /** Empty also where they were not looked for: then `trust` is absent. */
  readonly signatures: readonly ReportedSignature[];
  readonly attestations?: readonly ReportedAttestation[];
  readonly trust?: ReportedTrust;
  readonly tls: readonly TlsHop[];
  readonly layers: readonly ReportedLayer[];
  readonly files?: ReportedFiles;
  readonly findings: readonly ReportedFinding[];
  /** Of the policy, those that are for this image; absent where there is none. */
  readonly exceptions?: readonly ReportedException[];
  readonly remarks: readonly string[];
  readonly coverage?: ReportedCoverage;
}
