import type { SpecialEntry } from '../examination/examination.js';
import type { ConfigField } from '../freshness/config-differences.js';
import type { Digest } from '../oci/digest.js';

/** One of the two images. */
export interface ComparedImage {
  readonly reference: string;
  readonly digest: Digest;
  readonly platform: string;
  /** What os-release calls it. */
  readonly os?: string;
  /** Bytes to transfer, and as tar. */
  readonly size: number;
  readonly plainSize: number;
  /** Bottom first. */
  readonly layers: readonly {
    readonly digest: Digest;
    readonly diffId?: Digest;
    readonly size: number;
    readonly instruction?: string;
  }[];
  readonly packages: {
    readonly state: 'read' | 'incomplete' | 'removed' | 'none';
    /** False where the list is not whole, or missing on a distribution that has one. */
    readonly complete: boolean;
    readonly count: number;
    readonly problems: readonly string[];
  };
  /** World-writable entries that were counted, not compared. */
  readonly unlisted: number;
  readonly remarks: readonly string[];
}

export interface DiffPackage {
  readonly name: string;
  readonly arch: string;
  /** name:stream */
  readonly module?: string;
  /** [epoch:]version-release */
  readonly version: string;
}

export interface DiffPackageChange extends Omit<DiffPackage, 'version'> {
  readonly from: string;
  readonly to: string;
}

export interface DiffSpecial {
  readonly path: string;
  readonly kinds: readonly string[];
  readonly type: string;
  /** Octal, four digits. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly user?: string;
  readonly group?: string;
  /** As cap_to_text(3) writes them; hex for what the kernel would refuse. */
  readonly capabilities?: string;
  /** major:minor */
  readonly device?: string;
  /** Number of the layer (from 1) that made it so. */
  readonly layer: number;
  readonly packaged: SpecialEntry['packaged'];
  readonly package?: string;
}

/** The file may be there in the other image as well, giving no rights. */
export type DiffSpecialOfOne = DiffSpecial & { readonly plainInOther: boolean };

export interface DiffConfig {
  readonly field: ConfigField;
  readonly key?: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly from?: string | readonly string[];
  readonly to?: string | readonly string[];
  /** The key is one of a secret: its values are left out. */
  readonly secret?: true;
}

/** What `imgcheck diff` says, from the first image to the second; docs/diff.schema.json describes it. */
export interface DiffReport {
  readonly schemaVersion: 1;
  readonly a: ComparedImage;
  readonly b: ComparedImage;
  /** Whether all that is compared could be read. */
  readonly complete: boolean;
  /** How many of the lowest layers are the same, by digest or diffId, and their bytes in the first image. */
  readonly shared: { readonly layers: number; readonly size: number };
  /** Absent where one of the lists could not be read at all. */
  readonly packages?: {
    readonly equal: number;
    readonly upgraded: readonly DiffPackageChange[];
    readonly downgraded: readonly DiffPackageChange[];
    /** The same version, built at another time or by another vendor. */
    readonly rebuilt: readonly DiffPackageChange[];
    readonly added: readonly DiffPackage[];
    readonly removed: readonly DiffPackage[];
  };
  readonly special: {
    readonly equal: number;
    readonly added: readonly DiffSpecialOfOne[];
    readonly removed: readonly DiffSpecialOfOne[];
    readonly changed: readonly {
      readonly path: string;
      readonly changed: readonly string[];
      readonly from: DiffSpecial;
      readonly to: DiffSpecial;
    }[];
  };
  readonly config: readonly DiffConfig[];
}
