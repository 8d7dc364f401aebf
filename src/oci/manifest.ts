import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { readDescriptor, type Descriptor } from './descriptor.js';
import { manifestKind, mediaTypes } from './media-type.js';

/** Manifests and configs may have this many bytes (the limit the field keeps). */
export const manifestLimit = 4 * 1024 * 1024;

/** image-spec manifest.md and docker schema 2: one image for one platform. */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  /** Bottom first. */
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/** image-spec image-index.md and docker manifest list. */
export interface Index {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Reads manifest bytes. The media type inside, where there is one, must agree with the one they were served as:
 * the same bytes must not be two documents to two readers (CVE-2021-41190).
 * @throws ImgcheckError unsupported for schema 1 and kinds not known; hostile for what is malformed.
 */
export function parseManifest(bytes: Uint8Array, servedAs: string | undefined, what = 'manifest'): Manifest | Index {
  if (bytes.byteLength > manifestLimit)
    throw new ImgcheckError('hostile', `${what} exceeds its limit of ${manifestLimit} bytes`);
  const fields = new Fields(parseJson(bytes, what), what);
  const version = fields.raw('schemaVersion');
  const inside = fields.optionalString('mediaType');
  if (version === 1 || (servedAs !== undefined && manifestKind(servedAs) === 'schema1')) {
    throw new ImgcheckError(
      'unsupported',
      'docker schema 1 manifests are not read: they carry no config and cannot be checked whole',
      {
        hint: 'push the image again with a current tool: it will be schema 2 or OCI',
      },
    );
  }
  if (version !== 2)
    throw new ImgcheckError('hostile', `${what}.schemaVersion is ${JSON.stringify(version)?.slice(0, 40)}, expected 2`);
  if (
    fields.raw('manifests') !== undefined &&
    (fields.raw('layers') !== undefined || fields.raw('config') !== undefined)
  ) {
    throw new ImgcheckError('hostile', `${what} is an index and a manifest at once`);
  }
  const guessed = fields.raw('manifests') !== undefined ? mediaTypes.ociIndex : mediaTypes.ociManifest;
  const known = servedAs !== undefined && manifestKind(servedAs) !== undefined ? servedAs : undefined;
  if (inside !== undefined && known !== undefined && inside !== known) {
    throw new ImgcheckError('hostile', `${what} says it is ${inside.slice(0, 120)}, but was served as ${known}`);
  }
  const mediaType = inside ?? known ?? guessed;
  const kind = manifestKind(mediaType);
  if (kind === undefined || kind === 'schema1')
    throw new ImgcheckError('unsupported', `unknown manifest media type ${mediaType.slice(0, 120)}`);
  return kind === 'index' ? readIndex(fields, mediaType, what) : readManifest(fields, mediaType, what);
}

function readManifest(fields: Fields, mediaType: string, what: string): Manifest {
  if (fields.raw('manifests') !== undefined)
    throw new ImgcheckError('hostile', `${what} is served as a manifest but is an index`);
  const artifactType = fields.optionalString('artifactType');
  const subject = fields.raw('subject');
  return {
    kind: 'manifest',
    mediaType,
    ...(artifactType ? { artifactType } : {}),
    config: readDescriptor(fields.raw('config'), `${what}.config`),
    layers: fields.array('layers', 1000).map((layer, i) => readDescriptor(layer, `${what}.layers[${i}]`)),
    ...(subject === undefined ? {} : { subject: readDescriptor(subject, `${what}.subject`) }),
    annotations: fields.strings('annotations'),
  };
}

function readIndex(fields: Fields, mediaType: string, what: string): Index {
  const subject = fields.raw('subject');
  if (fields.raw('layers') !== undefined)
    throw new ImgcheckError('hostile', `${what} is served as an index but is a manifest`);
  return {
    kind: 'index',
    mediaType,
    manifests: fields.array('manifests', 1000).map((m, i) => readDescriptor(m, `${what}.manifests[${i}]`)),
    ...(subject === undefined ? {} : { subject: readDescriptor(subject, `${what}.subject`) }),
    annotations: fields.strings('annotations'),
  };
}
