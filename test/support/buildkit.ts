import type { Descriptor } from '../../src/oci/descriptor.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import {
  buildIndex,
  describeBlob,
  describeJson,
  jsonBytes,
  type BuiltBlob,
  type BuiltImage,
  type BuiltIndex,
} from './build-image.js';

type Json = Readonly<Record<string, unknown>>;

/** The steps of a build as BuildKit writes them in `mode=max`: each method adds one and gives its number. */
export class BuildSteps {
  readonly steps: Json[] = [];
  /** Newer BuildKit leaves out members that are zero. */
  readonly #sparse: boolean;

  constructor({ sparse = false } = {}) {
    this.#sparse = sparse;
  }

  source(identifier: string, [os, architecture] = ['linux', 'amd64']): number {
    return this.add({ source: { identifier } }, [], { platform: { Architecture: architecture, OS: os } });
  }

  /** RUN on a step, with others mounted. */
  run(on: number, ...mounted: number[]): number {
    const mounts = [
      this.#numbers({ input: 0, output: 0 }, { dest: '/' }),
      ...mounted.map((_, i) => ({ input: i + 1, dest: `/mnt/${i}`, output: -1, readonly: true })),
      { input: -1, dest: '/cache', output: -1, mountType: 3 },
    ];
    const meta = { args: ['/bin/sh', '-c', 'make'], cwd: '/' };
    return this.add({ exec: { meta, mounts } }, [on, ...mounted]);
  }

  /** COPY --from one step onto another; onto nothing when that is undefined (as `COPY --link` does). */
  copy(onto: number | undefined, from: number): number {
    const inputs = onto === undefined ? [from] : [onto, from];
    const action = this.#numbers(
      { input: onto === undefined ? -1 : 0, secondaryInput: inputs.length - 1, output: 0 },
      { Action: { copy: { src: '/out', dest: '/app', mode: -1, timestamp: -1 } } },
    );
    return this.add({ file: { actions: [action] } }, inputs);
  }

  merge(...inputs: number[]): number {
    return this.add({ merge: { inputs: inputs.map((_, i) => this.#numbers({ input: i }, {})) } }, inputs);
  }

  /** The last step of every build, which has no operation. */
  result(of: number): readonly Json[] {
    this.add(this.#sparse ? {} : null, [of]);
    return this.steps;
  }

  add(op: Json | null, inputs: readonly number[], outer: Json = {}): number {
    this.steps.push({
      id: `step${this.steps.length}`,
      op: { Op: op, ...outer, constraints: {} },
      ...(inputs.length > 0 ? { inputs: inputs.map((step) => `step${step}:0`) } : {}),
    });
    return this.steps.length - 1;
  }

  #numbers(numbers: Readonly<Record<string, number>>, rest: Json): Json {
    const kept = Object.entries(numbers).filter(([, value]) => !this.#sparse || value !== 0);
    return { ...Object.fromEntries(kept), ...rest };
  }
}

export interface BuildInput {
  readonly version?: '0.2' | '1';
  /** Package URLs and other URIs with the sha256 of each, hex; sorted as BuildKit sorts them. */
  readonly materials?: Readonly<Record<string, string | undefined>>;
  /** With steps it is `mode=max`. */
  readonly steps?: readonly Json[];
  /** `# syntax=` of the Dockerfile. */
  readonly frontend?: string;
}

export const predicateTypes = {
  '0.2': 'https://slsa.dev/provenance/v0.2',
  '1': 'https://slsa.dev/provenance/v1',
  sbom: 'https://spdx.dev/Document',
} as const;

/** The predicate that BuildKit writes (docs/attestations/slsa-definitions.md), in either version and mode. */
export function provenancePredicate({ version = '0.2', materials = {}, steps, frontend }: BuildInput): Json {
  const used = Object.entries(materials)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([uri, sha256]) => ({ uri, ...(sha256 === undefined ? {} : { digest: { sha256 } }) }));
  const request = {
    frontend: frontend === undefined ? 'dockerfile.v0' : 'gateway.v0',
    ...(frontend === undefined ? {} : { args: { cmdline: frontend, source: frontend } }),
    locals: [{ name: 'context' }, { name: 'dockerfile' }],
  };
  const buildConfig = steps ? { buildConfig: { llbDefinition: steps, digestMapping: {} } } : {};
  const [started, finished] = ['2026-03-07T08:04:37.968Z', '2026-03-07T08:04:40.837Z'];
  const builder = { id: 'https://ci.test/runs/1' };
  if (version === '1') {
    return {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: { configSource: { path: 'Dockerfile' }, request },
        internalParameters: { builderPlatform: 'linux/amd64', ...buildConfig },
        resolvedDependencies: used,
      },
      runDetails: {
        builder,
        metadata: {
          invocationID: 'rpv7a389uzil5lqmrgwhijwjz',
          startedOn: started,
          finishedOn: finished,
          buildkit_completeness: { request: steps !== undefined, resolvedDependencies: false },
        },
      },
    };
  }
  return {
    builder,
    buildType: 'https://mobyproject.org/buildkit@v1',
    materials: used,
    invocation: {
      configSource: { entryPoint: 'Dockerfile' },
      parameters: request,
      environment: { platform: 'linux/amd64' },
    },
    ...buildConfig,
    metadata: {
      buildInvocationID: 'hgxc1q21vu053qmi8cf6w58cb',
      buildStartedOn: started,
      buildFinishedOn: finished,
      completeness: { parameters: steps !== undefined, environment: true, materials: false },
      reproducible: false,
    },
  };
}

/** An in-toto statement about a digest. */
export function statementAbout(digest: string, predicateType: string, predicate: unknown): Json {
  const colon = digest.indexOf(':');
  return {
    _type:
      predicateType === predicateTypes['1'] ? 'https://in-toto.io/Statement/v1' : 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [
      {
        name: 'pkg:docker/app@1?platform=linux%2Famd64',
        digest: { [digest.slice(0, colon)]: digest.slice(colon + 1) },
      },
    ],
    predicate,
  };
}

export interface AttestationInput {
  /** The newer form has an artifact type, an empty config and the image as its subject. */
  readonly form?: 'old' | 'new';
  /** Instead of the image's own, in the annotation of the index. */
  readonly reference?: string;
  /** Instead of the image's own, as the subject of a manifest of the newer form. */
  readonly subject?: Descriptor;
  /** False leaves the predicate types out of the manifest. */
  readonly hints?: boolean;
}

/** An attestation manifest for an image, of statements or of any bytes. */
export function attestationOf(
  image: BuiltImage,
  statements: readonly (Json | Uint8Array)[],
  { form = 'new', reference, subject, hints = true }: AttestationInput = {},
): BuiltIndex {
  const layers = statements.map((statement): BuiltBlob => {
    const bytes = statement instanceof Uint8Array ? statement : jsonBytes(statement);
    const blob = describeBlob('application/vnd.in-toto+json', bytes);
    if (!hints || statement instanceof Uint8Array) return blob;
    const annotations = { 'in-toto.io/predicate-type': String(statement['predicateType']) };
    return { ...blob, descriptor: { ...blob.descriptor, annotations } };
  });
  const digests = layers.map(({ descriptor }) => descriptor.digest);
  const config =
    form === 'new'
      ? describeJson(mediaTypes.ociEmpty, {})
      : describeJson(mediaTypes.ociConfig, {
          architecture: 'unknown',
          os: 'unknown',
          config: {},
          rootfs: { type: 'layers', diff_ids: digests },
        });
  const { mediaType, digest, size } = image.manifest.descriptor;
  const manifest = describeJson(mediaTypes.ociManifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    ...(form === 'new' ? { artifactType: 'application/vnd.docker.attestation.manifest.v1+json' } : {}),
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...(form === 'new' ? { subject: subject ?? { mediaType, digest, size } } : {}),
  });
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': reference ?? digest,
  };
  const platform = { os: 'unknown', architecture: 'unknown' };
  return {
    manifest: { ...manifest, descriptor: { ...manifest.descriptor, annotations, platform } },
    blobs: new Map([manifest, config, ...layers].map(({ descriptor, bytes }) => [descriptor.digest, bytes])),
  };
}

/** The index that BuildKit pushes: an image with its provenance beside it. */
export function buildWithProvenance(image: BuiltImage, build: BuildInput, input: AttestationInput = {}): BuiltIndex {
  const type = predicateTypes[build.version ?? '0.2'];
  const statement = statementAbout(image.manifest.descriptor.digest, type, provenancePredicate(build));
  return buildIndex([image, attestationOf(image, [statement], input)]);
}
