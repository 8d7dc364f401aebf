import { ImgcheckError } from '../core/error.js';
import { parseConfig, type Config } from '../oci/config.js';
import type { Descriptor } from '../oci/descriptor.js';
import { shortDigest } from '../oci/digest.js';
import { manifestLimit, parseManifest, type Index, type Manifest } from '../oci/manifest.js';
import { layerCompression, mediaTypes } from '../oci/media-type.js';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.js';
import { maskSecrets } from '../secrets/find-in-text.js';
import { alignHistory } from './history.js';
import type { Image, ImageLayer } from './image.js';
import { selectPlatform } from './select.js';
import type { ImageSource } from './source.js';

export interface ResolveOptions {
  /** Selects within an index; a lone manifest is taken whatever its platform. */
  readonly platform: Platform;
}

/**
 * Follows a reference to one image for one platform: index, manifest and config are fetched and verified, layers are not.
 * @throws ImgcheckError missing when the index has no such platform; unsupported for artifacts, schema 1, encrypted and
 * unknown layers; hostile for documents that contradict themselves; and what the source throws
 */
export async function resolveImage(source: ImageSource, options: ResolveOptions): Promise<Image> {
  const raw = await source.resolve();
  const top = parseManifest(raw.bytes, raw.descriptor.mediaType);
  const remarks = [...source.notes()];
  const { descriptor, manifest, manifestBytes, index } =
    top.kind === 'manifest'
      ? { descriptor: raw.descriptor, manifest: top, manifestBytes: raw.bytes, index: undefined }
      : await openChild(source, top, raw.descriptor, options.platform);
  checkIsImage(manifest);
  for (const layer of manifest.layers) checkLayerType(layer);
  const config = parseConfig(await source.document(manifest.config, manifestLimit));
  const platform = judgePlatform(config, index ? descriptor.platform : undefined, options.platform, remarks);
  const layers = joinLayers(manifest, config, remarks);
  if (source.reference.transport === 'docker-archive') {
    remarks.push('a docker archive has no manifest: the digest shown is of one made from its manifest.json');
  }
  return {
    reference: source.reference,
    source,
    resolved: raw.descriptor,
    index,
    descriptor,
    manifest,
    manifestBytes,
    platform,
    config,
    layers,
    remarks,
  };
}

async function openChild(
  source: ImageSource,
  index: Index,
  top: Descriptor,
  wanted: Platform,
): Promise<{ descriptor: Descriptor; manifest: Manifest; manifestBytes: Uint8Array; index: Index }> {
  const descriptor = await selectPlatform(source, index, top.digest, wanted);
  const manifestBytes = await source.document(descriptor, manifestLimit);
  const manifest = parseManifest(manifestBytes, descriptor.mediaType);
  if (manifest.kind !== 'manifest') {
    throw new ImgcheckError('hostile', 'a manifest was expected, an index came', { subject: descriptor.digest });
  }
  return { descriptor, manifest, manifestBytes, index };
}

/** image-spec manifest.md, "Guidelines for Artifact Usage": what is no image says so by its config's media type. */
function checkIsImage(manifest: Manifest): void {
  const { mediaType } = manifest.config;
  if (mediaType === mediaTypes.ociConfig || mediaType === mediaTypes.dockerConfig) return;
  const type = mediaType === mediaTypes.ociEmpty ? (manifest.artifactType ?? mediaType) : mediaType;
  throw new ImgcheckError('unsupported', `an artifact, not an image: ${type.slice(0, 120)}`, {
    subject: manifest.config.digest,
  });
}

function judgePlatform(config: Config, indexed: Platform | undefined, wanted: Platform, remarks: string[]): Platform {
  const own = config.platform;
  if (own.os === '' || own.architecture === '') {
    remarks.push('the config does not say for which platform the image is');
    return indexed ?? own;
  }
  // An index may say the variant that a config leaves out.
  const platform =
    own.variant === undefined && indexed?.variant !== undefined ? { ...own, variant: indexed.variant } : own;
  if (indexed !== undefined && indexed.architecture !== '' && !matchesPlatform(platform, withoutVersion(indexed))) {
    remarks.push(`the config says ${formatPlatform(own)} where the index says ${formatPlatform(indexed)}`);
  } else if (!matchesPlatform(platform, wanted)) {
    remarks.push(`the image is for ${formatPlatform(platform)}, not for ${formatPlatform(wanted)} as asked`);
  }
  return platform;
}

/** Configs say the version of Windows more exactly than an index does, or not at all. */
function withoutVersion({ os, architecture, variant }: Platform): Platform {
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

function joinLayers(manifest: Manifest, config: Config, remarks: string[]): readonly ImageLayer[] {
  const { layers } = manifest;
  if (config.diffIds.length !== layers.length) {
    throw new ImgcheckError('hostile', `config lists ${config.diffIds.length} diff_ids for ${layers.length} layers`, {
      subject: manifest.config.digest,
    });
  }
  const history = alignHistory(config.history, layers.length);
  if (history.remark !== undefined) remarks.push(history.remark);
  return layers.map((descriptor, i): ImageLayer => {
    if (isForeign(descriptor)) {
      remarks.push(
        `layer ${shortDigest(descriptor.digest)} is foreign: it is fetched from the image's own place, not from its urls`,
      );
    }
    const line = history.lines[i];
    const instruction = line?.createdBy === undefined ? undefined : maskSecrets(line.createdBy);
    return { descriptor, diffId: config.diffIds[i], instruction, created: line?.created };
  });
}

function checkLayerType(descriptor: Descriptor): void {
  try {
    layerCompression(descriptor.mediaType);
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    throw new ImgcheckError(error.kind, error.message, { subject: descriptor.digest, hint: error.hint, cause: error });
  }
}

/** image-spec layer.md, non-distributable layers: the publisher may have left them out of the registry. */
function isForeign({ mediaType, urls }: Descriptor): boolean {
  return urls !== undefined || mediaType.includes('.foreign.') || mediaType.includes('.nondistributable.');
}
