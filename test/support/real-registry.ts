import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueCertificate, makeAuthority, type Authority, type Certificate } from './certificate.js';
import { debianTool, type Tool } from './debian.js';

export interface RealRegistryOptions {
  /** Who vouches for the certificate; one of its own when left out. */
  readonly authority?: Authority;
  /** By default one for localhost and 127.0.0.1. */
  readonly certificate?: Certificate;
  /** Who may come in, by password (Basic); anyone when left out. */
  readonly users?: Readonly<Record<string, string>>;
  /** Clients must show a certificate of this authority. */
  readonly clientAuthority?: Authority;
  /** docker-registry's own `auth.token` table: it then takes bearer tokens that others issue. */
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly rootcertbundle: string;
  };
}

/** A docker-registry of Debian's, over TLS on a free loopback port, with a store of its own in a temporary directory. */
export class RealRegistry {
  /** `localhost:PORT`, as it is written in a reference. */
  readonly host: string;
  readonly authority: Authority;
  /** The authority's certificate, alone in a directory as `--cert-dir` and certs.d want it. */
  readonly certDir: string;
  readonly caFile: string;
  /** Where blobs and links lie; the registry has no cache, so a change is seen at once. */
  readonly store: string;
  readonly #directory: string;
  readonly #process: ChildProcess;
  readonly #onExit: () => void;

  private constructor(host: string, authority: Authority, directory: string, process_: ChildProcess) {
    this.host = host;
    this.authority = authority;
    this.#directory = directory;
    this.certDir = join(directory, 'certs');
    this.caFile = join(this.certDir, 'ca.crt');
    this.store = join(directory, 'store');
    this.#process = process_;
    this.#onExit = () => {
      process_.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    };
    process.once('exit', this.#onExit);
  }

  /** Starts one, and returns when it answers over TLS. The test is skipped where Debian's packages cannot be had. */
  static async start(test: Mocha.Context, options: RealRegistryOptions = {}): Promise<RealRegistry> {
    const tool = await debianTool(test, 'docker-registry');
    const htpasswd = options.users ? await htpasswdLines(await debianTool(test, 'htpasswd'), options.users) : undefined;
    const authority = options.authority ?? makeAuthority('imgcheck test authority');
    // Between the choice of a free port and its use another process may take it.
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const directory = mkdtempSync(join(tmpdir(), 'imgcheck-registry-'));
      await writeConfiguration(directory, port, authority, htpasswd, options);
      const registry = new RealRegistry(`localhost:${port}`, authority, directory, launch(tool, directory));
      if (await registry.#answers(port)) return registry;
      const log = readFileSync(join(directory, 'log'), 'utf8');
      await registry.stop();
      if (attempt === 3) throw new Error(`docker-registry does not answer: ${log.slice(-1000)}`);
    }
  }

  /** Ends the process and removes its directory. */
  async stop(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Any answer to GET /v2/ will do; one that wants a client certificate answers with an alert. */
  async #answers(port: number): Promise<boolean> {
    const ask = (): Promise<boolean> =>
      new Promise((resolve) => {
        const options = { host: 'localhost', port, path: '/v2/', rejectUnauthorized: false, agent: false } as const;
        get(options, (response) => {
          response.resume();
          resolve(true);
        }).on('error', (error: NodeJS.ErrnoException) => resolve(/^(ERR_SSL|ECONNRESET)/.test(error.code ?? '')));
      });
    for (let tries = 0; tries < 200; tries += 1) {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) return false;
      if (await ask()) return true;
      await sleep(50);
    }
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** bcrypt, the only kind that docker-registry reads. */
async function htpasswdLines(htpasswd: Tool, users: Readonly<Record<string, string>>): Promise<string> {
  let lines = '';
  for (const [name, password] of Object.entries(users)) {
    lines += (await htpasswd.run(['-inB', name], { input: password })).stdout.trim() + '\n';
  }
  return lines;
}

async function writeConfiguration(
  directory: string,
  port: number,
  authority: Authority,
  htpasswd: string | undefined,
  options: RealRegistryOptions,
): Promise<void> {
  const at = (name: string): string => join(directory, name);
  const certificate =
    options.certificate ?? issueCertificate(authority, { names: ['localhost'], ips: ['127.0.0.1', '::1'] });
  await mkdir(at('certs'));
  writeFileSync(at('certs/ca.crt'), authority.cert);
  writeFileSync(at('server.crt'), certificate.cert);
  writeFileSync(at('server.key'), certificate.key, { mode: 0o600 });
  if (htpasswd !== undefined) writeFileSync(at('htpasswd'), htpasswd, { mode: 0o600 });
  if (options.clientAuthority) writeFileSync(at('client-ca.crt'), options.clientAuthority.cert);
  const auth = {
    ...(htpasswd === undefined ? {} : { htpasswd: { realm: 'imgcheck', path: at('htpasswd') } }),
    ...(options.token ? { token: options.token } : {}),
  };
  const configuration = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: at('store') }, delete: { enabled: true } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'of a test',
      tls: {
        certificate: at('server.crt'),
        key: at('server.key'),
        ...(options.clientAuthority ? { clientcas: [at('client-ca.crt')] } : {}),
      },
    },
    ...(Object.keys(auth).length > 0 ? { auth } : {}),
  };
  // JSON is YAML.
  writeFileSync(at('config.yml'), JSON.stringify(configuration));
}

/** The child never outlives the tests: not even when they are killed, where setpriv (util-linux) is at hand. */
function launch(tool: Tool, directory: string): ChildProcess {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  const command = [tool.path, 'serve', join(directory, 'config.yml')];
  const [program, ...args] = setpriv ? [setpriv, '--pdeathsig', 'KILL', ...command] : command;
  const log = openSync(join(directory, 'log'), 'w');
  const child = spawn(program ?? '', args, { cwd: directory, env: tool.env, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  return child;
}
