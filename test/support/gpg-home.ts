import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianTool, type Tool } from './debian.js';

/** A private home of the real gpg, with its agent; and skopeo beside it, which asks gpg as podman does. */
export class GpgHome {
  readonly folder: string;
  readonly #gpg: Tool;
  readonly #gpgconf: Tool;
  readonly #skopeo: Tool;

  private constructor(folder: string, gpg: Tool, gpgconf: Tool, skopeo: Tool) {
    this.folder = folder;
    this.#gpg = gpg;
    this.#gpgconf = gpgconf;
    this.#skopeo = skopeo;
  }

  static async open(test: Mocha.Context): Promise<GpgHome> {
    const tools = [await debianTool(test, 'gpg'), await debianTool(test, 'gpgconf'), await debianTool(test, 'skopeo')];
    const [gpg, gpgconf, skopeo] = tools as [Tool, Tool, Tool];
    return new GpgHome(await mkdtemp(join(tmpdir(), 'imgcheck-gpg-')), gpg, gpgconf, skopeo);
  }

  /** Ends the agent, and takes everything away. */
  async close(): Promise<void> {
    await this.#gpgconf.run(['--homedir', this.folder, '--kill', 'all']);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs gpg without questions; `at` is its clock, as 20240131T120000. */
  async gpg(args: readonly string[], input?: Uint8Array | string, at?: string): Promise<Buffer> {
    const before = ['--homedir', this.folder, '--batch', '--yes', '--pinentry-mode', 'loopback', '--passphrase', ''];
    const clock = at === undefined ? [] : ['--faked-system-time', `${at}!`];
    return (await this.#gpg.run([...before, ...clock, ...args], input === undefined ? {} : { input })).bytes;
  }

  /** Makes a key that signs; `expires` as gpg has it. Returns its fingerprint. */
  async makeKey(name: string, algorithm: string, expires = '0', at?: string): Promise<string> {
    const address = `${name} <${name}@example.invalid>`;
    await this.gpg(['--quick-generate-key', address, algorithm, 'sign', expires], undefined, at);
    return this.fingerprint(name);
  }

  async fingerprint(name: string): Promise<string> {
    const listed = (await this.gpg(['--with-colons', '--list-keys', `<${name}@example.invalid>`])).toString();
    const [, fingerprint = ''] = /^fpr:+([0-9A-F]{40}):/m.exec(listed) ?? [];
    return fingerprint;
  }

  export(...names: readonly string[]): Promise<Buffer> {
    return this.gpg(['--export', ...names.map((name) => `<${name}@example.invalid>`)]);
  }

  /** Whether gpg says of a message that its signature holds; its keys may have ended. */
  async verifies(message: Uint8Array): Promise<boolean> {
    return this.gpg(['--verify'], message).then(
      () => true,
      () => false,
    );
  }

  /** What skopeo says: undefined when it accepts, else its words. */
  async skopeoRefuses(claim: SkopeoClaim): Promise<string | undefined> {
    const [manifest, signature] = [join(this.folder, 'manifest.json'), join(this.folder, 'signature')];
    await writeFile(manifest, claim.manifest);
    await writeFile(signature, claim.signature);
    const args = ['standalone-verify', manifest, claim.reference, claim.fingerprint, signature];
    return this.#skopeo.run(args, { env: { GNUPGHOME: this.folder } }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
  }

  /** A signature as skopeo makes it for `copy --sign-by`. */
  async skopeoSigns(claim: Omit<SkopeoClaim, 'signature'>): Promise<string> {
    const [manifest, signature] = [join(this.folder, 'manifest.json'), join(this.folder, 'signature')];
    await writeFile(manifest, claim.manifest);
    const args = ['standalone-sign', manifest, claim.reference, claim.fingerprint, '-o', signature];
    await this.#skopeo.run(args, { env: { GNUPGHOME: this.folder } });
    return signature;
  }
}

export interface SkopeoClaim {
  readonly manifest: Uint8Array | string;
  readonly reference: string;
  readonly fingerprint: string;
  readonly signature: Uint8Array;
}
