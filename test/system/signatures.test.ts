import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { imgcheck } from '../support/command-line.js';
import { cosignPayload, signWithKey } from '../support/cosign.js';
import { debianTool } from '../support/debian.js';
import { answerOf } from '../support/fake-answer.js';
import { GpgHome } from '../support/gpg-home.js';
import { Pusher } from '../support/push.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';
import { WebServer } from '../support/web-server.js';
import { ecKey, publicPem } from '../support/x509.js';

/** Real gpg signs, a real registry and a lookaside store over TLS serve, the real command line judges. */
describe('imgcheck verify', function () {
  this.timeout(300_000);
  let world: SharedRegistry;
  let gpg: GpgHome;
  let store: WebServer;
  let push: Pusher;
  let registriesD: string;
  const fingerprints = { vendor: '', stranger: '' };

  before(async function () {
    world = await sharedRegistry(this);
    gpg = await GpgHome.open(this);
    store = await WebServer.start();
    push = new Pusher(world.registry.host, world.registry.caFile);
    fingerprints.vendor = await gpg.makeKey('vendor', 'rsa3072');
    fingerprints.stranger = await gpg.makeKey('stranger', 'ed25519');
    writeFileSync(at('vendor.gpg'), await gpg.export('vendor'));
    writeFileSync(at('store.crt'), store.authority.cert);
    registriesD = at('registries.d');
    mkdirSync(registriesD, { recursive: true });
    const host = world.registry.host;
    writeFileSync(
      join(registriesD, 'all.yaml'),
      `docker:\n  ${host}:\n    lookaside: ${store.origin}/sigs\n  ${host}/public/app:\n    use-sigstore-attachments: true\n`,
    );
  });

  after(async () => {
    await gpg?.close();
    await store?.close();
    await push?.close();
  });

  const at = (name: string): string => join(gpg.folder, name);
  const named = (name: string): string => `${world.registry.host}/public/${name}`;
  const digestOf = (name: string): string => world.digests.get(name) ?? '';

  /** A policy of one scope, the registry, and what is not in it rejected. */
  function policy(requirements: readonly object[], more: Readonly<Record<string, readonly object[]>> = {}): string {
    const path = at(`policy-${Math.random().toString(36).slice(2)}.json`);
    const docker = { [world.registry.host]: requirements, ...more };
    writeFileSync(path, JSON.stringify({ default: [{ type: 'reject' }], transports: { docker } }));
    return path;
  }

  const signedBy = (): object => ({ type: 'signedBy', keyType: 'GPGKeys', keyPath: at('vendor.gpg') });

  async function simpleSignature(
    name: string,
    by: keyof typeof fingerprints,
    reference = named(name),
  ): Promise<Buffer> {
    const payload = {
      critical: {
        type: 'atomic container signature',
        image: { 'docker-manifest-digest': digestOf(name) },
        identity: { 'docker-reference': reference },
      },
      optional: {},
    };
    return gpg.gpg(['--local-user', fingerprints[by], '--sign'], JSON.stringify(payload));
  }

  /** Where the store has the signatures of an image. */
  const place = (name: string, n: number): string =>
    `/sigs/public/${name.split(':')[0] ?? ''}@${digestOf(name).replace(':', '=')}/signature-${n}`;

  async function run(
    command: string,
    name: string,
    ...args: string[]
  ): Promise<{ code: number | null; report: Report; stderr: string }> {
    const common = ['--cert-dir', world.registry.certDir, '--cache', 'none', '--platform', 'linux/amd64'];
    const files = ['--registries-d', registriesD, '--format', 'json'];
    const { code, stdout, stderr } = await imgcheck([command, named(name), ...common, ...files, ...args], {
      env: { SSL_CERT_FILE: at('store.crt') },
    });
    return { code, stderr, report: JSON.parse(stdout) as Report };
  }

  const outcomes = (report: Report): string[] => report.signatures.map((one) => `${one.kind} ${one.outcome}`);

  it('accepts what real gpg signed as policy.json asks, and says who, when and what was bound', async () => {
    store.put(place('app:on-1.0', 1), await simpleSignature('app:on-1.0', 'vendor'));
    const { code, report } = await run('verify', 'app:on-1.0', '--policy-json', policy([signedBy()]));
    expect(code).to.equal(0);
    const [signature] = report.signatures;
    expect(signature).to.include({ outcome: 'valid', signer: fingerprints.vendor, timeSource: 'signer' });
    expect(signature?.bound).to.deep.equal(['digest', 'reference']);
    expect(signature?.reference).to.equal(named('app:on-1.0'));
    expect(report.coverage?.bytesFetched).to.equal(0);
  });

  it('refuses a stranger’s signature, another image’s and another name’s, each with its reason', async () => {
    store.put(place('app:cleaned', 1), await simpleSignature('app:cleaned', 'stranger'));
    store.put(place('app:cleaned', 2), await simpleSignature('app:on-1.0', 'vendor'));
    store.put(place('app:cleaned', 3), await simpleSignature('app:cleaned', 'vendor', named('app:other')));
    const { code, report } = await run('verify', 'app:cleaned', '--policy-json', policy([signedBy()]));
    expect(code).to.equal(1);
    expect(outcomes(report)).to.deep.equal(['untrusted', 'invalid', 'invalid'].map((word) => `simple-signing ${word}`));
    const reasons = report.signatures.map((one) => one.reason);
    expect(reasons[0]).to.include(fingerprints.stranger);
    expect(reasons[1]).to.include(digestOf('app:on-1.0'));
    expect(reasons[2]).to.include(named('app:other'));
  });

  it('says unsigned where the store has nothing, and unknown where it cannot be looked into', async () => {
    const path = policy([signedBy()]);
    const unsigned = await run('verify', 'app:partly-upgraded', '--policy-json', path);
    expect(unsigned.code).to.equal(1);
    expect(unsigned.report.findings[0]?.message).to.include('not signed');
    store.put(place('app:partly-upgraded', 1), answerOf(403, {}, 'no'));
    const { code, report } = await run('verify', 'app:partly-upgraded', '--policy-json', path);
    expect(code).to.equal(3);
    expect(report.coverage?.signatures).to.equal('incomplete');
  });

  it('never counts insecureAcceptAnything as verified', async () => {
    const path = policy([{ type: 'insecureAcceptAnything' }]);
    store.put(place('app:on-1.1', 1), await simpleSignature('app:on-1.1', 'vendor'));
    const asked = await run('verify', 'app:on-1.1', '--policy-json', path);
    expect(asked.code).to.equal(3);
    expect(asked.report.findings.find((one) => one.check === 'signer')).to.include({
      outcome: 'unknown',
      required: true,
    });
    const shown = await run('check', 'app:on-1.1', '--policy-json', path, '--base', named('base:latest'));
    expect(shown.code).to.equal(0);
    expect(shown.report.findings.find((one) => one.check === 'signer')).to.include({ required: false });
    expect((await run('verify', 'app:on-1.1', '--policy-json', path, '--require-signature')).code).to.equal(1);
  });

  it('refuses when a key file of the policy is missing', async () => {
    const { code, report } = await run(
      'verify',
      'app:on-1.0',
      '--policy-json',
      policy([{ ...signedBy(), keyPath: '/nowhere/beta.gpg' }]),
    );
    expect(code).to.equal(1);
    expect(report.trust?.rules[0]?.reason).to.include('/nowhere/beta.gpg');
  });

  it('verifies what cosign leaves under its tag, by the policy and by a key named', async () => {
    const key = ecKey();
    writeFileSync(at('cosign.pub'), publicPem(key));
    writeFileSync(at('other.pub'), publicPem(ecKey()));
    const digest = digestOf('app:zstd');
    const payload = cosignPayload(digest, named('app').split('@')[0]);
    await push.cosignTag('public/app', digest, [signWithKey(key, { payload })]);
    const sigstore = (file: string): string =>
      policy([{ type: 'sigstoreSigned', keyPath: at(file), signedIdentity: { type: 'matchRepository' } }]);
    expect((await run('verify', 'app:zstd', '--policy-json', sigstore('cosign.pub'))).code).to.equal(0);
    expect((await run('verify', 'app:zstd', '--policy-json', sigstore('other.pub'))).code).to.equal(1);
    const open = policy([{ type: 'insecureAcceptAnything' }]);
    const { code, report } = await run('verify', 'app:zstd', '--policy-json', open, '--key', at('cosign.pub'));
    expect(code).to.equal(0);
    expect(outcomes(report)).to.deep.equal(['cosign valid']);
    expect((await run('verify', 'app:zstd', '--policy-json', open, '--key', at('other.pub'))).code).to.equal(1);
  });

  it('is what the whole examination rests on, too', async () => {
    const args = ['--policy-json', policy([signedBy()]), '--base', named('base:latest')];
    store.put(place('app:on-1.1', 1), answerOf(404, {}, 'gone'));
    expect((await run('check', 'app:on-1.1', ...args)).code).to.equal(1);
    store.put(place('app:on-1.1', 1), await simpleSignature('app:on-1.1', 'vendor'));
    expect((await run('check', 'app:on-1.1', ...args)).code).to.equal(0);
  });

  it('accepts an image for the signature of the base that its layers prove', async () => {
    const path = policy([{ type: 'reject' }], {
      [named('app')]: [
        { type: 'signedBaseLayer', baseLayerIdentity: { type: 'exactReference', dockerReference: named('base:1.0') } },
      ],
      [named('base')]: [signedBy()],
    });
    const unsigned = await run('verify', 'app:on-1.0', '--policy-json', path);
    expect(unsigned.code).to.equal(1);
    expect(unsigned.report.trust?.rules[0]?.reason).to.include('no signature of its kind');
    store.put(place('base:1.0', 1), await simpleSignature('base:1.0', 'vendor'));
    const signed = await run('verify', 'app:on-1.0', '--policy-json', path);
    expect(signed.report.trust?.rules[0]).to.include({ outcome: 'satisfied', verified: true });
    expect(signed.report.trust?.rules[0]?.reason).to.include('proved by layers');
    const other = await run('verify', 'app:on-1.1', '--policy-json', path);
    expect(other.code).to.equal(1);
    expect(other.report.trust?.rules[0]?.reason).to.include(`the base ${digestOf('base:1.1')}`);
  });

  it('agrees with skopeo, which copies what the same policy accepts', async function () {
    const skopeo = await debianTool(this, 'skopeo');
    for (const name of ['app:on-1.0', 'app:cleaned', 'app:no-database', 'app:on-1.1']) {
      const path = policy([signedBy()]);
      const { code } = await run('verify', name, '--policy-json', path);
      const args = [
        '--policy',
        path,
        '--registries.d',
        registriesD,
        '--override-os',
        'linux',
        'copy',
        '--src-cert-dir',
      ];
      const copied = await skopeo
        .run([...args, world.registry.certDir, `docker://${named(name)}`, `dir:${at(`copy-${name}`)}`], {
          env: { SSL_CERT_FILE: at('store.crt') },
        })
        .then(
          () => true,
          () => false,
        );
      expect(code === 0, name).to.equal(copied);
    }
  });

  it('prints the same as JSON of its schema', async () => {
    const files = ['--policy-json', policy([signedBy()]), '--registries-d', registriesD, '--format', 'json'];
    const { stdout } = await imgcheck(['policy', 'show', named('app:on-1.0'), ...files]);
    const schema = JSON.parse(readFileSync(new URL('../../docs/trust.schema.json', import.meta.url), 'utf8')) as object;
    const validate = new Ajv({ strict: true }).compile(schema);
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).to.equal(true);
  });

  it('shows neither the password nor the token of a lookaside store', async () => {
    const folder = at('secret.d');
    mkdirSync(folder, { recursive: true });
    const url = store.origin.replace('//', '//joe:s3cret@');
    writeFileSync(join(folder, 'a.yaml'), `default-docker:\n  lookaside: ${url}/sigs?sig=t0ken\n`);
    const files = ['--policy-json', policy([signedBy()]), '--registries-d', folder];
    for (const command of [
      ['policy', 'show'],
      ['verify', '--cert-dir', world.registry.certDir],
    ]) {
      for (const format of ['text', 'json']) {
        const { stdout, stderr } = await imgcheck([...command, named('app:on-1.0'), ...files, '--format', format]);
        expect(stdout).to.include('/sigs?sig=...');
        expect(stdout + stderr).not.to.match(/s3cret|t0ken/);
      }
    }
  });

  it('does not pass over a trusted root that nobody is checked with', async () => {
    const { code, stderr } = await imgcheck(['verify', named('app:on-1.0'), '--trusted-root', '/nowhere/root.json']);
    expect(code).to.equal(2);
    expect(stderr).to.include('/nowhere/root.json').and.to.include('--certificate-identity');
  });

  it('prints which rules cover an image, with their keys and files, and asks no registry', async () => {
    const path = policy([signedBy()]);
    const { code, stdout } = await imgcheck([
      'policy',
      'show',
      named('app:on-1.0'),
      '--policy-json',
      path,
      '--registries-d',
      registriesD,
    ]);
    expect(code).to.equal(0);
    for (const word of [path, world.registry.host, fingerprints.vendor, 'signedBy', `${store.origin}/sigs`]) {
      expect(stdout.replace(/\s+/g, ' ')).to.include(word);
    }
  });
});
