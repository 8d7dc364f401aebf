import { ImgcheckError } from '../core/error.js';

/** Every media type we know, under the field's own names (image-spec media-types.md, docker image-spec v2.2). */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

/**
 * What every manifest request must accept: with any of the four left out a registry may answer 404 or convert
 * the manifest on the fly, which changes its digest. Schema 1 is left out on purpose.
 */
export const manifestAccept: readonly string[] = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest,
];

export type ManifestKind = 'index' | 'manifest' | 'schema1';

export function manifestKind(mediaType: string): ManifestKind | undefined {
  switch (mediaType) {
    case mediaTypes.ociIndex:
    case mediaTypes.dockerList:
      return 'index';
    case mediaTypes.ociManifest:
    case mediaTypes.dockerManifest:
      return 'manifest';
    case mediaTypes.dockerSchema1:
    case mediaTypes.dockerSchema1Signed:
      return 'schema1';
    default:
      return undefined;
  }
}

export type Compression = 'none' | 'gzip' | 'zstd';

const layerTypes: Readonly<Record<string, Compression>> = {
  'application/vnd.oci.image.layer.v1.tar': 'none',
  'application/vnd.oci.image.layer.v1.tar+gzip': 'gzip',
  'application/vnd.oci.image.layer.v1.tar+zstd': 'zstd',
  'application/vnd.oci.image.layer.nondistributable.v1.tar': 'none',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip': 'gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd': 'zstd',
  'application/vnd.docker.image.rootfs.diff.tar': 'none',
  'application/vnd.docker.image.rootfs.diff.tar.gzip': 'gzip',
  'application/vnd.docker.image.rootfs.diff.tar.zstd': 'zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar': 'none',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip': 'gzip',
};

/** @throws ImgcheckError unsupported for encrypted and unknown layers, by name. */
export function layerCompression(mediaType: string): Compression {
  if (mediaType.includes('+encrypted')) {
    throw new ImgcheckError('unsupported', `the layer is encrypted (${mediaType.slice(0, 120)})`, {
      hint: 'decrypt the image before it is examined',
    });
  }
  const compression = Object.hasOwn(layerTypes, mediaType) ? layerTypes[mediaType] : undefined;
  if (!compression) throw new ImgcheckError('unsupported', `unknown layer media type ${mediaType.slice(0, 120)}`);
  return compression;
}
