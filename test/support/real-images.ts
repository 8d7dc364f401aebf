import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianTool } from './debian.js';
import { Workshop, type RootAnswers } from './image-workshop.js';
import { RealRegistry } from './real-registry.js';
import { buildRpms } from './real-rpms.js';

/** One image that real tools made, with what real tools say of it. */
export interface RealImage extends RootAnswers {
  /** repository:tag, as it is pushed. */
  readonly name: string;
  readonly what: string;
  /** skopeo's name of what is pushed; undefined for the one that needs the registry's address to be made. */
  readonly source: string | undefined;
  /** skopeo's options for the copy. */
  readonly options: readonly string[];
}

export interface RealImages {
  readonly images: readonly RealImage[];
  /** An OCI layout that holds them by name with a dash for the colon, but for those of another form. */
  readonly layout: string;
}

const baseDates = ['2024-01-02T00:00:00Z', '2024-04-02T00:00:00Z'] as const;
const appDate = '2024-05-01T00:00:00Z';

let built: Promise<RealImages> | undefined;

/**
 * The images, made once in a run of the tests (in seconds, as any user) and removed at its end: a base in two releases,
 * apps on it, and one app in every form that registries hold.
 */
export function realImages(test: Mocha.Context): Promise<RealImages> {
  built ??= build(test).catch((error: unknown) => {
    built = undefined; // a skip is of the one test: the next one is told for itself
    throw error;
  });
  return built;
}

let shared: Promise<SharedRegistry> | undefined;

export interface SharedRegistry {
  readonly registry: RealRegistry;
  readonly images: readonly RealImage[];
  /** By name, what the manifest hashes to. */
  readonly digests: ReadonlyMap<string, string>;
}

/** One registry that holds all images under public/, for every test that only reads; it ends with the process. */
export function sharedRegistry(test: Mocha.Context): Promise<SharedRegistry> {
  shared ??= startShared(test).catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  return shared;
}

async function startShared(test: Mocha.Context): Promise<SharedRegistry> {
  const images = await realImages(test);
  const registry = await RealRegistry.start(test);
  return { registry, images: images.images, digests: await pushImages(test, images, registry) };
}

async function build(test: Mocha.Context): Promise<RealImages> {
  const directory = mkdtempSync(join(tmpdir(), 'imgcheck-images-'));
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
  const releases = await buildRpms(test, directory);
  const workshop = await Workshop.open(test, directory);
  const images: RealImage[] = [];
  const note = async (name: string, what: string, from?: Partial<RealImage>): Promise<void> => {
    const tag = name.replace(':', '-');
    const answers = from?.packages ? {} : await workshop.ask(tag);
    const source = `oci:${workshop.layout}:${tag}`;
    const options = ['--all', '--preserve-digests'];
    images.push({ name, what, source, options, packages: [], flagged: [], ...answers, ...from });
  };

  for (const [release, rpms] of releases.entries()) {
    const [base, app] = [`base-1.${release}`, `app-on-1.${release}`];
    await workshop.addBase(base, rpms, baseDates[release] ?? '');
    await note(`base:1.${release}`, 'one layer with a sqlite database, -shm and an empty -wal beside it');
    await workshop.addLayer([base, app], 'COPY helper /app/helper # buildkit', appDate, async (root) => {
      await mkdir(join(root, 'app'));
      await copyFile('/bin/true', join(root, 'app/helper'));
      await chmod(join(root, 'app/helper'), 0o4755);
    });
    await note(`app:on-1.${release}`, `base:1.${release} and a layer with a setuid file of its own`);
  }
  await workshop.tag('base-1.1', 'base-latest');
  await note('base:latest', 'the same as base:1.1');

  const upgrade = releases[1]?.filter((file) => file.endsWith('/openssl-libs.rpm')) ?? [];
  const edits: readonly [name: string, what: string, run: string, edit: (root: string) => Promise<void>][] = [
    [
      'app:partly-upgraded',
      'one package upgraded: a second database above that of the base',
      'dnf -y upgrade openssl-libs',
      (root) => workshop.install(join(root, 'var/lib/rpm'), upgrade),
    ],
    [
      'app:cleaned',
      'a whiteout of a setuid file; another lost its bit in a copy',
      'rm /usr/bin/passwd && chmod u-s /usr/bin/umount',
      async (root) => {
        await rm(join(root, 'usr/bin/passwd'));
        await chmod(join(root, 'usr/bin/umount'), 0o755);
      },
    ],
    [
      'app:no-database',
      'a whiteout of the package database',
      'rm -rf /var/lib/rpm',
      (root) => rm(join(root, 'var/lib/rpm'), { recursive: true }),
    ],
  ];
  for (const [name, what, run, edit] of edits) {
    await workshop.addLayer(['app-on-1.0', name.replace(':', '-')], `RUN /bin/sh -c ${run}`, appDate, edit);
    await note(name, what);
  }

  await workshop.addIndex('base-1.0', 'multi-1.0', ['amd64', 'arm64', 's390x']);
  await note('multi:1.0', 'an OCI index of three platforms', await workshop.ask('base-1.0'));
  const app = await workshop.ask('app-on-1.0');
  const forms = { 'plain-tar': ['--dest-oci-accept-uncompressed-layers'], zstd: ['--dest-compress-format', 'zstd'] };
  for (const [form, options] of Object.entries(forms)) {
    const layout = await workshop.recompress('app-on-1.0', form, options);
    await note(`app:${form}`, `app:on-1.0 with ${form} layers`, { ...app, source: `oci:${layout}:it` });
  }
  const source = `oci:${workshop.layout}:app-on-1.0`;
  await note('app:schema2', 'app:on-1.0 as docker schema 2', { ...app, source, options: ['--format', 'v2s2'] });
  await note('app:annotated', 'app:on-1.0 that names its base by annotations', { ...app, source: undefined });
  return { images, layout: workshop.layout };
}

/**
 * Pushes every image to the registry under `prefix`, with skopeo over verified TLS.
 * @returns by name, what the manifest that skopeo reads back hashes to.
 */
export async function pushImages(
  test: Mocha.Context,
  { images, layout }: RealImages,
  registry: RealRegistry,
  prefix = 'public',
): Promise<ReadonlyMap<string, string>> {
  const skopeo = await debianTool(test, 'skopeo');
  const work = mkdtempSync(join(layout, '..', 'push-'));
  const digests = new Map<string, string>();
  for (const { name, source, options } of images) {
    const base = { reference: `${registry.host}/${prefix}/base:latest`, digest: digests.get('base:1.0') ?? '' };
    const from = source ?? (await annotate(test, layout, join(work, 'annotated'), base));
    const reference = `docker://${registry.host}/${prefix}/${name}`;
    // With a blob cache of its own for each copy, or skopeo puts a gzip twin in the place of a layer of another form.
    const env = { XDG_DATA_HOME: join(work, name.replace(':', '-')) };
    const to = ['--dest-cert-dir', registry.certDir];
    await skopeo.run(['--insecure-policy', 'copy', '-q', ...options, ...to, from, reference], { env });
    const { bytes } = await skopeo.run(['inspect', '--raw', '--cert-dir', registry.certDir, reference]);
    digests.set(name, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  }
  await rm(work, { recursive: true });
  return digests;
}

/** app:on-1.0 with the annotations of the base it was built from, whose tag now names the next release. */
async function annotate(
  test: Mocha.Context,
  layout: string,
  copy: string,
  base: { reference: string; digest: string },
): Promise<string> {
  const umoci = await debianTool(test, 'umoci');
  await cp(layout, copy, { recursive: true });
  const key = 'org.opencontainers.image.base';
  const name = ['--manifest.annotation', `${key}.name=${base.reference}`];
  const digest = ['--manifest.annotation', `${key}.digest=${base.digest}`];
  await umoci.run(['config', '--no-history', '--image', `${copy}:app-on-1.0`, ...name, ...digest]);
  return `oci:${copy}:app-on-1.0`;
}
