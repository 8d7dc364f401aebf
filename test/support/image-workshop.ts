import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract, pack, type Header } from 'tar-stream';
import { debianTool, type Tool } from './debian.js';
import { capable } from './real-rpms.js';

const exec = promisify(execFile);
const refName = 'org.opencontainers.image.ref.name';

/** What real tools say of an image's root file system. */
export interface RootAnswers {
  /** `rpm -qa`: name, epoch (0 when none), version, release and architecture by tabs, sorted; [] without a database. */
  readonly packages: readonly string[];
  /** Setuid and setgid files, by find(1): mode as ls prints it, and path; sorted by path. */
  readonly flagged: readonly string[];
}

/** umoci, rpm and skopeo on one OCI layout. One image at a time: umoci does not lock it. */
export class Workshop {
  readonly layout: string;
  readonly #directory: string;
  readonly #umoci: Tool;
  readonly #rpm: Tool;
  readonly #rpm2archive: Tool;
  readonly #skopeo: Tool;

  private constructor(directory: string, tools: readonly [Tool, Tool, Tool, Tool]) {
    this.#directory = directory;
    this.layout = join(directory, 'layout');
    [this.#umoci, this.#rpm, this.#rpm2archive, this.#skopeo] = tools;
  }

  static async open(test: Mocha.Context, directory: string): Promise<Workshop> {
    const workshop = new Workshop(directory, [
      await debianTool(test, 'umoci'),
      await debianTool(test, 'rpm'),
      await debianTool(test, 'rpm2archive'),
      await debianTool(test, 'skopeo'),
    ]);
    await workshop.#umoci.run(['init', '--layout', workshop.layout]);
    return workshop;
  }

  /**
   * Writes the database that an installation of the packages leaves. Without --root, which needs a superuser: the
   * layer is made of the same packages' files.
   */
  async install(database: string, rpms: readonly string[]): Promise<void> {
    const flags = ['--justdb', '--nodeps', '--noscripts', '--ignorearch', '--ignoreos', '--oldpackage'];
    await this.#rpm.run(['--dbpath', database, '--force-debian', '-U', ...flags, ...rpms]);
  }

  async addBase(tag: string, rpms: readonly string[], created: string): Promise<void> {
    const database = join(this.#directory, 'database');
    await this.install(database, rpms);
    const tar = join(this.#directory, 'base.tar');
    await writeFile(tar, await this.#baseLayer(rpms, database, new Date(created)));
    await rm(database, { recursive: true });
    const line = ['--history.created', created, '--history.created_by'];
    await this.#umoci.run(['new', '--image', this.#at(tag)]);
    await this.#umoci.run(['raw', 'add-layer', '--image', this.#at(tag), ...line, `ADD ${tag}.tar.xz /`, tar]);
    const platform = ['--architecture', 'amd64', '--os', 'linux'];
    await this.config(tag, [...line, 'CMD ["/bin/bash"]', '--created', created, ...platform]);
    await this.config(tag, ['--no-history', '--config.cmd', '/bin/bash', '--config.label', `version=${tag}`]);
  }

  /** Unpacks `from`, lets `edit` change the root, and packs the difference as a layer of `to`. */
  async addLayer(
    [from, to]: readonly [string, string],
    instruction: string,
    created: string,
    edit: (root: string) => Promise<void>,
  ): Promise<void> {
    await this.#unpacked(from, async (root, bundle) => {
      await edit(root);
      await this.tag(from, to);
      const line = ['--history.created', created, '--history.created_by', instruction];
      await this.#umoci.run(['repack', '--image', this.#at(to), ...line, bundle]);
      await this.config(to, ['--no-history', '--created', created]);
    });
  }

  async tag(from: string, to: string): Promise<void> {
    await this.#umoci.run(['tag', '--image', this.#at(from), to]);
  }

  async config(tag: string, args: readonly string[]): Promise<void> {
    await this.#umoci.run(['config', '--image', this.#at(tag), ...args]);
  }

  /** An index, which umoci cannot make: images that differ in the architecture that their config names. */
  async addIndex(from: string, tag: string, architectures: readonly string[]): Promise<void> {
    for (const architecture of architectures) {
      await this.tag(from, `${tag}-${architecture}`);
      await this.config(`${tag}-${architecture}`, ['--no-history', '--architecture', architecture]);
    }
    const path = join(this.layout, 'index.json');
    const index = JSON.parse(await readFile(path, 'utf8')) as { manifests: { annotations: Record<string, string> }[] };
    const manifests = architectures.map((architecture) => {
      const child = index.manifests.find((item) => item.annotations[refName] === `${tag}-${architecture}`);
      const variant = architecture === 'arm64' ? { variant: 'v8' } : {};
      return { ...child, annotations: undefined, platform: { os: 'linux', architecture, ...variant } };
    });
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(this.layout, 'blobs/sha256', hex), bytes);
    const entry = { mediaType, digest: `sha256:${hex}`, size: bytes.length, annotations: { [refName]: tag } };
    await writeFile(path, JSON.stringify({ ...index, manifests: [...index.manifests, entry] }));
  }

  /** The image with its layers in another form, in a layout of its own: one that holds a layer is given no other form of it. */
  async recompress(tag: string, name: string, options: readonly string[]): Promise<string> {
    const [plain, own] = [join(this.#directory, 'plain'), join(this.#directory, `layout-${name}`)];
    const copy = ['--insecure-policy', 'copy', '-q'];
    await this.#skopeo.run([...copy, '--dest-decompress', `oci:${this.#at(tag)}`, `dir:${plain}`]);
    await this.#skopeo.run([...copy, '--format', 'oci', ...options, `dir:${plain}`, `oci:${own}:it`]);
    await rm(plain, { recursive: true });
    return own;
  }

  /** Unpacks the image and asks find(1) and rpm(8). */
  async ask(tag: string): Promise<RootAnswers> {
    let answers: RootAnswers = { packages: [], flagged: [] };
    await this.#unpacked(tag, async (root) => {
      const { stdout } = await exec('find', ['.', '-type', 'f', '-perm', '/6000', '-printf', '%P\t%M\n'], {
        cwd: root,
      });
      const flagged = lines(stdout).map((line) => line.split('\t').reverse().join(' '));
      const database = join(root, 'var/lib/rpm');
      answers = { flagged, packages: existsSync(database) ? await this.listPackages(database) : [] };
    });
    return answers;
  }

  async listPackages(database: string): Promise<string[]> {
    // Of a copy: a query leaves files beside the database.
    const copy = join(this.#directory, 'queried');
    await cp(database, copy, { recursive: true });
    const format = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\n';
    const { stdout } = await this.#rpm.run(['-qa', '--dbpath', copy, '--qf', format]);
    await rm(copy, { recursive: true });
    return lines(stdout);
  }

  async #unpacked(tag: string, use: (root: string, bundle: string) => Promise<void>): Promise<void> {
    const bundle = join(this.#directory, 'bundle');
    await this.#umoci.run(['unpack', '--rootless', '--image', this.#at(tag), bundle]);
    await use(join(bundle, 'rootfs'), bundle);
    await rm(bundle, { recursive: true });
  }

  /** What `ADD rootfs.tar` makes: files as rpm2archive gives them, the one capability, the database. */
  async #baseLayer(rpms: readonly string[], database: string, mtime: Date): Promise<Buffer> {
    const layer = pack();
    const written = readAll(layer);
    for (const name of ['etc/', 'usr/', 'usr/bin/', 'var/', 'var/lib/', 'var/lib/rpm/']) {
      layer.entry({ name, type: 'directory', mode: 0o755, mtime });
    }
    for (const file of rpms) {
      await this.#rpm2archive.run(['-n', file]);
      const archive = extract();
      archive.end(await readFile(`${file}.tar`));
      for await (const { header, ...entry } of entriesOf(archive)) {
        const name = header.name.replace(/^\.\//, '');
        const capability = { 'SCHILY.xattr.security.capability': capable.capability.toString('latin1') };
        layer.entry({ ...header, name, ...(name === capable.path ? { pax: capability } : {}) }, entry.body);
      }
    }
    for (const name of (await readdir(database)).sort()) {
      layer.entry({ name: `var/lib/rpm/${name}`, mode: 0o644, mtime }, await readFile(join(database, name)));
    }
    layer.finalize();
    return written;
  }

  #at(tag: string): string {
    return `${this.layout}:${tag}`;
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter(Boolean).sort();
}

async function* entriesOf(archive: ReturnType<typeof extract>): AsyncGenerator<{ header: Header; body: Buffer }> {
  for await (const entry of archive) yield { header: entry.header, body: await readAll(entry) };
}

/** tar-stream's streams can be iterated, though their types do not say so. */
async function readAll(stream: object): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}
