import type { Advisory } from '../repodata/advisory.js';
import type { PrimaryPackage } from '../repodata/primary.js';

/** What one signature check of repomd.xml found; `bad` is no such thing but an integrity failure. */
export interface RepositorySignature {
  readonly outcome: 'valid' | 'unknown-key' | 'unsupported' | 'unsigned' | 'not-checked';
  readonly signer?: string;
}

/** A build that a repository offers. */
export interface RepositoryPackage extends PrimaryPackage {
  /** `name:stream` of the module that it belongs to. */
  readonly module?: string;
}

/** What a repository says of the packages it was asked about; plain data, all of it verified against repomd.xml. */
export interface RepositoryIndex {
  readonly location: string;
  readonly revision?: string;
  /** When its list of packages was made: seconds since 1970, as repomd.xml says. */
  readonly timestamp?: number;
  readonly signature: RepositorySignature;
  /** The newest build of each name, architecture and module stream. */
  readonly packages: readonly RepositoryPackage[];
  /** Every `name:stream` it has, sorted. */
  readonly modules: readonly string[];
  /** Those that bring a package that was asked about, with these packages alone. */
  readonly advisories: readonly Advisory[];
  /** True where it has no updateinfo.xml: nothing is known of advisories. */
  readonly unadvised?: true;
  /** What a reader of the answer should know: what is missing, was not checked, or was left out. */
  readonly remarks: readonly string[];
}

/** True for a release that says it was built for a module. */
export function isModularRelease(release: string): boolean {
  return /\.module[_+]/.test(release);
}
