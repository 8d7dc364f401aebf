import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import * as openpgp from 'openpgp';
import { isImgcheckError } from '../../src/core/error.js';
import { parseSignature, type SignaturePacket } from '../../src/openpgp/signature-packet.js';
import { encodeNumber, makeSigner, signVersion3 } from '../support/openpgp.js';
import { mutate, randomFrom } from '../support/random.js';

const message = Buffer.from('what is signed');
const seconds = (date: Date | null): number => (date?.getTime() ?? NaN) / 1000;

/** A packet of version 4 with these subpackets. */
function version4(hashed: readonly number[], unhashed: readonly number[] = [], fields: Partial<Fields> = {}): Buffer {
  const { type = 0, algorithm = 1, hash = 8, values = encodeNumber(Buffer.of(5)) } = fields;
  const body = Buffer.concat([
    Buffer.of(4, type, algorithm, hash, hashed.length >> 8, hashed.length & 255, ...hashed),
    Buffer.of(unhashed.length >> 8, unhashed.length & 255, ...unhashed, 0xab, 0xcd),
    values,
  ]);
  return Buffer.concat([Buffer.of(0xc2, 255, 0, 0, body.byteLength >> 8, body.byteLength & 255), body]);
}

interface Fields {
  readonly type: number;
  readonly algorithm: number;
  readonly hash: number;
  readonly values: Uint8Array;
}

const created = [5, 2, 0, 0, 0, 100];
const issuer = [9, 16, 1, 2, 3, 4, 5, 6, 7, 8];

describe('openpgp/signature-packet', () => {
  const kinds = [
    ['rsa', 1, { type: 'rsa', rsaBits: 2048 }],
    ['eddsa', 2, { type: 'ecc', curve: 'ed25519Legacy' }],
    ['ecdsa', 2, { type: 'ecc', curve: 'nistP384' }],
    ['ed25519', 1, { type: 'curve25519' }],
    ['ed448', 1, { type: 'curve448' }],
  ] as const;
  for (const [algorithm, values, kind] of kinds) {
    it(`reads what the OpenPGP library signs with ${algorithm} as that library does`, async () => {
      const bytes = await (await makeSigner('someone', kind)).sign(message);
      const read = parseSignature(bytes);
      const theirs = (await openpgp.readSignature({ binarySignature: bytes })).packets[0];
      expect(read).to.deep.include({
        version: 4,
        algorithm,
        keyId: theirs?.issuerKeyID.toHex(),
        fingerprint: Buffer.from(theirs?.issuerFingerprint ?? []).toString('hex'),
        created: seconds(theirs?.created ?? null),
        left16: Buffer.from(theirs?.signedHashValue ?? []).toString('hex'),
      });
      expect(read).to.not.have.any.keys('problem', 'expires');
      expect(read.values).to.have.length(values);
      const digest = createHash(read.hash).update(message).update(read.trailer).digest('hex');
      expect(digest.slice(0, 4)).to.equal(read.left16);
    });
  }

  for (const [name, algorithm, hash] of [
    ['rsa', 1, [2, 'sha1']],
    ['rsa', 1, [8, 'sha256']],
    ['dsa', 17, [2, 'sha1']],
  ] as const) {
    it(`reads version 3, ${name} with ${hash[1]}`, () => {
      const { privateKey } =
        name === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
      const read = parseSignature(
        signVersion3(message, { keyId: '0123456789abcdef', privateKey, algorithm, hash, created: 1e9 }),
      );
      expect(read).to.deep.include({ version: 3, keyId: '0123456789abcdef', created: 1e9, algorithm: name });
      const digest = createHash(hash[1]).update(message).update(read.trailer).digest('hex');
      expect(digest.slice(0, 4)).to.equal(read.left16);
    });
  }

  it('reads when a signature ends', () => {
    const read = parseSignature(version4([...created, 5, 3, 0, 0, 0, 50, ...issuer]));
    expect(read).to.include({ created: 100, expires: 150, keyId: '0102030405060708' });
  });

  it('takes the last of a subpacket that comes twice, and no end of 0 seconds', () => {
    const read = parseSignature(version4([...created, 5, 2, 0, 0, 0, 200, 5, 3, 0, 0, 0, 0]));
    expect(read.created).to.equal(200);
    expect(read).to.not.have.property('expires');
  });

  it('believes the signed part about who made it, and nothing of the rest but that', () => {
    const other = [9, 16, 9, 9, 9, 9, 9, 9, 9, 9];
    expect(parseSignature(version4([...created, ...issuer], other)).keyId).to.equal('0102030405060708');
    expect(parseSignature(version4(created, other)).keyId).to.equal('0909090909090909');
    const undated = parseSignature(version4(issuer, created));
    expect(undated).to.include({ problem: 'it does not say when it was made' });
  });

  const problems: readonly (readonly [string, Buffer, string])[] = [
    ['another kind of document', version4(created, [], { type: 1 }), 'binary document, got type 1'],
    ['a certification', version4(created, [], { type: 0x10 }), 'binary document, got type 16'],
    ['an unknown algorithm', version4(created, [], { algorithm: 99 }), 'unknown signature algorithm 99'],
    ['an unknown hash', version4(created, [], { hash: 99 }), 'unknown hash algorithm 99'],
    ['an unknown critical subpacket', version4([...created, 2, 0xe4, 1]), 'unknown critical subpacket 100'],
    ['a critical notation', version4([...created, 2, 0x94, 1]), 'unknown critical subpacket 20'],
  ];
  for (const [what, bytes, message] of problems) {
    it(`says that ${what} cannot be checked`, () => {
      expect(parseSignature(bytes).problem).to.include(message);
    });
  }

  it('lets text be signed where that is asked for, and nothing beyond', () => {
    expect(parseSignature(version4(created, [], { type: 1 }), 'binary or text').problem).to.equal(undefined);
    expect(parseSignature(version4(created, [], { type: 2 }), 'binary or text').problem).to.equal(
      'expected a signature of a binary or text document, got type 2',
    );
  });

  const refused: readonly (readonly [string, Uint8Array, string, string])[] = [
    ['version 6', Buffer.of(0xc2, 1, 6), 'unsupported', 'version 3 or 4, got 6'],
    ['version 2', Buffer.of(0xc2, 1, 2), 'unsupported', 'version 3 or 4, got 2'],
    ['another packet', Buffer.of(0xc6, 1, 4), 'hostile', 'expected a signature packet, got type 6'],
    ['nothing', Buffer.of(), 'hostile', 'expected one packet, got 0'],
    ['two packets', Buffer.concat([version4(created), version4(created)]), 'hostile', 'expected one packet, got 2'],
    ['version 3 with other hashed bytes', Buffer.of(0xc2, 2, 3, 6), 'hostile', 'expected 5 hashed bytes, got 6'],
    ['a subpacket without type', version4([0]), 'hostile', 'without type'],
    ['a subpacket longer than all of them', version4([9, 2, 0, 0]), 'hostile', 'lie outside'],
    ['bytes after the numbers', version4(created, [], { values: Buffer.of(0, 1, 1, 0) }), 'hostile', 'got 20'],
    ['a number cut off', version4(created, [], { values: Buffer.of(8, 0, 1) }), 'hostile', 'lie outside'],
    ['a number of 65535 bits', version4(created, [], { values: Buffer.of(255, 255) }), 'hostile', 'at most 16384 bits'],
    ['more than 64 KiB', Buffer.alloc(65537, 0xc2), 'hostile', 'at most 65536 bytes'],
  ];
  for (const [what, bytes, kind, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => parseSignature(bytes))
        .to.throw(message)
        .with.property('kind', kind);
    });
  }

  it('ends with a signature or an error of ours, 10,000 times', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const old = { keyId: '0123456789abcdef', privateKey, algorithm: 1, hash: [8, 'sha256'], created: 1 } as const;
    const seeds = [signVersion3(message, old), await (await makeSigner('someone')).sign(message)];
    const random = randomFrom(20_261_124);
    const read: SignaturePacket[] = [];
    for (let round = 0; round < 10_000; round++) {
      try {
        read.push(parseSignature(mutate(seeds[round % 2] ?? message, random)));
      } catch (error) {
        if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
      }
    }
    expect(read.length).to.be.greaterThan(1000);
    expect(read.every((one) => one.trailer.byteLength < 70_000)).to.equal(true);
  });
});
