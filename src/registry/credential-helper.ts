import { spawn } from 'node:child_process';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { Credential } from './credential-file.js';
import type { Environment } from './proxy.js';

const outputLimit = 64 * 1024;

/**
 * Asks `docker-credential-NAME get` for a host's credential, by the protocol of docker-credential-helpers; no shell
 * is involved. `named` says which file names the helper. Undefined when the helper knows none.
 * @throws ImgcheckError usage when the name is not one, auth when the helper fails or takes more than `timeout` ms
 */
export async function askCredentialHelper(
  name: string,
  host: string,
  named: string,
  env: Environment,
  timeout = 10_000,
): Promise<Credential | undefined> {
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    throw new ImgcheckError('usage', 'the name of a credential helper has characters other than letters, digits, ._-', {
      subject: named,
    });
  }
  const program = `docker-credential-${name}`;
  const from = `${program}, named in ${named}`;
  const { output, code } = await run(program, host, named, env, timeout);
  if (code !== 0) {
    if (/credentials not found/i.test(output.toString())) return undefined;
    throw failed(program, named, `ended with code ${code}`);
  }
  try {
    const fields = new Fields(parseJson(output, program), program);
    const username = fields.optionalString('Username') ?? '';
    const secret = fields.string('Secret');
    if (username === '<token>') return { kind: 'identity-token', token: secret, from };
    return username === '' && secret === '' ? undefined : { kind: 'basic', username, password: secret, from };
  } catch {
    // Without the cause: it may quote the secret.
    throw failed(program, named, 'gave an answer that is not the JSON of a credential');
  }
}

function run(
  program: string,
  host: string,
  named: string,
  env: Environment,
  timeout: number,
): Promise<{ output: Buffer; code: number | null }> {
  return new Promise((resolve, reject) => {
    const helper = spawn(program, ['get'], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    let length = 0;
    const end = (error: ImgcheckError): void => {
      clearTimeout(timer);
      helper.kill('SIGKILL');
      // What the helper itself started may hold the other end of the pipe.
      helper.stdout.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => end(failed(program, named, `was still running after ${timeout / 1000} seconds`)),
      timeout,
    );
    helper.stdout.on('data', (part: Buffer) => {
      length += part.byteLength;
      parts.push(part);
      if (length > outputLimit) end(failed(program, named, `wrote more than ${outputLimit} bytes`));
    });
    helper.once('error', (error: NodeJS.ErrnoException) => {
      end(failed(program, named, error.code === 'ENOENT' ? 'is not in PATH' : `cannot be run (${error.code})`));
    });
    helper.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal) reject(failed(program, named, `was ended by ${signal}`));
      else resolve({ output: Buffer.concat(parts), code });
    });
    // A helper that reads nothing closes its end: that alone is no failure.
    helper.stdin.once('error', () => undefined);
    helper.stdin.end(host);
  });
}

function failed(program: string, named: string, how: string): ImgcheckError {
  return new ImgcheckError('auth', `the credential helper ${program} ${how}`, {
    subject: named,
    hint: `run it by hand: echo HOST | ${program} get`,
  });
}
