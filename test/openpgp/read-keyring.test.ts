import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as openpgp from 'openpgp';
import { isImgcheckError } from '../../src/core/error.js';
import type { Keyring } from '../../src/openpgp/keyring.js';
import { readPackets } from '../../src/openpgp/packet.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { debianTool } from '../support/debian.js';
import { madeOn, makeSigner, signerOf } from '../support/openpgp.js';
import { mutate, randomFrom } from '../support/random.js';
import { needShared } from '../support/shared.js';

/** Packets of a certificate in a row: key, user, its signature, subkey, its signature. */
const packetsOf = (certificate: Uint8Array): readonly Uint8Array[] =>
  readPackets(certificate, 100).map((one) => one.whole);
const text = (keys: openpgp.Key): Buffer => Buffer.from(keys.armor());
const ids = (ring: Keyring): readonly string[] => ring.keys.map((one) => one.keyId).sort();
const seconds = (date: Date): number => date.getTime() / 1000;
const later = new Date('2024-03-01T00:00:00Z');

async function refusalOf(bytes: Uint8Array): Promise<string> {
  try {
    await readKeyring(bytes, 'keys.asc');
  } catch (error) {
    if (isImgcheckError(error, 'usage') && error.subject === 'keys.asc') return error.message;
    throw error;
  }
  throw new Error('it was read');
}

/** The keys that gpg lists, without those for encryption alone: id, size, made, ends, and whether it may sign. */
async function gpgLists(test: Mocha.Context, path: string): Promise<readonly string[]> {
  const gpg = await debianTool(test, 'gpg');
  const home = await mkdtemp(join(tmpdir(), 'imgcheck-gpg-'));
  try {
    const { stdout } = await gpg.run(['--homedir', home, '--with-colons', '--show-keys', path]);
    const rows = stdout.split('\n').map((line) => line.split(':'));
    const lines: string[] = [];
    let primaryEnds = Infinity;
    for (const [kind, , , , id = '', made, own = '', , , , , uses = ''] of rows) {
      const ends = own === '' ? Infinity : Number(own);
      if (kind === 'pub') primaryEnds = ends;
      // A subkey ends with its primary key, although gpg prints its own date.
      const end = Math.min(ends, primaryEnds);
      const isListed = kind === 'pub' || (kind === 'sub' && uses.includes('s'));
      if (isListed) lines.push([id.toLowerCase(), made, end === Infinity ? '' : end, uses.includes('s')].join(' '));
    }
    return lines.sort();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe('openpgp/read-keyring', () => {
  it('lists the collected vendor keys as gpg does: subkeys, several certificates a file, DSA-1024, expiry', async function () {
    this.timeout(300_000);
    const folder = needShared(this, 'data', 'rpmdb', 'keys');
    let count = 0;
    for (const name of readdirSync(folder)) {
      const ring = await readKeyring(readFileSync(join(folder, name)), name);
      const lines = ring.keys.map((one) => [one.keyId, one.created, one.expires ?? '', one.canSign].join(' '));
      expect(lines.sort(), name).to.deep.equal(await gpgLists(this, join(folder, name)));
      expect(ring.skipped, name).to.deep.equal([]);
      count += lines.length;
    }
    expect(count).to.be.greaterThan(20);
  });

  it('reads the same armored, binary, one after the other, and block by block', async () => {
    const [a, b] = [(await makeSigner('a')).key.toPublic(), (await makeSigner('b')).key.toPublic()];
    const both = Buffer.concat([a.write(), b.write()]);
    const armored = openpgp.armor(openpgp.enums.armor.publicKey, both);
    const files = [both, Buffer.from(armored), Buffer.concat([text(a), Buffer.from('some words\n'), text(b)])];
    const rings = await Promise.all(files.map((file) => readKeyring(file, 'file')));
    for (const ring of rings) {
      expect(ring.digest).to.equal(rings[0]?.digest);
      expect(ids(ring)).to.deep.equal([a.getKeyID().toHex(), b.getKeyID().toHex()].sort());
      expect(ring.keys.map((one) => one.userId).sort()).to.deep.equal([
        'a <a@example.invalid>',
        'b <b@example.invalid>',
      ]);
    }
  });

  it('lists subkeys that sign, under their primary key, and none that encrypt', async () => {
    const { key, certificate } = await makeSigner('a', { subkeys: [{ sign: true }, { sign: false }] });
    const ring = await readKeyring(certificate, 'file');
    const [subkey] = key.subkeys;
    expect(ids(ring)).to.deep.equal([key.getKeyID().toHex(), subkey?.getKeyID().toHex()].sort());
    const [found] = ring.find(subkey?.getFingerprint() ?? '');
    expect(found).to.include({ primaryFingerprint: key.getFingerprint(), canSign: true });
  });

  it('refuses a subkey that another key has bound', async () => {
    const [mine, theirs] = [await makeSigner('a'), await makeSigner('b', { subkeys: [{ sign: true }] })];
    const [subkey] = theirs.key.toPublic().subkeys;
    if (!subkey) throw new Error('no subkey');
    const grafted = Buffer.concat([mine.certificate, ...packetsOf(theirs.certificate).slice(3)]);
    const ring = await readKeyring(grafted, 'file');
    expect(ids(ring)).to.deep.equal([mine.key.getKeyID().toHex()]);
    expect(ring.skipped[0]).to.deep.include({ from: 'file', what: `subkey ${subkey.getKeyID().toHex()}` });
  });

  it('refuses a subkey that has not signed its primary: anyone could claim the key of another', async () => {
    const [mine, theirs] = [await makeSigner('a'), await makeSigner('b', { subkeys: [{ sign: true }] })];
    const subkey = theirs.key.toPublic().subkeys[0]?.keyPacket;
    if (!subkey) throw new Error('no subkey');
    const binding = Object.assign(new openpgp.SignaturePacket(), {
      signatureType: openpgp.enums.signature.subkeyBinding,
      publicKeyAlgorithm: mine.key.keyPacket.algorithm,
      hashAlgorithm: openpgp.enums.hash.sha512,
      keyFlags: [2],
    });
    const bound = { key: mine.key.keyPacket, bind: subkey };
    // Its types leave out the last arguments.
    const sign: (...all: readonly unknown[]) => Promise<void> = binding.sign.bind(binding) as never;
    await sign(mine.key.keyPacket, bound, later, false, openpgp.config);
    const claimed = new openpgp.PacketList<openpgp.AnyPacket>();
    claimed.push(binding);
    const subkeyPacket = packetsOf(theirs.certificate)[3] ?? Buffer.of();
    const ring = await readKeyring(Buffer.concat([mine.certificate, subkeyPacket, claimed.write()]), 'file');
    expect(ids(ring)).to.deep.equal([mine.key.getKeyID().toHex()]);
    expect(ring.skipped.map(({ reason }) => reason)).to.deep.equal(['it may sign, but has not signed the primary key']);
  });

  it('takes no name that the key itself has not signed', async () => {
    const [mine, theirs] = [await makeSigner('a'), await makeSigner('Well Known Vendor')];
    const user = packetsOf(theirs.certificate).slice(1);
    const ring = await readKeyring(Buffer.concat([mine.certificate, ...user]), 'file');
    expect(ring.keys.map((one) => one.userId)).to.deep.equal(['a <a@example.invalid>']);
  });

  it('says when a key ends, and of subkeys when the first of both does', async () => {
    const { key, certificate } = await makeSigner('a', {
      keyExpirationTime: 1000,
      subkeys: [
        { sign: true, keyExpirationTime: 500 },
        { sign: true, keyExpirationTime: 5000 },
      ],
    });
    const ring = await readKeyring(certificate, 'file');
    const ends = [key, ...key.subkeys].map((one) => ring.find(one.getFingerprint())[0]?.expires);
    expect(ends).to.deep.equal([1000, 500, 1000].map((length) => seconds(madeOn) + length));
  });

  it('believes the last that the owner said of when a key ends', async () => {
    const { key } = await makeSigner('a', { keyExpirationTime: 1000 });
    const { publicKey } = await openpgp.reformatKey({
      privateKey: key,
      userIDs: { name: 'a' },
      date: later,
      keyExpirationTime: 9_000_000,
      format: 'object',
    });
    const ring = await readKeyring(publicKey.write(), 'file');
    expect(ring.keys[0]).to.include({ expires: seconds(madeOn) + 9_000_000, certified: seconds(later) });
  });

  for (const [reason, hard] of [
    ['keyCompromised', true],
    ['noReason', true],
    ['keySuperseded', false],
    ['keyRetired', false],
  ] as const) {
    it(`says that a key is revoked, for ${reason}, and its subkeys with it`, async () => {
      const { key } = await makeSigner('a', { subkeys: [{ sign: true }] });
      const reasonForRevocation = { flag: openpgp.enums.reasonForRevocation[reason] };
      const { publicKey } = await openpgp.revokeKey({ key, reasonForRevocation, date: later, format: 'object' });
      const ring = await readKeyring(publicKey.write(), 'file');
      expect(ring.keys.map((one) => one.revoked)).to.deep.equal(Array(2).fill({ at: seconds(later), hard }));
    });
  }

  it('ignores a revocation that the key itself did not make', async () => {
    const [mine, theirs] = [await makeSigner('a'), await makeSigner('b')];
    const { publicKey } = await openpgp.revokeKey({ key: theirs.key, date: later, format: 'object' });
    const [key = Buffer.of(), ...rest] = packetsOf(mine.certificate);
    const revocation = packetsOf(publicKey.write()).slice(1, 2);
    const ring = await readKeyring(Buffer.concat([key, ...revocation, ...rest]), 'file');
    expect(ring.keys.map((one) => one.revoked)).to.deep.equal([undefined]);
  });

  it('tells of certificates that it cannot use, and uses the others', async () => {
    const good = await makeSigner('a');
    const { privateKey } = await openpgp.generateKey({
      userIDs: [{ name: 'six' }],
      format: 'object',
      config: { v6Keys: true },
    });
    const [nameless = good.certificate] = packetsOf(good.certificate);
    const unknown = Buffer.of(0xc6, 5, 9, 0, 0, 0, 0);
    const files = [signerOf(privateKey).certificate, unknown, nameless];
    const ring = await readKeyring(Buffer.concat([...files, good.certificate]), 'file');
    expect(ids(ring)).to.deep.equal([good.key.getKeyID().toHex()]);
    expect(ring.skipped.map(({ what }) => what)).to.deep.equal([1, 2, 3].map((i) => `certificate ${i}`));
    expect(ring.skipped[0]?.reason).to.equal('expected a key of version 4, got 6');
  });

  it('refuses private keys, and does not repeat them', async () => {
    const { key } = await makeSigner('a');
    expect(await refusalOf(text(key))).to.equal('it has a private key in it');
    const ring = await readKeyring(key.write(), 'file');
    expect([ring.keys, ring.skipped.map((one) => one.reason)]).to.deep.equal([[], ['it is a private key']]);
  });

  for (const [what, bytes, message] of [
    ['an empty file', '', 'expected OpenPGP keys'],
    ['a certificate of TLS', '-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n', 'expected OpenPGP keys'],
    ['a signature', '-----BEGIN PGP SIGNATURE-----\n\nwgEE\n-----END PGP SIGNATURE-----\n', 'no OpenPGP public key'],
    ['a block cut off', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nwgEE\n', 'expected a line END'],
  ] as const) {
    it(`refuses ${what} as a wrong setting`, async () => {
      expect(await refusalOf(Buffer.from(bytes))).to.include(message);
    });
  }

  it('refuses more than 16 MiB', async () => {
    expect(await refusalOf(Buffer.alloc(16 * 1024 * 1024 + 1))).to.include('expected at most 16777216 bytes');
  });

  it('ends with keys, skipped ones or an error of ours, 300 times', async () => {
    const { certificate } = await makeSigner('a', { subkeys: [{ sign: true }] });
    const random = randomFrom(20_261_124);
    for (let round = 0; round < 300; round++) {
      try {
        await readKeyring(mutate(certificate, random), 'file');
      } catch (error) {
        if (!isImgcheckError(error, 'usage')) throw error;
      }
    }
  });
});
