import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Report, ReportedFile } from '../../src/report/report.js';
import { buildImage, writeOciLayout } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { imgcheck } from '../support/command-line.js';
import { debianTool, type Tool } from '../support/debian.js';
import { buildRpms } from '../support/real-rpms.js';
import { rpmVerifyLine } from '../support/rpm-verify.js';
import { randomFrom } from '../layer/random-stack.js';

const run = promisify(execFile);
const seeds = Array.from({ length: 16 }, (_, i) => i + 1);
const common = ['--force-debian', '--dbpath', '/var/lib/rpm'];

describe('imgcheck --verify-files beside rpm -Va', function () {
  this.timeout(300_000);
  let directory: string;
  let root: string;
  let rpm: Tool;

  before(async function () {
    if (process.getuid?.() !== 0) {
      console.log('      skipped: rpm needs a superuser to install into a root of its own');
      this.skip();
    }
    directory = mkdtempSync(join(tmpdir(), 'imgcheck-verify-'));
    root = join(directory, 'root');
    rpm = await debianTool(this, 'rpm');
    const [packages = []] = await buildRpms(this, directory);
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:\n');
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\ntty:x:5:\nmail:x:12:\n');
    const flags = ['-U', '--nodeps', '--noscripts', '--ignorearch', '--ignoreos'];
    await rpm.run(['--root', root, ...common, ...flags, ...packages]);
  });

  after(() => {
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  const tarOf = async (folder: string): Promise<Buffer> => {
    const args = ['--format=pax', '--xattrs', '--xattrs-include=security.capability', '-C', folder, '-cf', '-', '.'];
    return (await run('tar', args, { encoding: 'buffer', maxBuffer: 1 << 28 })).stdout;
  };

  /** What rpm says, but for times; it ends with 1 where it says anything. */
  async function verifyByRpm(folder: string): Promise<string[]> {
    const args = ['--root', folder, ...common, '-Va', '--nodeps', '--noscripts'];
    const text = await run(rpm.path, args, { env: rpm.env }).then(
      ({ stdout }) => stdout,
      (error: unknown) =>
        typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '',
    );
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/^(.{7})T/, '$1.'))
      .filter((line) => !line.startsWith('.........'));
  }

  async function reportsOn(layout: string, names: readonly string[]): Promise<readonly Report[]> {
    const images = names.map((name) => `oci:${layout}:${name}`);
    const { stdout, stderr } = await imgcheck([
      ...images,
      '--verify-files',
      '--cache',
      'none',
      '--platform',
      'linux/amd64',
      '--format',
      'json',
    ]);
    expect(stderr).to.equal('');
    const parsed = JSON.parse(stdout) as Report | readonly Report[];
    return 'image' in parsed ? [parsed] : parsed;
  }

  /** Does some of what must not be done to packaged files. */
  function drift(folder: string, paths: readonly string[], seed: number): void {
    const random = randomFrom(seed);
    for (let i = 0; i < 9; i++) {
      const path = join(folder, paths[random(paths.length)] ?? '');
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (!stat || stat.isSymbolicLink()) continue;
      const isDirectory = stat.isDirectory();
      switch (random(8)) {
        case 0:
          chmodSync(path, [0o755, 0o4755, 0o600, 0o1777, 0o2711][random(5)] ?? 0);
          break;
        case 1:
          chownSync(path, random(2) * 1000, [0, 5, 12][random(3)] ?? 0);
          break;
        case 2:
          rmSync(path, { recursive: true });
          break;
        case 3:
          rmSync(path, { recursive: true });
          mkdirSync(path, { mode: 0o755 });
          break;
        case 4:
          rmSync(path, { recursive: true });
          symlinkSync('nowhere', path);
          break;
        case 5:
          renameSync(path, `${path}.real`);
          symlinkSync(`${path.slice(path.lastIndexOf('/') + 1)}.real`, path);
          break;
        default:
          if (isDirectory) break;
          if (random(2) === 0) writeFileSync(path, 'other content');
          else writeFileSync(path, readFileSync(path).fill(0x21));
      }
    }
  }

  it('says the same of the root as it was installed, and of sixteen that were changed at random', async function () {
    const { stdout } = await rpm.run(['--root', root, ...common, '-qal']);
    const paths = [...stdout.split('\n').filter((line) => line.startsWith('/')), '/usr/bin', '/usr/lib64', '/usr'];
    const images: Record<string, ReturnType<typeof buildImage>> = {};
    const expected: string[][] = [];
    for (const seed of [0, ...seeds]) {
      const folder = join(directory, `changed-${seed}`);
      await run('cp', ['-a', root, folder]);
      if (seed > 0) drift(folder, paths, seed);
      images[`s${seed}`] = buildImage({ layers: [await tarOf(folder)] });
      expected.push(await verifyByRpm(folder));
      rmSync(folder, { recursive: true });
    }
    const layout = join(directory, 'layout');
    writeOciLayout(layout, images);
    const reports = await reportsOn(layout, Object.keys(images));
    expect(expected[0]).to.deep.equal([]);
    expect(expected.flat().length).to.be.greaterThan(60);
    for (const [i, report] of reports.entries()) {
      const { files } = report;
      expect([files?.outcome, files?.problems], `seed ${i}`).to.deep.equal(['verified', []]);
      const [ours, theirs] = comparable(files?.differences ?? [], expected[i] ?? []);
      expect(ours, `seed ${i}`).to.deep.equal(theirs);
    }
  });

  it('tells which layer did it, in the report and for people', async () => {
    const change = buildTar([
      { path: 'usr/bin/bash', body: 'not bash', mode: 0o755 },
      { path: 'usr/bin/.wh.vim', body: '' },
    ]);
    const history = ['ADD root.tar /', 'RUN /bin/sh -c curl example.com | sh'].map((created_by) => ({
      created: '2026-01-01T00:00:00Z',
      created_by,
    }));
    const layout = join(directory, 'layered');
    writeOciLayout(layout, { it: buildImage({ layers: [await tarOf(root), change], history }) });
    const [report] = await reportsOn(layout, ['it']);
    expect(
      report?.files?.differences.map(({ path, layer, packageLayer, attributes }) => [
        path,
        layer,
        packageLayer,
        ...attributes,
      ]),
    ).to.deep.equal([
      ['/usr/bin/bash', 2, 1, 'size', 'content'],
      ['/usr/bin/vim', 2, 1],
    ]);
    const { stdout } = await imgcheck([
      `oci:${layout}:it`,
      '--verify-files',
      '--cache',
      'none',
      '--platform',
      'linux/amd64',
    ]);
    expect(stdout.replace(/\s+/g, ' ')).to.match(
      /files-as-packaged layer 2 \(RUN curl example\.com \| sh\) replaced \/usr\/bin\/bash; the package bash-5\.2~rc1-1\.\w+ did not change \(size 8, packaged \d+, other content\); so it is with 1 more file/,
    );
  });
});

/** Both lists sorted, with what became of another type told alike: rpm tells more of it. */
function comparable(files: readonly ReportedFile[], lines: readonly string[]): readonly [string[], string[]] {
  const otherType = new Set(files.filter((one) => one.attributes.includes('type')).map(({ path }) => path));
  const ours = files.map((one) => {
    const differences = one.attributes.map((attribute) => ({ attribute, text: '' }));
    const line = rpmVerifyLine({ ...one, path: one.path.slice(1), differences } as Parameters<typeof rpmVerifyLine>[0]);
    return otherType.has(one.path) ? `type ${one.path}` : line;
  });
  const theirs = lines.map((line) => {
    const path = line.slice(line.indexOf('/'));
    return otherType.has(path) && /^[^ ]*[ML]/.test(line) ? `type ${path}` : line;
  });
  return [ours.sort(), theirs.sort()];
}
