// Shows imgcheck at work without a network: a committed image and its newer base, from a registry on this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueCertificate, makeAuthority } from './lib/certificate.mjs';
import { serveLayout } from './lib/layout-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const command = join(root, 'bin', 'imgcheck.js');
/** The base has moved on since the image was built: exit code 4, rebuild needed. */
const expected = 4;

if (!existsSync(join(root, 'dist', 'cli', 'main.js'))) {
  console.error('demo: imgcheck is not compiled yet; run npm ci, or npm run build');
  process.exit(1);
}

const directory = mkdtempSync(join(tmpdir(), 'imgcheck-demo-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.once(signal, () => process.exit(code));
}

const authority = makeAuthority('imgcheck demo authority');
writeFileSync(join(directory, 'ca.crt'), authority.cert);
const certificate = issueCertificate(authority, { names: ['localhost'], ips: ['127.0.0.1'] });
const server = await serveLayout(join(root, 'fixtures', 'demo'), { prefix: 'demo', ...certificate });

const options = ['--base', `${server.host}/demo/base:latest`, '--cert-dir', directory, '--cache', 'none'];
const args = [`${server.host}/demo/app:2.0`, ...options];
console.log(`The images of fixtures/demo are served over TLS at ${server.host}. Running:`);
console.log(`\n$ imgcheck ${args.join(' ')}\n`);
// Past any proxy, and without the policy and registries that the user may have configured.
const direct = [process.env['NO_PROXY'] ?? process.env['no_proxy'], 'localhost'].filter(Boolean).join(',');
const env = { ...process.env, NO_PROXY: direct, no_proxy: direct, XDG_CONFIG_HOME: directory };
const child = spawn(process.execPath, [command, ...args], { stdio: 'inherit', env });
const [code] = await once(child, 'exit');
await server.close();

if (code === expected) {
  console.log(
    `\nimgcheck ended with ${code}: the base has a newer release than the one this image was built on; rebuild it.`,
  );
} else {
  console.error(`\nimgcheck ended with ${code}, where ${expected} (the base is newer: rebuild needed) was expected.`);
  process.exitCode = 1;
}
