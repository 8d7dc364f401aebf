import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ImgcheckError } from '../../src/core/error.js';
import type { Bytes } from '../../src/core/stream.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import type { ImageReference } from '../../src/oci/reference.js';
import type { PullLocation, RawManifest, Transport } from '../../src/source/source.js';

/** A document or layer and what describes it. */
export interface BuiltBlob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export interface BuiltImage {
  readonly manifest: BuiltBlob;
  readonly config: BuiltBlob;
  readonly layers: readonly BuiltBlob[];
  readonly diffIds: readonly Digest[];
  /** Everything by digest: manifest, config and layers. */
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

export interface BuiltIndex {
  readonly manifest: BuiltBlob;
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

export interface BuildImageInput {
  /** Tar bytes, bottom first. */
  readonly layers: readonly Uint8Array[];
  readonly compression?: 'gzip' | 'none';
  /** `os/arch[/variant]`; linux/amd64 unless told. */
  readonly platform?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Docker schema 2 in place of OCI. */
  readonly docker?: boolean;
  /** Fields of config and manifest as they are to stand, whatever they would have been: the way to lie. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly override?: Readonly<Record<string, unknown>>;
}

const layerTypes = {
  oci: { none: 'application/vnd.oci.image.layer.v1.tar', gzip: 'application/vnd.oci.image.layer.v1.tar+gzip' },
  docker: {
    none: 'application/vnd.docker.image.rootfs.diff.tar',
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

/** A whole image in memory; the same input gives the same digests. */
export function buildImage(input: BuildImageInput): BuiltImage {
  const compression = input.compression ?? 'gzip';
  const layerType = layerTypes[input.docker ? 'docker' : 'oci'][compression];
  const layers = input.layers.map((tar) => describeBlob(layerType, compression === 'gzip' ? gzipSync(tar) : tar));
  const diffIds = input.layers.map((tar) => digestOf(tar));
  const config = describeJson(input.docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig, {
    created: '2026-01-02T03:04:05Z',
    ...platformFields(input.platform ?? 'linux/amd64'),
    config: { Labels: input.labels ?? {} },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history:
      input.history ??
      diffIds.map((_, i) => ({ created: `2026-01-0${(i % 9) + 1}T00:00:00Z`, created_by: `RUN ${i}` })),
    ...input.config,
  });
  const mediaType = input.docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest;
  const manifest = describeJson(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...(input.annotations ? { annotations: input.annotations } : {}),
    ...input.override,
  });
  const platform = platformFields(input.platform ?? 'linux/amd64');
  return {
    manifest: { ...manifest, descriptor: { ...manifest.descriptor, platform } },
    config,
    layers,
    diffIds,
    blobs: new Map([manifest, config, ...layers].map(({ descriptor, bytes }) => [descriptor.digest, bytes])),
  };
}

/** An index of images and indexes, each described with its platform (an index: without). */
export function buildIndex(
  items: readonly (BuiltImage | BuiltIndex)[],
  override: Readonly<Record<string, unknown>> = {},
): BuiltIndex {
  const manifest = describeJson(mediaTypes.ociIndex, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: items.map((item) => item.manifest.descriptor),
    ...override,
  });
  return {
    manifest,
    blobs: new Map([[manifest.descriptor.digest, manifest.bytes], ...items.flatMap(({ blobs }) => [...blobs])]),
  };
}

/** The files of an OCI layout by path; each image under its tag (`''`: without a name). */
export function layoutFiles(tagged: Readonly<Record<string, BuiltImage | BuiltIndex>>): Map<string, Uint8Array> {
  const manifests = Object.entries(tagged).map(([tag, { manifest }]) =>
    tag === ''
      ? manifest.descriptor
      : { ...manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': tag } },
  );
  const files = new Map<string, Uint8Array>([
    ['oci-layout', jsonBytes({ imageLayoutVersion: '1.0.0' })],
    ['index.json', jsonBytes({ schemaVersion: 2, manifests })],
  ]);
  for (const { blobs } of Object.values(tagged)) {
    for (const [digest, bytes] of blobs) files.set(`blobs/${digest.replace(':', '/')}`, bytes);
  }
  return files;
}

/** Writes an OCI layout into a directory, which is made. */
export function writeOciLayout(dir: string, tagged: Readonly<Record<string, BuiltImage | BuiltIndex>>): void {
  for (const [path, bytes] of layoutFiles(tagged)) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
}

/** A transport over what was built; bytes can be replaced by others to see what becomes of them. */
export class MemoryTransport implements Transport {
  readonly reference: ImageReference;
  readonly blobs: Map<Digest, Uint8Array>;
  /** Descriptors fetched, in order. */
  readonly fetched: Descriptor[] = [];
  readonly found: Descriptor[] = [];
  readonly tags = new Map<string, RawManifest>();
  /** Kept by the transport itself, by what they are about. */
  readonly signatures = new Map<Digest, readonly Uint8Array[]>();
  /** Bytes of each chunk. */
  chunk = 65536;
  resolved: RawManifest;
  closed = false;

  constructor(built: BuiltImage | BuiltIndex, reference?: ImageReference) {
    this.reference = reference ?? { transport: 'docker', registry: 'registry.test', repository: 'app', tag: 'latest' };
    this.blobs = new Map(built.blobs);
    this.resolved = built.manifest;
  }

  resolve(): Promise<RawManifest> {
    return Promise.resolve(this.resolved);
  }

  async *fetch(descriptor: Descriptor): Bytes & AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    this.fetched.push(descriptor);
    const bytes = this.blobs.get(descriptor.digest);
    if (!bytes) throw new ImgcheckError('missing', 'no such blob', { subject: descriptor.digest });
    for (let at = 0; at < bytes.length; at += this.chunk) yield bytes.subarray(at, at + this.chunk);
  }

  referrers(_descriptor: Descriptor): Promise<readonly Descriptor[]> {
    return Promise.resolve(this.found);
  }

  tagged(tag: string): Promise<RawManifest> {
    const found = this.tags.get(tag);
    return found
      ? Promise.resolve(found)
      : Promise.reject(new ImgcheckError('missing', 'no such tag', { subject: tag }));
  }

  storedSignatures(digest: Digest): Promise<readonly Uint8Array[] | undefined> {
    return Promise.resolve(this.signatures.get(digest));
  }

  location(): PullLocation | undefined {
    if (this.reference.transport !== 'docker') return undefined;
    const { registry, repository } = this.reference;
    return { registry, repository, insecure: false, mirror: false };
  }

  notes(): readonly string[] {
    return [];
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

export function describeBlob(mediaType: string, bytes: Uint8Array): BuiltBlob {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength }, bytes };
}

export function describeJson(mediaType: string, value: unknown): BuiltBlob {
  return describeBlob(mediaType, jsonBytes(value));
}

export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function platformFields(text: string): { os: string; architecture: string; variant?: string } {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant ? { variant } : {}) };
}
