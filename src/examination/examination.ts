import type { OsRelease } from '../analyzers/os-release.js';
import type { PackageManager } from '../analyzers/package-managers.js';
import type { PackageStory } from '../analyzers/package-story.js';
import type { SpecialFile } from '../analyzers/special-files.js';
import type { BaseComparison, BaseVerdict, Freshness } from '../freshness/freshness.js';
import type { LayerFacts } from '../layer/facts.js';
import type { Hidden } from '../layer/squash.js';
import type { TlsHop } from '../registry/evidence.js';
import type { Image } from '../source/image.js';
import type { FileVerification } from './file-verification.js';
import type { Ownership } from './ownership.js';
import type { PackageSignatures } from './package-signatures.js';
import type { RepositoryFindings } from './repositories.js';

/** A setuid file, capability, device or world-writable entry, with where it comes from and whose it is. */
export interface SpecialEntry extends Ownership {
  readonly file: SpecialFile;
  /** Index of the layer that made it so. */
  readonly layer: number;
  /** Set when a higher layer hid or replaced it: it still ships, but the image does not show it. */
  readonly hidden?: Hidden;
  /** `base`: from the base's layers. `own`: from the image's. `unknown`: no base is proved. */
  readonly origin: 'base' | 'own' | 'unknown';
  /** The lower layer that has an entry of this path too: it was changed, not made, here. */
  readonly changes?: number;
}

/** What all layers together show. */
export interface Content {
  /** Bottom first, one for each of the image's layers. */
  readonly layers: readonly LayerFacts[];
  readonly packages: PackageStory;
  readonly special: readonly SpecialEntry[];
  /** World-writable entries that were counted, not listed. */
  readonly unlisted: number;
  readonly osRelease: OsRelease | undefined;
  readonly managers: readonly PackageManager[];
  /** Undefined where the files were not asked for. */
  readonly files: FileVerification | undefined;
}

/** What the examination rests on: without it nobody could tell "clean" from "not looked at". */
export interface Coverage {
  readonly layersRead: number;
  /** Of those, taken from the facts kept of an earlier run. */
  readonly layersCached: number;
  readonly layersTotal: number;
  /** Compressed bytes fetched for layers, bases included. */
  readonly bytesFetched: number;
  readonly entries: number;
  readonly requests: Readonly<Record<'manifests' | 'blobs' | 'tags' | 'referrers' | 'auth', number>>;
  /** What was left out, and why. */
  readonly skipped: readonly string[];
}

/** Everything that was found out about one image. Gathered by `examine`, judged by checks. */
export interface Examination {
  readonly image: Image;
  /** Undefined where layers were not asked for. */
  readonly content: Content | undefined;
  readonly freshness: Freshness | undefined;
  /** The base that counts: proved, or named and judged by its packages. */
  readonly base: BaseVerdict | undefined;
  readonly comparison: BaseComparison | undefined;
  /** Undefined where no repository was named for the image. */
  readonly repositories?: RepositoryFindings | undefined;
  /** Undefined where layers were not asked for. */
  readonly packageSignatures?: PackageSignatures | undefined;
  readonly tls: readonly TlsHop[];
  readonly coverage: Coverage;
  readonly now: Date;
}
