import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import * as openpgp from 'openpgp';
import { digestOf } from '../../src/oci/digest.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { verifySimpleSigning } from '../../src/signature/simple-signing.js';
import type { Judgement } from '../../src/signature/signature.js';
import { GpgHome } from '../support/gpg-home.js';
import { makeSigner, signVersion3 } from '../support/openpgp.js';
import { compressed, literal, onePass, packet, signedMessage } from '../support/openpgp-message.js';
import { signedPayload, signedReference } from '../support/simple-signing.js';
import { stricterThanPodman } from '../support/stricter-than-podman.js';

const manifest = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}';
const digest = digestOf(Buffer.from(manifest));
const reference = signedReference;
const payload = (optional = '{}'): string => signedPayload(digest, optional);

/** Real gpg and real skopeo, which asks gpg as podman does, beside our own verdict. */
describe('simple signing beside gpg and skopeo', function () {
  this.timeout(300_000);
  let home: GpgHome;
  let owner: string;

  before(async function () {
    home = await GpgHome.open(this);
    owner = await home.makeKey('owner', 'rsa2048');
  });
  after(() => home.close());

  const sign = (args: readonly string[], content: Uint8Array | string = payload(), at?: string): Promise<Buffer> =>
    home.gpg([...args, '--sign'], content, at);

  /** Both verdicts on a signature by the owner of a key; the whole keyring is at hand. */
  async function judge(signature: Uint8Array, fingerprint = owner): Promise<{ podman: boolean; ours: Judgement }> {
    const refusal = await home.skopeoRefuses({ manifest, reference, fingerprint, signature });
    const keyring = await readKeyring(await home.export(), 'keys.gpg');
    return { podman: refusal === undefined, ours: verifySimpleSigning(signature, digest, keyring, new Date()) };
  }

  async function expectBoth(outcome: Judgement['outcome'], signature: Uint8Array, by = owner): Promise<Judgement> {
    const { podman, ours } = await judge(signature, by);
    expect([podman, ours.outcome], ours.reason).to.deep.equal([outcome === 'valid', outcome]);
    if (outcome === 'valid') expect(ours).to.deep.include({ signer: by, signed: { digest, reference } });
    return ours;
  }

  it('accepts what skopeo signs', async () => {
    const path = await home.skopeoSigns({ manifest, reference, fingerprint: owner });
    await expectBoth('valid', await readFile(path));
  });

  for (const algorithm of ['rsa3072', 'dsa2048', 'dsa1024', 'ed25519', 'nistp256', 'nistp384', 'nistp521']) {
    it(`accepts signatures by keys of ${algorithm}, and no other content`, async () => {
      const made = await home.makeKey(algorithm, algorithm);
      const message = await sign(['-u', made, '-z', '0']);
      const { notes } = await expectBoth('valid', message, made);
      expect(notes?.some((one) => one.startsWith('weak: ')) ?? false).to.equal(algorithm === 'dsa1024');
      message[message.indexOf('team')] = 0x54;
      await expectBoth('invalid', message, made);
    });
  }

  const forms: readonly (readonly [string, readonly string[]])[] = [
    ['as gpg writes it', []],
    ['uncompressed', ['-z', '0']],
    ['compressed by ZLIB', ['--compress-algo', 'zlib']],
    ['compressed by BZIP2', ['--compress-algo', 'bzip2']],
    ['as text', ['--textmode']],
    ['for eyes only', ['--for-your-eyes-only']],
    ['named', ['--set-filename', 'a name']],
    ['with a notation', ['--sig-notation', 'note@example.test=x']],
    ['with SHA-1', ['--digest-algo', 'SHA1']],
    ['with RIPEMD-160', ['--digest-algo', 'RIPEMD160']],
    ['with SHA-384', ['--digest-algo', 'SHA384']],
    ['with an end in a year', ['--default-sig-expire', '1y']],
  ];
  const long = Array.from({ length: 3000 }, (_, i) => `"member ${i}": "value",\n`).join('');
  for (const [what, args] of forms) {
    it(`accepts a message ${what}, of one line or many`, async () => {
      await expectBoth('valid', await sign(['-u', owner, ...args]));
      await expectBoth('valid', await sign(['-u', owner, ...args], `${payload('{\n}')}\n\r\n`));
      // Too much for one piece: the data comes in parts.
      await expectBoth('valid', await sign(['-u', owner, ...args], payload(`{${long}"x":1}`)));
    });
  }

  it('accepts a signature of version 3, as gpg 1 made it', async () => {
    const { key } = await makeSigner('old', { type: 'rsa', rsaBits: 2048 });
    await home.gpg(['--import'], key.toPublic().write());
    const keyId = key.getKeyID().toHex();
    for (const hash of [
      [8, 'sha256'],
      [2, 'sha1'],
    ] as const) {
      const made = { keyId, privateKey: nodeKeyOf(key), algorithm: 1, hash, created: 1717200000 } as const;
      const content = Buffer.from(payload());
      const announced = onePass({ keyId, algorithm: 1, hash: hash[0] });
      const message = Buffer.concat([announced, literal(content), signVersion3(content, made)]);
      await expectBoth('valid', message, key.getFingerprint().toUpperCase());
    }
  });

  it('names the certificate of a subkey that signed', async () => {
    const primary = await home.makeKey('primary', 'rsa2048');
    await home.gpg(['--quick-add-key', primary, 'ed25519', 'sign', '0']);
    const listed = (await home.gpg(['--with-colons', '--list-keys', primary])).toString();
    const subkey = [...listed.matchAll(/^fpr:+([0-9A-F]{40}):/gm)][1]?.[1] ?? '';
    // The skopeo of Debian 12 still wants the fingerprint of the subkey.
    const { podman, ours } = await judge(await sign(['-u', `${subkey}!`]), subkey);
    expect([podman, ours.outcome, ours.signer]).to.deep.equal([true, 'valid', primary]);
    expect(ours.notes).to.deep.equal([`made by subkey ${subkey}`]);
  });

  it('refuses a key that expired, however good it was when it signed', async () => {
    const made = await home.makeKey('brief', 'rsa2048', '2d', '20240101T000000');
    const ours = await expectBoth('untrusted', await sign(['-u', made], payload(), '20240102T000000'), made);
    expect(ours.reason).to.equal('the key expired on 2024-01-03');
    expect(ours.notes).to.deep.equal(['the key was valid when it signed on 2024-01-02']);
  });

  it('refuses a signature that expired', async () => {
    const made = await home.makeKey('early', 'rsa2048', '0', '20240101T000000');
    const message = await sign(['-u', made, '--default-sig-expire', '1d'], payload(), '20240102T000000');
    expect((await expectBoth('invalid', message, made)).reason).to.equal('it expired on 2024-01-03');
  });

  it('refuses a key that was revoked', async () => {
    const made = await home.makeKey('gone', 'rsa2048');
    const message = await sign(['-u', made]);
    await expectBoth('valid', message, made);
    const certificate = await readFile(join(home.folder, 'openpgp-revocs.d', `${made}.rev`), 'utf8');
    await home.gpg(['--import'], certificate.replace(/^:---/m, '---'));
    const ours = await expectBoth('untrusted', message, made);
    expect(ours.reason).to.include('the key was revoked on ');
  });

  const refused: readonly (readonly [string, Judgement['outcome'], () => Promise<Buffer>])[] = [
    ['with MD5', 'invalid', () => sign(['-u', owner, '--digest-algo', 'MD5', '--allow-weak-digest-algos'])],
    ['with a critical notation', 'unsupported', () => sign(['-u', owner, '--sig-notation', '!x@example.test=y'])],
    ['that is detached', 'invalid', () => home.gpg(['-u', owner, '--detach-sign'], payload())],
    ['whose optional part is null', 'invalid', () => sign(['-u', owner], payload('null'))],
    ['whose time has more than 64 bits', 'invalid', () => sign(['-u', owner], payload('{"timestamp":1e19}'))],
    ['over nothing', 'invalid', () => sign(['-u', owner], '')],
  ];
  for (const [what, outcome, make] of refused) {
    it(`refuses a signature ${what}`, async () => {
      await expectBoth(outcome, await make());
    });
  }

  it('writes, by the hand of the tests, messages that gpg verifies', async () => {
    const signer = await makeSigner('tests');
    await home.gpg(['--import'], signer.certificate);
    const message = await signedMessage(signer, payload());
    for (const algorithm of [0, 1, 2, 3] as const)
      expect(await home.verifies(compressed(algorithm, message)), String(algorithm)).to.equal(true);
    await expectBoth('valid', message, signer.key.getFingerprint().toUpperCase());
  });

  const stricter: Readonly<Record<string, () => Promise<readonly [Uint8Array, string]>>> = {
    'marker-before-the-message': async () => [Buffer.concat([packet(10, Buffer.from('PGP')), await plain()]), owner],
    'comment-after-the-message': async () => [Buffer.concat([await plain(), packet(61, Buffer.from('hi'))]), owner],
    'message-of-2-mib': async () => [await sign(['-u', owner], payload(`{"x":"${'y'.repeat(2 ** 21)}"}`)), owner],
    'compressed-three-times': async () => [compressed(1, compressed(1, compressed(1, await plain()))), owner],
    'data-after-compressed-data': async () => {
      const body = Buffer.concat([Buffer.of(1), deflateRawSync(await plain()), Buffer.from('more')]);
      return [packet(8, body), owner];
    },
    'two-bzip2-streams': async () => {
      const bodies = [compressed(3, await plain()).subarray(6), compressed(3, Buffer.alloc(0)).subarray(7)];
      return [packet(8, Buffer.concat(bodies)), owner];
    },
    'payload-not-utf-8': async () => [await sign(['-u', owner], Buffer.from(payload('{"x":"\xff"}'), 'latin1')), owner],
    'payload-nested-70-deep': async () => {
      return [await sign(['-u', owner], payload(`{"x":${'['.repeat(70)}${']'.repeat(70)}}`)), owner];
    },
    'key-brainpool': () => byKey('brainpool', 'brainpoolP256r1'),
    'key-secp256k1': () => byKey('koblitz', 'secp256k1'),
    'key-rsa-768': async () => {
      const weak = { minRSABits: 768, preferredHashAlgorithm: openpgp.enums.hash.sha256 } as openpgp.Config;
      const { key } = await makeSigner('small', { type: 'rsa', rsaBits: 768, config: weak });
      await home.gpg(['--import'], key.write());
      const made = key.getFingerprint().toUpperCase();
      return [await sign(['-u', made, '--digest-algo', 'SHA256']), made];
    },
  };
  const plain = (): Promise<Buffer> => sign(['-u', owner, '-z', '0']);

  async function byKey(name: string, algorithm: string): Promise<readonly [Uint8Array, string]> {
    const made = await home.makeKey(name, algorithm);
    return [await sign(['-u', made]), made];
  }

  for (const [name, , outcome, reason] of stricterThanPodman) {
    const make = stricter[name];
    if (!make) continue;
    it(`is stricter than skopeo about ${name}: ${reason}`, async () => {
      const { podman, ours } = await judge(...(await make()));
      expect([podman, ours.outcome], ours.reason).to.deep.equal([true, outcome]);
    });
  }

  it('has a case here, or among the collected ones, for all that it is stricter about', () => {
    const collected = ['ascii-armored', 'cleartext-signed', 'signature-from-the-future'];
    const names = stricterThanPodman.map(([name]) => name);
    expect(names).to.have.members([...collected, ...Object.keys(stricter)]);
  });
});

/** The private key as node:crypto has it; the numbers p and q change places, as u is the inverse of p modulo q. */
function nodeKeyOf(key: openpgp.PrivateKey): KeyObject {
  const { privateParams, publicParams } = key.keyPacket as openpgp.SecretKeyPacket & {
    readonly privateParams: Readonly<Record<'d' | 'p' | 'q' | 'u', Uint8Array>>;
    readonly publicParams: Readonly<Record<'n' | 'e', Uint8Array>>;
  };
  const { d, p, q, u } = privateParams;
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const modulo = (prime: Uint8Array): Uint8Array => {
    const hex = (number(d) % (number(prime) - 1n)).toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  };
  const parts = { ...publicParams, d, p: q, q: p, dp: modulo(q), dq: modulo(p), qi: u };
  const fields = Object.entries(parts).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64url')]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(fields) }, format: 'jwk' });
}
