import type { Codec } from '../archive/decoder.js';
import { ImgcheckError } from '../core/error.js';
import { collect, type Bytes } from '../core/stream.js';
import { parseConfig } from '../oci/config.js';
import type { Descriptor } from '../oci/descriptor.js';
import { digestOf, type Digest } from '../oci/digest.js';
import { manifestLimit } from '../oci/manifest.js';
import { mediaTypes } from '../oci/media-type.js';
import type { LocalReference } from '../oci/reference.js';
import { chooseSaved, parseSaved, type SavedImage } from './docker-save.js';
import { localAnswers } from './local-transport.js';
import type { Member } from './member-index.js';
import { OuterArchive } from './outer-archive.js';
import type { RawManifest, Transport } from './source.js';

const layerTypes: Readonly<Partial<Record<Codec, string>>> = {
  none: 'application/vnd.docker.image.rootfs.diff.tar',
  gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
};

/**
 * `docker-archive:FILE[:reference|:@N]`: what `docker save` writes. It has no manifest, so one (schema 2) is made of
 * its manifest.json. A layer that is plain tar is described by the diff_id that the config gives it, so reading it
 * proves it against the config and it is hashed once; only one that is compressed within the archive is hashed beforehand.
 */
export async function openDockerArchive(reference: LocalReference): Promise<Transport> {
  const archive = await OuterArchive.open(reference.path);
  const contents = new Map<Digest, Member>();
  let resolved: Promise<RawManifest> | undefined;

  async function* content(descriptor: Descriptor): Bytes & AsyncGenerator<Uint8Array> {
    await resolve();
    const member = contents.get(descriptor.digest);
    if (member === undefined) {
      throw new ImgcheckError('missing', `the archive has no content for ${descriptor.digest}`, {
        subject: reference.path,
      });
    }
    yield* archive.bytes(member);
  }

  function resolve(): Promise<RawManifest> {
    return (resolved ??= (async () => {
      const image = chooseSaved(parseSaved(await readSaved(archive)), reference);
      return describeImage(archive, image, contents);
    })());
  }

  return {
    reference,
    resolve,
    fetch: content,
    referrers: () => Promise.resolve([]),
    ...localAnswers(reference),
    close: () => archive.close(),
  };
}

async function readSaved(archive: OuterArchive): Promise<Uint8Array> {
  if (archive.has('manifest.json')) return archive.document('manifest.json', manifestLimit);
  const subject = archive.path;
  if (archive.has('repositories')) {
    throw new ImgcheckError('unsupported', 'saved by a Docker older than 1.10: it has no manifest.json', { subject });
  }
  throw new ImgcheckError('missing', 'not a docker archive: it has no manifest.json', {
    subject,
    hint: archive.has('index.json') ? 'it looks like an oci-archive:' : undefined,
  });
}

async function describeImage(
  archive: OuterArchive,
  image: SavedImage,
  contents: Map<Digest, Member>,
): Promise<RawManifest> {
  const member = await archive.find(image.config);
  const bytes = await collect(archive.bytes(member), manifestLimit, image.config);
  const config: Descriptor = { mediaType: mediaTypes.dockerConfig, digest: digestOf(bytes), size: bytes.byteLength };
  checkName(image.config, config.digest, archive.path);
  const { diffIds } = parseConfig(bytes, image.config);
  if (diffIds.length !== image.layers.length) {
    throw new ImgcheckError('hostile', `config lists ${diffIds.length} diff_ids for ${image.layers.length} layers`, {
      subject: archive.path,
    });
  }
  contents.set(config.digest, member);
  const layers: Descriptor[] = [];
  for (const [i, diffId] of diffIds.entries()) {
    const layer = await archive.find(image.layers[i] ?? '');
    const descriptor = await describeLayer(archive, layer, diffId);
    contents.set(descriptor.digest, layer);
    layers.push(descriptor);
  }
  const { dockerManifest } = mediaTypes;
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: dockerManifest, config, layers }));
  return {
    descriptor: { mediaType: dockerManifest, digest: digestOf(manifest), size: manifest.byteLength },
    bytes: manifest,
  };
}

async function describeLayer(archive: OuterArchive, layer: Member, diffId: Digest): Promise<Descriptor> {
  const codec = await archive.codecOf(layer);
  const mediaType = layerTypes[codec];
  if (mediaType === undefined) {
    throw new ImgcheckError('unsupported', `the layer ${layer.path} is compressed with ${codec}`, {
      subject: archive.path,
    });
  }
  return { mediaType, digest: codec === 'none' ? diffId : await archive.digestOf(layer), size: layer.size };
}

/** A config is named by its own digest (the image ID): `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`. */
function checkName(name: string, digest: Digest, subject: string): void {
  const hex = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (hex === undefined || digest === `sha256:${hex}`) return;
  throw new ImgcheckError('integrity', `digest mismatch: expected sha256:${hex}, got ${digest} of the config ${name}`, {
    subject,
  });
}
