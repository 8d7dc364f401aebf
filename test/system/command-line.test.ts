import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import { rules } from '../../src/lint/all.js';
import { imgcheck } from '../support/command-line.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';
import { RealRegistry } from '../support/real-registry.js';

/** What no line for a person may hold: control characters other than the line feed. */
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe('the command line', function () {
  this.timeout(300_000);
  let world: SharedRegistry;
  let folder: string;

  before(async function () {
    world = await sharedRegistry(this);
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-cli-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const named = (name: string): string => `${world.registry.host}/public/${name}`;
  const trusted = (): string[] => ['--cert-dir', world.registry.certDir, '--cache', 'none'];

  it('tells its version, the same as package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    for (const flag of ['--version', '-V']) {
      expect(await imgcheck([flag])).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  it('has a help that names every command, exit code and transport', async () => {
    const { code, stdout } = await imgcheck(['--help']);
    expect(code).to.equal(0);
    for (const word of [
      'check',
      'freshness',
      'layers',
      'packages',
      'explain',
      'oci-archive',
      'Exit codes',
      'Examples',
    ]) {
      expect(stdout).to.include(word);
    }
    expect((await imgcheck(['freshness', '--help'])).stdout).to.include('--base');
  });

  it('shows the help on standard error and ends with 2 when nothing is asked', async () => {
    const { code, stdout, stderr } = await imgcheck([]);
    expect(code).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.include('Usage: imgcheck');
  });

  it('explains every check, and lists them all', async () => {
    const { stdout } = await imgcheck(['explain']);
    for (const check of checks) {
      expect(stdout).to.include(check.id);
      const one = await imgcheck(['explain', check.id]);
      expect(one.code).to.equal(0);
      expect(one.stdout).to.include('why').and.include('remedy');
    }
    for (const { id, asks } of rules) expect(stdout.replace(/\s+/g, ' ')).to.include(`${id} ${asks}`);
    const rule = await imgcheck(['explain', 'image-qualified']);
    expect(rule.stdout).to.include('imgcheck lint').and.include('chapter 3.1');
    const none = await imgcheck(['explain', 'no-such-check']);
    expect(none.code).to.equal(2);
    expect(none.stderr).to.match(/^imgcheck: usage: no-such-check: there is no such check, nor rule of lint \(known: /);
  });

  for (const [what, args, stderr] of [
    ['a naked name', ['rhel7'], /^imgcheck: usage: rhel7: the name does not say which registry it comes from/],
    ['a mistyped option', ['localhost:1/a', '--formt', 'json'], /unknown option '--formt'/],
    ['a format that is none', ['localhost:1/a', '--format', 'yaml'], /Allowed choices are text, json/],
    [
      'an upper-case repository',
      ['localhost:1/App'],
      /^imgcheck: usage: localhost:1\/App: the repository must be lower case/,
    ],
    ['a short docker.io name', ['docker.io/ubuntu'], /write docker\.io\/library\/ubuntu/],
    ['a platform that is none', ['localhost:1/a', '--platform', 'linux'], /not a platform: linux/],
    [
      'a policy file that is not there',
      ['localhost:1/a', '--policy', '/nonexistent.yaml'],
      /the policy file cannot be read/,
    ],
    ['an unknown transport', ['ftp://a/b'], /unknown transport ftp/],
    ['a naked base', ['localhost:1/a', '--base', 'rhel7'], /usage: rhel7/],
    ['jobs past the limit', ['localhost:1/a', '--jobs', '0'], /a whole number from 1 to 64/],
  ] as const) {
    it(`refuses ${what} with 2 and a line that says why`, async () => {
      const ran = await imgcheck(args);
      expect(ran.code).to.equal(2);
      expect(ran.stderr).to.match(stderr);
      expect(ran.stdout).to.equal('');
    });
  }

  it('offers the qualified names of registries.conf for a naked one', async () => {
    const conf = join(folder, 'registries.conf');
    writeFileSync(
      conf,
      'unqualified-search-registries = ["registry.example.com", "docker.io"]\n[aliases]\n"ubi9" = "registry.access.redhat.com/ubi9"\n',
    );
    const searched = await imgcheck(['rhel7', '--registries-conf', conf]);
    expect(searched.stderr).to.include('registry.example.com/rhel7').and.include('docker.io/library/rhel7');
    expect((await imgcheck(['ubi9', '--registries-conf', conf])).stderr).to.include('registry.access.redhat.com/ubi9');
    expect(searched.code).to.equal(2);
  });

  it('names the line of a policy file that is wrong', async () => {
    const policy = join(folder, 'imgcheck.yaml');
    writeFileSync(policy, 'version: 1\nprofil: nightly\n');
    const { code, stderr } = await imgcheck(['localhost:1/a', '--policy', policy]);
    expect(code).to.equal(2);
    expect(stderr).to.include(`${policy}:2:1: unknown key profil`);
  });

  it('ends with 10 when the registry is down, and says where it asked', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const { code, stderr } = await imgcheck([`localhost:${port}/a:1`]);
    expect(code).to.equal(10);
    expect(stderr).to.match(new RegExp(`^imgcheck: network: localhost:${port}`));
    expect(stderr.trim().split('\n')).to.have.length(1);
  });

  it('ends with 11 for a certificate that nobody vouches for', async () => {
    const { code, stderr } = await imgcheck([named('base:1.1'), '--cache', 'none']);
    expect(code).to.equal(11);
    expect(stderr).to.match(/^imgcheck: tls: /);
  });

  it('tells the causes of an error with --verbose, and only then', async () => {
    const quiet = await imgcheck(['localhost:1/a:1', '--cache', 'none']);
    const { stderr } = await imgcheck(['localhost:1/a:1', '--cache', 'none', '--verbose']);
    expect(quiet.stderr).not.to.include('caused by');
    expect(stderr).to.include('caused by').and.include('ECONNREFUSED');
  });

  it('takes an unverified certificate when asked, and fails the tls check for it', async () => {
    const { code, stdout } = await imgcheck([named('base:1.1'), '--tls-verify=false', '--cache', 'none']);
    expect(code).to.equal(1);
    expect(stdout).to.include('was not verified');
  });

  it('ends with 12 for a wrong password, and never prints it', async function () {
    const closed = await RealRegistry.start(this, { users: { reader: 'right-password' } });
    try {
      const authfile = join(folder, 'auth.json');
      const auth = Buffer.from('reader:wrong-password').toString('base64');
      writeFileSync(authfile, JSON.stringify({ auths: { [closed.host]: { auth } } }));
      const args = [`${closed.host}/public/base:1.1`, '--cert-dir', closed.certDir];
      const { code, stdout, stderr } = await imgcheck([...args, '--authfile', authfile]);
      expect(code).to.equal(12);
      expect(stderr).to.match(/^imgcheck: auth: /);
      expect(stdout + stderr)
        .not.to.include('wrong-password')
        .and.not.to.include(auth);
      const anonymous = await imgcheck(args);
      expect(anonymous.code).to.equal(12);
    } finally {
      await closed.stop();
    }
  });

  it('ends with 130 on Ctrl-C while it waits', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ran = await imgcheck([`localhost:${port}/a:1`], {
      onStart: (kill) => silent.once('connection', () => kill('SIGINT')),
    });
    silent.close();
    expect(ran.code).to.equal(130);
    expect(ran.stderr).to.equal('imgcheck: interrupted\n');
  });

  it('stops quietly when its reader goes away', async () => {
    const { code, stderr } = await imgcheck([named('base:1.1'), '--format', 'json', ...trusted()], { closeAfter: 1 });
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
  });

  it('writes the answer whole into a file, and nothing to standard output', async () => {
    const file = join(folder, 'report.json');
    const { code, stdout } = await imgcheck([named('base:1.1'), '--format', 'json', '--output', file, ...trusted()]);
    expect(code).to.equal(0);
    expect(stdout).to.equal('');
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.have.property('schemaVersion', 1);
  });

  it('prints no colour and no control character into a pipe', async () => {
    const { stdout } = await imgcheck([named('base:1.1'), ...trusted()]);
    expect(stdout.replaceAll('\n', '')).not.to.match(control);
  });

  it('draws in plain ASCII in the C locale', async () => {
    const { stdout } = await imgcheck([named('base:1.1'), ...trusted()], { env: { LC_ALL: 'C' } });
    expect(stdout).to.match(/^[\n -~]+$/);
  });

  it('keeps to a narrow terminal', async () => {
    const { stdout } = await imgcheck([named('app:on-1.0'), '--base', named('base:latest'), ...trusted()], {
      env: { COLUMNS: '60' },
    });
    const picture = stdout.split('\n').filter((line) => line.includes('│'));
    expect(picture.length).to.be.greaterThan(1);
    for (const line of picture) expect([...line].length, line).to.be.at.most(60);
  });

  it('reports a registry that answers nonsense as hostile, in one line', async () => {
    const fake = await FakeRegistry.start();
    try {
      const { code, stderr } = await imgcheck([`${fake.host}/nothing/here:1`, '--tls-verify=false']);
      expect(code).to.equal(13);
      expect(stderr.trim().split('\n')).to.have.length(1);
    } finally {
      await fake.close();
    }
  });
});
