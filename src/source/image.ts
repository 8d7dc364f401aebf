import type { Config } from '../oci/config.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { Index, Manifest } from '../oci/manifest.js';
import type { Platform } from '../oci/platform.js';
import type { ImageReference } from '../oci/reference.js';
import type { ImageSource } from './source.js';

/** One layer of an image with what belongs to it. */
export interface ImageLayer {
  readonly descriptor: Descriptor;
  /** What its tar bytes must hash to; undefined where the config lists none for it. */
  readonly diffId: Digest | undefined;
  /** The history line that made it, if the lines add up; with three stars in place of secrets, for it is shown. */
  readonly instruction: string | undefined;
  readonly created: string | undefined;
}

/** One image for one platform: an immutable view; its layers are not fetched yet. */
export interface Image {
  readonly reference: ImageReference;
  readonly source: ImageSource;
  /** What the reference resolved to: the manifest itself, or the index it was selected from. */
  readonly resolved: Descriptor;
  readonly index: Index | undefined;
  /** The platform manifest: what is examined. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly platform: Platform;
  readonly config: Config;
  readonly layers: readonly ImageLayer[];
  /** What did not add up but did not stop us: histories, counts, a platform unlike the one asked for. */
  readonly remarks: readonly string[];
}
