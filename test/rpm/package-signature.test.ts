import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { joinKeyrings, Keyring, type SigningKey } from '../../src/openpgp/keyring.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { readDatabase } from '../../src/rpm/database.js';
import { judgeHeaderSignature, judgeSignature } from '../../src/rpm/package-signature.js';
import { readPackage, type RpmPackage } from '../../src/rpm/package.js';
import { derNumbers } from '../support/der.js';
import { makeSigner, madeOn, signVersion3, type Signer } from '../support/openpgp.js';
import { databaseIn, readLines, readPlain } from '../support/rpm-database.js';
import { buildRpmHeader, signedBytesOf, type HeaderFields, type TagValue } from '../support/rpm-header.js';
import { needShared, sharedPath } from '../support/shared.js';

/** When the collection's verdicts were written: keys that end before it had expired. */
const collectedOn = Date.UTC(2026, 10, 23) / 1000;

/** What gpgv said of each signature, as lines of signatures.tsv. */
function linesOf(one: RpmPackage, keyring: Keyring): readonly string[] {
  const { name, epoch, version, release, arch } = one;
  const id = [name, epoch, version, release, arch === '' ? '(none)' : arch];
  if (one.signatures.length === 0) return [[...id, '-', '-', judgeSignature(one, keyring).outcome].join('\t')];
  return one.signatures.map((signature) => {
    const { outcome, keyExpires = Infinity } = judgeHeaderSignature(signature, keyring);
    const words = { valid: keyExpires < collectedOn ? 'good-key-expired' : 'good', 'unknown-key': 'no-key' };
    const word = outcome === 'valid' || outcome === 'unknown-key' ? words[outcome] : outcome;
    return [...id, signature.tag, signature.keyId, word].join('\t');
  });
}

async function collectedKeys(test: Mocha.Context): Promise<Keyring> {
  const folder = needShared(test, 'data', 'rpmdb', 'keys');
  return joinKeyrings(
    ...(await Promise.all(readdirSync(folder).map((name) => readKeyring(readFileSync(join(folder, name)), name)))),
  );
}

const plain: HeaderFields = { name: 'a', version: '1', release: '2', arch: 'noarch' };
const message = signedBytesOf(plain);
const madeAt = madeOn.getTime() / 1000;
const signedAt = Date.UTC(2024, 5, 1) / 1000;

function packageWith(signatures: readonly Uint8Array[], more: Partial<HeaderFields> = {}): RpmPackage {
  const value = signatures.map((one) => Buffer.from(one).toString('base64'));
  const tag: readonly TagValue[] = value.length === 0 ? [] : [{ tag: 278, type: 'strings', value }];
  return readPackage(buildRpmHeader({ ...plain, ...more, dribbles: [...(more.dribbles ?? []), ...tag] }));
}

describe('rpm/package-signature', () => {
  describe('of the shared collection', () => {
    for (const kind of ['real', 'rebuilt', 'made']) {
      const root = sharedPath('data', 'rpmdb', kind);
      const sets = root === undefined ? [] : readdirSync(root);
      for (const set of sets.filter((name) => sharedPath('data', 'rpmdb', kind, name, 'signatures.tsv'))) {
        it(`judges every signature of ${kind}/${set} as gpgv does`, async function () {
          const folder = needShared(this, 'data', 'rpmdb', kind, set);
          const keyring = await collectedKeys(this);
          const { packages } = readDatabase(readPlain(databaseIn(folder)), set);
          const rows = readLines(join(folder, 'signatures.tsv')).map((line) => line.split('\t'));
          const lines = packages.flatMap((one) => linesOf(one, keyring)).sort();
          expect(lines).to.deep.equal(rows.map((row) => row.slice(0, 8).join('\t')).sort());
          const flawed = rows.filter((row) => row[8] === 'BAD' || row[9] === 'BAD').map(([name]) => name);
          expect(packages.filter((one) => one.digests === 'bad').map((one) => one.name)).to.deep.equal(flawed);
        });
      }
    }

    it('tells of made/alpha-tampered what its maker did', async function () {
      const folder = needShared(this, 'data', 'rpmdb', 'made', 'alpha-tampered');
      const keyring = await collectedKeys(this);
      const { packages } = readDatabase(readPlain(databaseIn(folder)), 'alpha-tampered');
      const story = packages
        .filter((one) => !one.isKey)
        .map((one) => {
          const { outcome, reason } = judgeSignature(one, keyring);
          return [one.name, one.shadowed.join(), outcome, outcome === 'bad' ? reason : ''].join(' ').trim();
        });
      expect(story.sort()).to.deep.equal([
        'acme-core 1001 valid',
        'acme-core-reloc 1035 valid',
        'acme-foreign  unknown-key',
        'acme-libs  bad the header does not fit its own digest',
        'acme-plain  bad the signature was made for another header',
        'acme-tools  bad the signature was made for another header',
        'kernel-like  unsigned',
        'kernel-like  valid',
      ]);
    });

    it('names the certificate of a signing subkey, and the weak signatures of CentOS 5', async function () {
      const keyring = await collectedKeys(this);
      const verdicts = (path: readonly string[]) => {
        const folder = needShared(this, 'data', 'rpmdb', ...path);
        const { packages } = readDatabase(readPlain(databaseIn(folder)), path.join('/'));
        return packages.filter((one) => !one.isKey).map((one) => judgeSignature(one, keyring));
      };
      const alma = verdicts(['real', 'almalinux8.8-s390x-20230523']);
      expect(new Set(alma.map((one) => one.signer?.fingerprint.slice(-16)))).to.deep.equal(
        new Set(['488fcf7c3abb34f8']),
      );
      expect(new Set(alma.map((one) => one.keyId))).to.deep.equal(new Set(['51d6647ec21ad6ea']));
      const centos = verdicts(['rebuilt', 'centos5-plain-bdb']);
      expect(new Set(centos.map((one) => one.weak))).to.deep.equal(new Set(['SHA-1, DSA-1024']));
    });
  });

  describe('of signatures made here', () => {
    let signer: Signer;
    let other: Signer;
    let key: SigningKey;
    let ours: Uint8Array;
    let theirs: Uint8Array;
    let forged: Uint8Array;

    before(async () => {
      [signer, other] = [await makeSigner('signer'), await makeSigner('other')];
      const [found] = (await readKeyring(signer.certificate, 'signer')).keys;
      if (!found) throw new Error('no key');
      key = found;
      [ours, theirs] = [await signer.sign(message), await other.sign(message)];
      forged = Buffer.from(ours);
      forged[forged.byteLength - 1] = (forged.at(-1) ?? 0) ^ 1;
    });

    const ring = (change: Partial<SigningKey> = {}): Keyring => new Keyring([{ ...key, ...change }]);

    it('names the signer of a valid one', () => {
      expect(judgeSignature(packageWith([ours]), ring())).to.deep.equal({
        outcome: 'valid',
        signer: { fingerprint: signer.key.getFingerprint(), userId: 'signer <signer@example.invalid>' },
        keyId: signer.key.getKeyID().toHex(),
        reason: 'signed by signer <signer@example.invalid>',
      });
    });

    it('tells a header changed in any signed tag', () => {
      for (const change of [{ version: '2' }, { arch: 'x86_64' }, { vendor: 'Someone' }])
        expect(judgeSignature(packageWith([ours], change), ring())).to.include({
          outcome: 'bad',
          reason: 'the signature was made for another header',
        });
    });

    it('tells a changed header without any key by its digest', () => {
      const dribbles: TagValue[] = [{ tag: 273, type: 'string', value: createHash('sha256').digest('hex') }];
      for (const keyring of [undefined, ring()])
        expect(judgeSignature(packageWith([ours], { dribbles }), keyring).outcome).to.equal('bad');
    });

    it('says of what it cannot check why', () => {
      const id = key.keyId;
      const bare = readPackage(buildRpmHeader({ ...plain, region: false }));
      expect(judgeSignature(bare, ring())).to.include({ outcome: 'unsupported' });
      expect(judgeSignature(packageWith([]), ring())).to.include({ outcome: 'unsigned' });
      expect(judgeSignature(packageWith([ours]), undefined)).to.include({ outcome: 'not-checked', keyId: id });
      expect(judgeSignature(packageWith([theirs]), ring())).to.include({
        outcome: 'unknown-key',
        keyId: other.key.getKeyID().toHex(),
      });
      const payload: TagValue = { tag: 259, type: 'binary', value: ours };
      const old = readPackage(buildRpmHeader({ ...plain, dribbles: [payload] }));
      expect(judgeSignature(old, ring())).to.include({ outcome: 'unsupported', keyId: id });
    });

    const states: readonly (readonly [string, Partial<SigningKey>, 'valid' | 'bad', string])[] = [
      ['a key that ends later', { expires: signedAt + 1 }, 'valid', 'signed by'],
      ['a key that had ended', { expires: signedAt }, 'bad', 'made on 2024-06-01, after its key expired on 2024-06-01'],
      ['a key made later', { created: signedAt + 86_400 }, 'bad', 'made on 2024-06-01, before its key of 2024-06-02'],
      ['a revoked key', { revoked: { at: madeAt, hard: true } }, 'bad', 'the key was revoked on 2024-01-01'],
      ['a retired key', { revoked: { at: madeAt, hard: false } }, 'bad', 'retired by its owner on 2024-01-01'],
      ['a key for other uses', { canSign: false }, 'bad', 'not meant for signatures'],
    ];
    for (const [what, change, outcome, reason] of states) {
      it(`judges a signature by ${what} to be ${outcome}`, () => {
        const verdict = judgeSignature(packageWith([ours]), ring(change));
        expect(verdict.outcome).to.equal(outcome);
        expect(verdict.reason).to.include(reason);
        expect(verdict.keyExpires).to.equal(outcome === 'valid' ? change.expires : undefined);
      });
    }

    const broken = Buffer.of(1);
    const mixes: readonly (readonly [string, () => readonly Uint8Array[], string])[] = [
      ['one valid among unknown and broken ones', () => [theirs, broken, ours], 'valid'],
      ['one forged in the name of a key at hand', () => [ours, forged], 'bad'],
      ['unknown and broken ones', () => [broken, theirs], 'unknown-key'],
      ['broken ones', () => [broken, broken], 'unsupported'],
    ];
    for (const [what, signatures, outcome] of mixes) {
      it(`judges ${what} to be ${outcome}, in any order`, () => {
        for (const order of [signatures(), [...signatures()].reverse()])
          expect(judgeSignature(packageWith(order), ring()).outcome).to.equal(outcome);
      });
    }

    it('takes a valid one beside a stray one of an unknown key for another header', async () => {
      const stray = await other.sign(Buffer.from('another header'));
      expect(judgeSignature(packageWith([ours, stray]), ring()).outcome).to.equal('valid');
      expect(judgeSignature(packageWith([stray]), ring()).outcome).to.equal('bad');
    });

    it('tries every key of an id that two keys share', async () => {
      const [second] = (await readKeyring(other.certificate, 'other')).keys;
      if (!second) throw new Error('no key');
      const { privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
      const form = { keyId: key.keyId, privateKey, algorithm: 17, hash: [2, 'sha1'], created: signedAt } as const;
      const [p = '', q = '', g = '', y = ''] = derNumbers(
        createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
      );
      const parameters = { kind: 'dsa', p, q, g, y } as const;
      const twin = { ...second, keyId: key.keyId, parameters, bits: 1024 };
      const verdict = judgeSignature(packageWith([signVersion3(message, form)]), new Keyring([key, twin]));
      expect(verdict).to.include({ outcome: 'valid', weak: 'SHA-1, DSA-1024' });
    });
  });
});
