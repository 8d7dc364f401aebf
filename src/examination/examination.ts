import type { Accounts } from '../analyzers/accounts.js';
import type { DaemonJson } from '../analyzers/daemon-json.js';
import type { OsRelease } from '../analyzers/os-release.js';
import type { PackageManager } from '../analyzers/package-managers.js';
import type { PackageStory } from '../analyzers/package-story.js';
import type { SelinuxLabel } from '../analyzers/selinux-labels.js';
import type { SpecialFile } from '../analyzers/special-files.js';
import type { StatePath } from '../analyzers/state-paths.js';
import type { TemporaryFolder } from '../analyzers/temporary-folders.js';
import type { AdvisoryForecast } from '../freshness/advisory-forecast.js';
import type { Forecast } from '../freshness/forecast.js';
import type { BaseComparison, BaseVerdict, Freshness } from '../freshness/freshness.js';
import type { Rebuild } from '../freshness/rebuild.js';
import type { LayerFacts } from '../layer/facts.js';
import type { Hidden, Seen } from '../layer/squash.js';
import type { TlsHop } from '../registry/evidence.js';
import type { SignatureFindings } from '../signature/verify-signatures.js';
import type { Image } from '../source/image.js';
import type { TagObservation } from '../state/observed-tags.js';
import type { FileVerification } from './file-verification.js';
import type { Ownership } from './ownership.js';
import type { LayerLeftovers } from './package-leftovers.js';
import type { PackageSignatures } from './package-signatures.js';
import type { RepositoryFindings } from './repositories.js';
import type { SecretFindings } from './secret-findings.js';

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
  /** Caches, histories and logs of package managers, visible and hidden. */
  readonly leftovers: readonly LayerLeftovers[];
  /** Files with private keys, tokens and passwords, visible and hidden. */
  readonly secrets: SecretFindings;
  /** etc/passwd, where the image shows one. */
  readonly users: Seen<Accounts> | undefined;
  /** What services wrote, and the folders where they would. */
  readonly state: readonly Seen<StatePath>[];
  /** Only labels that no file of an image should have. */
  readonly selinuxLabels: readonly Seen<SelinuxLabel>[];
  /** /tmp and /var/tmp. */
  readonly temporary: readonly Seen<TemporaryFolder>[];
  /** Settings of dockerd. */
  readonly daemons: readonly Seen<DaemonJson>[];
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

/**
 * How much hangs on the image being signed. `shown`: only where a rule covers it; `asked`: that is the very question, and
 * "nobody said whose signature would count" is no pass; `required`: a signature must hold, whatever the policy accepts.
 */
export type SignatureDemand = 'shown' | 'asked' | 'required';

/** Everything that was found out about one image. Gathered by `examine`, judged by checks. */
export interface Examination {
  readonly image: Image;
  /** Undefined where layers were not asked for. */
  readonly content: Content | undefined;
  readonly freshness: Freshness | undefined;
  /** The base that counts: proved, or named and judged by its packages. */
  readonly base: BaseVerdict | undefined;
  readonly comparison: BaseComparison | undefined;
  /** What a rebuild on today's base would change; undefined where packages could not be compared. */
  readonly forecast?: Forecast | undefined;
  /** What a rebuild would do to the advisories that are missed; undefined where no repository told. */
  readonly advisories?: AdvisoryForecast | undefined;
  /** Whether a rebuild is needed, by every measure; undefined where the base was not asked for. */
  readonly rebuild?: Rebuild | undefined;
  /** Undefined where no repository was named for the image. */
  readonly repositories?: RepositoryFindings | undefined;
  /** Undefined where layers were not asked for. */
  readonly packageSignatures?: PackageSignatures | undefined;
  /** Undefined where signatures were not asked for. */
  readonly signatures?: SignatureFindings | undefined;
  readonly signatureDemand?: SignatureDemand;
  /** What the tags that were looked up named, the image's own and its bases', beside what they named before. */
  readonly tags?: readonly TagObservation[];
  readonly tls: readonly TlsHop[];
  readonly coverage: Coverage;
  readonly now: Date;
}
