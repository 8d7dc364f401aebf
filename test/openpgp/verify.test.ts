import { createHash, generateKeyPairSync, privateEncrypt, constants, sign, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import type { KeyParameters, SigningKey } from '../../src/openpgp/keyring.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { parseSignature } from '../../src/openpgp/signature-packet.js';
import { verifyDigest, type DigestSignature } from '../../src/openpgp/verify.js';
import { makeSigner } from '../support/openpgp.js';

const hashes = ['md5', 'sha1', 'ripemd160', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512'];
const message = Buffer.from('what is signed');

function keyOf(parameters: KeyParameters): SigningKey {
  const names = { fingerprint: 'f'.repeat(40), keyId: 'f'.repeat(16), primaryFingerprint: 'f'.repeat(40) };
  return { ...names, userId: 'someone', parameters, created: 0, canSign: true, certified: 0 };
}

function jwk(key: KeyObject, name: 'n' | 'e' | 'x'): string {
  return Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url').toString('hex');
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaKey = keyOf({ kind: 'rsa', n: jwk(rsa.publicKey, 'n'), e: jwk(rsa.publicKey, 'e') });

function signRsa(hash: string): DigestSignature {
  const value = sign(hash, message, rsa.privateKey).toString('hex');
  return { algorithm: 'rsa', hash, digest: createHash(hash).update(message).digest('hex'), values: [value] };
}

describe('openpgp/verify', () => {
  for (const hash of hashes) {
    it(`verifies what node:crypto signs with RSA and ${hash}, and nothing near it`, () => {
      const signature = signRsa(hash);
      const [value = ''] = signature.values;
      expect(verifyDigest(signature, rsaKey)).to.equal(true);
      const digest = createHash(hash).update('another').digest('hex');
      expect(verifyDigest({ ...signature, digest }, rsaKey)).to.equal(false);
      const changed = `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
      expect(verifyDigest({ ...signature, values: [changed] }, rsaKey)).to.equal(false);
      expect(verifyDigest({ ...signature, algorithm: 'dsa' }, rsaKey)).to.equal(false);
    });
  }

  it('refuses an RSA value with the digest of one hash under the name of another', () => {
    expect(verifyDigest({ ...signRsa('sha256'), hash: 'sha3-256' }, rsaKey)).to.equal(false);
    expect(verifyDigest({ ...signRsa('sha256'), hash: 'whirlpool' }, rsaKey)).to.equal(false);
  });

  it('refuses an RSA value that is not less than the modulus, empty, or 0', () => {
    const signature = signRsa('sha256');
    const { n } = rsaKey.parameters as { readonly n: string };
    const sum = (BigInt(`0x${signature.values[0] ?? ''}`) + BigInt(`0x${n}`)).toString(16);
    for (const value of [sum, n, 'f'.repeat(4096), '', '00'])
      expect(verifyDigest({ ...signature, values: [value] }, rsaKey), value.slice(0, 8)).to.equal(false);
    expect(verifyDigest({ ...signature, values: [] }, rsaKey)).to.equal(false);
  });

  it('refuses padding of another form: short, of other bytes, with something behind the digest, without NULL', () => {
    const info = '3031300d060960864801650304020105000420';
    const digest = createHash('sha256').update(message).digest('hex');
    const signature = { algorithm: 'rsa', hash: 'sha256', digest };
    const bare = '302f300b06096086480165030402010420';
    const fill = (content: string, by = 'ff'): string => by.repeat(256 - 3 - content.length / 2);
    const forms: readonly (readonly [string, boolean])[] = [
      [`0001${fill(info + digest)}00${info}${digest}`, true],
      [`0001${'ff'.repeat(8)}00${info}${digest}${'00'.repeat(256 - 11 - 51)}`, false],
      [`0001${fill(info + digest).replace(/ff$/, 'fe')}00${info}${digest}`, false],
      [`0002${fill(info + digest)}00${info}${digest}`, false],
      [`0001${fill(bare + digest)}00${bare}${digest}`, false],
      [`0001${fill(digest)}00${digest}`, false],
    ];
    for (const [block, holds] of forms) {
      const options = { key: rsa.privateKey, padding: constants.RSA_NO_PADDING };
      const value = privateEncrypt(options, Buffer.from(block, 'hex')).toString('hex');
      expect(verifyDigest({ ...signature, values: [value] }, rsaKey), block.slice(0, 24)).to.equal(holds);
    }
  });

  it('refuses a digest that a small RSA key has no room for', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 512 });
    const small = keyOf({ kind: 'rsa', n: jwk(publicKey, 'n'), e: jwk(publicKey, 'e') });
    expect(verifyDigest({ algorithm: 'rsa', hash: 'sha512', digest: 'a'.repeat(128), values: ['01'] }, small)).to.equal(
      false,
    );
  });

  for (const [kind, type] of [
    ['ed25519', 'ed25519'],
    ['ed448', 'ed448'],
  ] as const) {
    it(`verifies what node:crypto signs with ${kind}, over the digest`, () => {
      const pair = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
      const key = keyOf({ kind: type, point: jwk(pair.publicKey, 'x') });
      const digest = createHash('sha512').update(message).digest();
      const value = sign(null, digest, pair.privateKey).toString('hex');
      const signature = { algorithm: kind, hash: 'sha512', digest: digest.toString('hex'), values: [value] };
      expect(verifyDigest(signature, key)).to.equal(true);
      for (const values of [[`00${value}`], [value.slice(2)], [''], [], [value.replace(/^./, 'x')]])
        expect(verifyDigest({ ...signature, values }, key)).to.equal(false);
      expect(verifyDigest({ ...signature, digest: '00' }, key)).to.equal(false);
    });
  }

  it('puts back the leading zeros that the older form of Ed25519 loses, a thousand signatures long', () => {
    const pair = generateKeyPairSync('ed25519');
    const key = keyOf({ kind: 'ed25519', point: jwk(pair.publicKey, 'x') });
    let short = 0;
    for (let i = 0; i < 1000; i++) {
      const digest = createHash('sha256').update(String(i)).digest();
      const value = sign(null, digest, pair.privateKey).toString('hex');
      const values = [value.slice(0, 64), value.slice(64)].map((half) => half.replace(/^(00)+/, ''));
      if (values.join('').length < 128) short++;
      expect(
        verifyDigest({ algorithm: 'eddsa', hash: 'sha256', digest: digest.toString('hex'), values }, key),
      ).to.equal(true);
    }
    expect(short).to.be.greaterThan(0);
  });

  const kinds = [
    { type: 'rsa', rsaBits: 2048 },
    { type: 'ecc', curve: 'ed25519Legacy' },
    { type: 'ecc', curve: 'nistP256' },
    { type: 'ecc', curve: 'nistP384' },
    { type: 'ecc', curve: 'nistP521' },
    { type: 'curve25519' },
    { type: 'curve448' },
  ] as const;
  for (const kind of kinds) {
    it(`verifies what the OpenPGP library signs: ${Object.values(kind).join(' ')}`, async () => {
      const signer = await makeSigner('someone', kind);
      const [key] = (await readKeyring(signer.certificate, 'key')).keys;
      const other = (await readKeyring((await makeSigner('other', kind)).certificate, 'other')).keys[0];
      const { hash, trailer, values, algorithm } = parseSignature(await signer.sign(message));
      const digest = createHash(hash).update(message).update(trailer).digest('hex');
      if (!key || !other) throw new Error('no key');
      expect(verifyDigest({ algorithm, hash, digest, values }, key)).to.equal(true);
      expect(verifyDigest({ algorithm, hash, digest, values }, other)).to.equal(false);
    });
  }
});
