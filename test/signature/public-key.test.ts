import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { readPublicKeys, verifyWithKey } from '../../src/signature/public-key.js';
import { keysOf } from '../support/cosign.js';
import { debianTool } from '../support/debian.js';
import { needShared } from '../support/shared.js';
import { ecKey, issue, pem, publicPem } from '../support/x509.js';

const content = Buffer.from('what is signed');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;

function read(text: string | Buffer) {
  return readPublicKeys(Buffer.from(text), 'keys/team.pub');
}

function refusal(text: string | Buffer): ImgcheckError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ImgcheckError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('signature/public-key', () => {
  it('reads every key of a file, each under the digest of its SPKI', async function () {
    const keys = [ecKey(), rsa, ed25519];
    const file = `# our team\n${keys.map(publicPem).join('\nthe next\n')}`;
    const read3 = read(file);
    expect(read3.map(({ key }) => key.asymmetricKeyType)).to.deep.equal(['ec', 'rsa', 'ed25519']);
    expect(read3.map(({ from }) => from)).to.deep.equal(Array(3).fill('keys/team.pub'));
    const openssl = await debianTool(this, 'openssl');
    for (const [i, key] of keys.entries()) {
      const der = await openssl.run(['pkey', '-pubin', '-outform', 'DER'], { input: publicPem(key) });
      const { stdout } = await openssl.run(['dgst', '-sha256', '-r'], { input: der.bytes });
      expect(read3[i]?.id).to.equal(`sha256:${stdout.slice(0, 64)}`);
    }
  });

  it('reads the keys of containers/image', function () {
    const folder = needShared(this, 'data/containers-image-fixtures/containers-image/signature/fixtures');
    const kinds = ['cosign.pub', 'cosign2.pub', 'rekor.pub', 'some-rsa-key.pub'].map(
      (name) => readPublicKeys(readFileSync(join(folder, name)), name)[0]?.key.asymmetricKeyType,
    );
    expect(kinds).to.deep.equal(['ec', 'ec', 'ec', 'rsa']);
  });

  const foreign: readonly (readonly [title: string, text: string | Buffer, message: RegExp, hint?: RegExp])[] = [
    ['a private key', pem('PRIVATE KEY', Buffer.from('x')), /got a private key$/, /keep this one secret/],
    ['an EC private key', pem('EC PRIVATE KEY', Buffer.from('x')), /got a private key$/],
    ["cosign's encrypted private key", pem('ENCRYPTED SIGSTORE PRIVATE KEY', Buffer.from('x')), /got a private key$/],
    ['a certificate', issue({}).pem, /got a certificate$/, /openssl x509 -pubkey/],
    [
      'an OpenPGP key',
      '-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nAAAA\n=AAAA\n',
      /an OpenPGP key$/,
      /signedBy/,
    ],
    ['an RSA key in PKCS #1', rsaPkcs1(), /got an RSA key in PKCS #1 form$/, /RSAPublicKey_in/],
    ['a request', pem('CERTIFICATE REQUEST', Buffer.from('x')), /a PEM block CERTIFICATE REQUEST$/],
    ['any other block', pem('X509 CRL', Buffer.from('x')), /got a PEM block X509 CRL$/],
    ['a key in DER', Buffer.from(publicPem(rsa).replace(/-----.*-----|\n/g, ''), 'base64'), /DER/, /-inform DER/],
    ['an OpenSSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here\n', /an OpenSSH key$/, /ssh-keygen/],
    ['an empty file', ' \n', /got an empty file$/],
    ['other text', 'hello', /got no PEM$/],
    [
      'a damaged block',
      '-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n',
      /got damaged PEM \(.*not base64\)$/,
    ],
    ['a block that is no key', pem('PUBLIC KEY', Buffer.from('nonsense')), /a public key that cannot be read$/],
    ['a key on secp256k1', publicPem(ecKey('secp256k1')), /got a key EC on secp256k1$/, /P-256, P-384 or P-521/],
    ['an X25519 key', publicPem(generateKeyPairSync('x25519').privateKey), /got a key of type x25519$/],
    ['RSA of 512 bits', publicPem(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey), /RSA of 512 bits$/],
    ['a file of 2 MiB', Buffer.alloc(2 << 20, 0x20), /a public key file of 2097152 bytes$/],
    ['101 keys', publicPem(ed25519).repeat(101), /more than 100 PEM blocks/],
  ];
  for (const [title, text, message, hint] of foreign) {
    it(`refuses ${title}, and says what it is`, () => {
      const error = refusal(text);
      expect(error).to.include({ kind: 'usage', subject: 'keys/team.pub' });
      expect(error.message).to.match(message);
      if (hint) expect(error.hint).to.match(hint);
    });
  }

  it('refuses a file with a good key and something else, rather than leaving that out', () => {
    expect(refusal(publicPem(rsa) + issue({}).pem).message).to.match(/got a certificate$/);
  });

  it('never shows what a private key file holds', () => {
    const secret = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();
    const error = refusal(secret);
    const shown = [error.message, error.hint, String(error.cause), error.stack].join('\n');
    for (const line of secret.split('\n').slice(1, -2)) expect(shown).not.to.include(line);
  });

  const kinds: readonly (readonly [title: string, key: KeyObject, byKey: string | null])[] = [
    ['P-256', ecKey(), 'sha256'],
    ['P-384', ecKey('P-384'), 'sha384'],
    ['P-521', ecKey('P-521'), 'sha512'],
    ['RSA', rsa, 'sha256'],
    ['Ed25519', ed25519, null],
  ];
  for (const [title, key, byKey] of kinds) {
    it(`verifies ${title} over SHA-256, or over the hash that belongs to the key`, () => {
      const [signer] = keysOf(key);
      if (!signer) throw new Error('no key');
      const legacy = sign(byKey === null ? null : 'sha256', content, key);
      const own = sign(byKey, content, key);
      expect(verifyWithKey(signer, content, legacy)).to.equal(true);
      expect(verifyWithKey(signer, content, own, 'key')).to.equal(true);
      const isSame = byKey === 'sha256' || byKey === null;
      expect(verifyWithKey(signer, content, own), 'own hash as legacy').to.equal(isSame);
      expect(verifyWithKey(signer, content, legacy, 'key'), 'legacy as own hash').to.equal(isSame);
      expect(verifyWithKey(signer, Buffer.from('another'), legacy)).to.equal(false);
      for (const bad of [Buffer.alloc(0), Buffer.from('x'), Buffer.concat([legacy, Buffer.from([0])])]) {
        expect(verifyWithKey(signer, content, bad)).to.equal(false);
      }
    });
  }

  it('does not take RSA-PSS for PKCS #1 v1.5, nor r and s side by side for DER', () => {
    const [rsaKey, ec] = [rsa, ecKey()];
    const pss = sign('sha256', content, { key: rsaKey, padding: 6, saltLength: 32 });
    const raw = sign('sha256', content, { key: ec, dsaEncoding: 'ieee-p1363' });
    for (const [key, signature] of [
      [rsaKey, pss],
      [ec, raw],
    ] as const) {
      for (const signer of keysOf(key)) expect(verifyWithKey(signer, content, signature)).to.equal(false);
    }
  });
});

function rsaPkcs1(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
