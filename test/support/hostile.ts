import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import { exitCodeOf, formatError } from '../../src/cli/failure.js';
import { ImgcheckError, type ErrorKind } from '../../src/core/error.js';
import { examine } from '../../src/examination/examine.js';
import { LayerReader } from '../../src/examination/layers.js';
import type { FreshnessOptions } from '../../src/freshness/judge.js';
import { FactsStore } from '../../src/layer/store.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { parseReference, type ImageReference } from '../../src/oci/reference.js';
import { builtInPolicy } from '../../src/policy/policy.js';
import { judge } from '../../src/policy/verdict.js';
import { RegistryClient, type RegistryOptions } from '../../src/registry/client.js';
import { buildErrorReport, buildReport } from '../../src/report/build-report.js';
import { renderJson } from '../../src/report/json.js';
import { renderLayersText } from '../../src/report/layers-text.js';
import type { ReportedFinding } from '../../src/report/findings-report.js';
import type { Report } from '../../src/report/report.js';
import { renderText } from '../../src/report/text.js';
import { buildImage, describeBlob, type BuildImageInput, type BuiltImage, type BuiltIndex } from './build-image.js';
import { buildTar, type TarInput } from './build-tar.js';
import { FakeRegistry, type FakeRegistryOptions, type RecordedRequest } from './fake-registry.js';

export const repository = 'hostile/app';
export const gzipLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const zstdLayer = 'application/vnd.oci.image.layer.v1.tar+zstd';
const root = fileURLToPath(new URL('../..', import.meta.url));
const main = new URL('../../src/cli/main.ts', import.meta.url).href;
const now = new Date('2026-06-01T00:00:00Z');
/** Longer than any of these can take; what is past it hangs. */
const hang = 60_000;

export interface Setting {
  /** Bends the registry before it is asked. */
  readonly bend?: (registry: FakeRegistry) => void;
  readonly registry?: FakeRegistryOptions;
  readonly client?: RegistryOptions;
  readonly freshness?: Partial<FreshnessOptions>;
  /** Other registries whose certificates are trusted. */
  readonly others?: readonly FakeRegistry[];
}

/** What became of a whole examination: never a crash, never a control character. */
export interface Judged {
  readonly report: Report;
  readonly error: ImgcheckError | undefined;
  readonly exitCode: number;
  /** All that could be printed: check and layers as text, JSON, and the line of an error. */
  readonly printed: string;
  readonly requests: readonly RecordedRequest[];
}

/** The tar of a layer alone, in an image. */
export function imageOfTar(
  entries: readonly (TarInput | Uint8Array)[],
  input: Partial<BuildImageInput> = {},
): BuiltImage {
  return buildImage({ ...input, layers: [buildTar(entries)] });
}

/** A layer as it is to stand: bytes, and what is claimed of them. */
export interface RawLayer {
  readonly bytes: Uint8Array;
  readonly mediaType?: string;
  readonly diffId?: Digest;
  readonly claims?: Partial<Descriptor>;
}

/** An image of layers that nobody would write. */
export function imageOfRaw(layers: readonly RawLayer[], input: Partial<BuildImageInput> = {}): BuiltImage {
  const blobs = layers.map(({ bytes, mediaType }) => describeBlob(mediaType ?? gzipLayer, bytes));
  const diffIds = layers.map(({ bytes, diffId }) => diffId ?? digestOf(bytes));
  const descriptors = blobs.map(({ descriptor }, i) => ({ ...descriptor, ...layers[i]?.claims }));
  const image = buildImage({
    ...input,
    layers: [],
    config: {
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: diffIds.map(() => ({ created_by: 'RUN' })),
      ...input.config,
    },
    override: { layers: descriptors, ...input.override },
  });
  const added = new Map(blobs.map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
  return { ...image, layers: blobs, diffIds, blobs: new Map([...image.blobs, ...added]) };
}

/** The gzip data of a tar with one file, and its diff_id: something to damage. */
export function gzipOfTar(entries: readonly TarInput[] = [{ path: 'etc/motd', body: 'hello\n'.repeat(500) }]) {
  const tar = buildTar(entries);
  return { bytes: gzipSync(tar), diffId: digestOf(tar) };
}

/** Puts all of it into a registry under `hostile/app:1.0`. */
export function store(registry: FakeRegistry, image: BuiltImage | BuiltIndex): void {
  for (const bytes of image.blobs.values()) {
    registry.putBlob(bytes);
    if (Buffer.from(bytes.subarray(0, 16)).toString() === '{"schemaVersion"') registry.putManifest(repository, bytes);
  }
  registry.putManifest(repository, image.manifest.bytes, '1.0');
}

/** The whole examination of an image that lies in a registry within the process. */
export async function examineHostile(image: BuiltImage | BuiltIndex, setting: Setting = {}): Promise<Judged> {
  const registry = await FakeRegistry.start(setting.registry);
  try {
    store(registry, image);
    setting.bend?.(registry);
    const authorities = [registry, ...(setting.others ?? [])].map(({ authority }) => ({
      pem: authority.cert,
      from: 'test',
    }));
    const client = new RegistryClient({
      certificates: () => Promise.resolve({ authorities, clients: [] }),
      sleep: () => Promise.resolve(),
      ...setting.client,
    });
    const judged = await examineReference(parseReference(`${registry.host}/${repository}:1.0`), setting, client);
    return { ...judged, requests: registry.requests };
  } finally {
    await registry.close();
  }
}

/** The whole examination of an image in a place of its own. */
export async function examineReference(
  reference: ImageReference,
  setting: Setting = {},
  client = new RegistryClient(),
): Promise<Judged> {
  const reader = new LayerReader({ store: new FactsStore(undefined), jobs: 2 });
  const freshness = { base: undefined, bases: [], releases: true, ...setting.freshness };
  const platform = { os: 'linux', architecture: 'amd64' };
  const style = { width: 100, color: false, unicode: true };
  const print = (report: Report): string =>
    [renderText([report], style), renderLayersText(report, style), renderJson([report])].join('\n');
  let report: Report;
  let error: ImgcheckError | undefined;
  let printed: string;
  try {
    const examination = await examine(reference, { layers: true, freshness }, { client, reader, platform, now });
    report = buildReport(examination, judge(examination, checks, builtInPolicy));
    printed = print(report);
  } catch (caught) {
    // Anything else would be exit code 70: a bug of ours.
    if (!(caught instanceof ImgcheckError)) throw caught;
    error = caught;
    report = buildErrorReport('image', error);
    const line = formatError(error);
    expect(line).not.to.include('\n');
    printed = `${print(report)}${line}\n`;
  } finally {
    await client.close();
  }
  expectPrintable(printed);
  return { report, error, printed, requests: [], exitCode: error ? exitCodeOf(error) : report.verdict.exitCode };
}

/** What could move a cursor, hide text or turn its direction; line breaks are ours. */
const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

export function expectPrintable(text: string): void {
  const found = dangerous.exec(text);
  expect(found && JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60)), 'printed raw').to.equal(
    null,
  );
}

/** The image was stopped, with the exit code of the kind, and a message that says why. */
export function expectRefused(judged: Judged, kind: ErrorKind, message: string | RegExp): void {
  expect(judged.error, judged.printed.slice(0, 4000)).to.be.instanceOf(ImgcheckError);
  expect([judged.error?.kind, judged.error?.message]).to.satisfy(
    ([got, said]: [string, string]) =>
      got === kind && (typeof message === 'string' ? said.includes(message) : message.test(said)),
    `${kind}: ${String(message)}`,
  );
}

/** The findings of one check in a report that came about. */
export function findingsOf(judged: Judged, check: string): readonly ReportedFinding[] {
  expect(judged.error?.message).to.equal(undefined);
  const found = judged.report.findings.filter((one) => one.check === check);
  expect(found, check).not.to.be.empty;
  return found;
}

/** The check failed, in these words among others. */
export function expectFinding(
  judged: Judged,
  check: string,
  outcome: ReportedFinding['outcome'],
  message: string,
): void {
  const said = findingsOf(judged, check).map((one) => `${one.outcome}: ${one.message}`);
  expect(
    said.some((one) => one.startsWith(outcome) && one.includes(message)),
    `${outcome}: ${message}, in ${said.join('\n')}`,
  ).to.equal(true);
}

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly RecordedRequest[];
}

/** The command line itself, in a process of its own, on an image in a registry. */
export async function runHostile(
  image: BuiltImage | BuiltIndex,
  setting: Setting & { readonly command?: readonly string[] } = {},
): Promise<Run> {
  const registry = await FakeRegistry.start(setting.registry);
  try {
    store(registry, image);
    setting.bend?.(registry);
    const name = `${registry.host}/${repository}:1.0`;
    const run = await runCommand([...(setting.command ?? []), name], [registry, ...(setting.others ?? [])]);
    return { ...run, requests: registry.requests };
  } finally {
    await registry.close();
  }
}

/** `imgcheck ARGS`, away from the settings and the cache of whoever runs the tests. */
export async function runCommand(args: readonly string[], registries: readonly FakeRegistry[] = []): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'imgcheck-hostile-'));
  try {
    writeFileSync(join(folder, 'ca.crt'), registries.map(({ authority }) => authority.cert).join('\n'));
    const certificates = registries.length > 0 ? ['--cert-dir', folder] : [];
    const script = `import { main } from ${JSON.stringify(main)}; await main(process.argv.slice(1));`;
    const options = ['--import', 'tsx', '--no-warnings', '--input-type=module', '-e', script, '--'];
    const { PATH = '' } = process.env;
    const env = { PATH, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
    const child = spawn(process.execPath, [...options, ...args, ...certificates], { cwd: root, env, timeout: hang });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => stdout.push(part));
    child.stderr.on('data', (part: Buffer) => stderr.push(part));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), requests: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing on the standard output, one line on the other, and the exit code. */
export function expectOneLine(run: Run, code: number, line: RegExp): void {
  expect([run.code, run.stdout], run.stderr).to.deep.equal([code, '']);
  expect(run.stderr).to.match(/^imgcheck: [^\n]*\n$/);
  expectPrintable(run.stderr);
  expect(run.stderr).to.match(line);
}

/** Runs `work` and says by how many bytes buffers and heap grew at most meanwhile. */
export async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const used = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const before = used();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, used())), 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, used()) - before;
}

/** A temporary folder, gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'imgcheck-hostile-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
