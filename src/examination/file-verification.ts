import type { AttributeDifference } from './file-attributes.js';

/** A file that is not as its package lists it. */
export interface FileDifference {
  /** Where the package has it, canonical. */
  readonly path: string;
  /** Name, version, release and architecture of the package. */
  readonly package: string;
  /** `config`: such files are there to be changed. `ghost`: the package owns the name, not the content. */
  readonly role: 'file' | 'config' | 'ghost';
  /** Nothing is there; else what differs. */
  readonly missing: boolean;
  readonly differences: readonly AttributeDifference[];
  /** Index of the layer that has it so, or took it away; undefined where no layer ever had it. */
  readonly layer?: number;
  /** Index of the layer that brought the package. */
  readonly packageLayer: number;
}

/** The files of the image beside what its packages list. */
export interface FileVerification {
  /** `none`: there is no database to compare with. `incomplete`: `problems` says why. */
  readonly outcome: 'verified' | 'incomplete' | 'none';
  readonly packages: number;
  /** Listed files that were looked at. */
  readonly files: number;
  /** By path. */
  readonly differences: readonly FileDifference[];
  /** Beyond the ones listed. */
  readonly unlisted: number;
  readonly problems: readonly string[];
}
