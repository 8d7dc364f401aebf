import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { isImgcheckError } from '../../src/core/error.js';
import { readSeal, type HeaderSeal } from '../../src/rpm/header-signature.js';
import { parseHeader } from '../../src/rpm/header.js';
import { makeSigner, signVersion3 } from '../support/openpgp.js';
import { mutate, randomFrom } from '../support/random.js';
import { buildRpmHeader, signedBytesOf, type HeaderFields, type TagValue } from '../support/rpm-header.js';

const plain: HeaderFields = { name: 'a', version: '1', release: '2', arch: 'noarch', installTime: 5 };
const message = signedBytesOf(plain);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyId = '0123456789abcdef';
const byRsa = (hash: readonly [number, string] = [8, 'sha256'], over = message): Uint8Array =>
  signVersion3(over, { keyId, privateKey, algorithm: 1, hash, created: 1_600_000_000 });

const binary = (tag: number, value: Uint8Array): TagValue => ({ tag, type: 'binary', value });
const base64 = (...values: readonly Uint8Array[]): TagValue => {
  return { tag: 278, type: 'strings', value: values.map((one) => Buffer.from(one).toString('base64')) };
};
const digestTag = (tag: number, hash: string): TagValue => {
  return { tag, type: 'string', value: createHash(hash).update(message).digest('hex') };
};

function sealOf(...dribbles: readonly TagValue[]): HeaderSeal {
  return readSeal(parseHeader(buildRpmHeader({ ...plain, dribbles }), 'header'));
}

describe('rpm/header-signature', () => {
  it('reads a signature and computes the digest that it must be over', () => {
    const signature = byRsa();
    const trailer = Buffer.alloc(5);
    trailer.writeUInt32BE(1_600_000_000, 1);
    expect(sealOf(binary(268, signature)).signatures).to.deep.equal([
      {
        tag: 268,
        version: 3,
        keyId,
        algorithm: 'rsa',
        hash: 'sha256',
        created: 1_600_000_000,
        digest: createHash('sha256').update(message).update(trailer).digest('hex'),
        left16: true,
        values: [
          Buffer.from(signature.subarray(-256))
            .toString('hex')
            .replace(/^(00)+/, ''),
        ],
      },
    ]);
  });

  it('shows without a key that a signature was made for another header', () => {
    const other = signedBytesOf({ ...plain, version: '2' });
    expect(sealOf(binary(268, byRsa([8, 'sha256'], other))).signatures[0]).to.include({ left16: false });
  });

  it('is plain data that JSON gives back', async () => {
    const bytes = await (await makeSigner('a')).sign(message);
    const seal = sealOf(base64(bytes, byRsa(), Buffer.of(1)), digestTag(269, 'sha1'));
    expect(JSON.parse(JSON.stringify(seal))).to.deep.equal(seal);
    expect(seal.signatures).to.have.length(3);
  });

  const tagsOf = (...dribbles: readonly TagValue[]): readonly number[] =>
    sealOf(...dribbles).signatures.map((one) => one.tag);
  it('reads the signatures that count: OPENPGP alone, else those of the header, else those of the payload', () => {
    const all = [259, 262, 267, 268].map((tag) => binary(tag, byRsa()));
    expect(tagsOf(...all, base64(byRsa(), byRsa()))).to.deep.equal([278, 278]);
    expect(tagsOf(...all)).to.deep.equal([268, 267]);
    expect(tagsOf(...all.slice(0, 2))).to.deep.equal([259, 262]);
    expect(tagsOf()).to.deep.equal([]);
  });

  it('keeps the key id of a signature over the payload, which cannot be checked', () => {
    const [one] = sealOf(binary(259, byRsa())).signatures;
    expect(one).to.include({ keyId, problem: 'it is over the payload too, which no database has' });
  });

  it('keeps 16 signatures, and says that there are more', () => {
    const { signatures } = sealOf(base64(...Array<Uint8Array>(100).fill(byRsa())));
    expect(signatures).to.have.length(17);
    expect(signatures[16]).to.deep.equal({
      tag: 278,
      problem: 'expected at most 16 signatures, got 100: the rest was not read',
    });
  });

  const broken: readonly (readonly [string, TagValue, string])[] = [
    ['no packet', binary(268, Buffer.from('no packet')), 'expected a packet at 0'],
    ['a packet cut off', binary(268, byRsa().subarray(0, 40)), 'lie outside'],
    ['version 6', binary(268, Buffer.of(0xc2, 1, 6)), 'version 3 or 4, got 6'],
    ['a tag of another type', { tag: 268, type: 'string', value: 'x' }, 'tag 268: expected type 7, got 6'],
    ['OPENPGP of another type', { tag: 278, type: 'int32', value: [1] }, 'tag 278: expected type'],
    ['no base64', { tag: 278, type: 'strings', value: ['%%%%'] }, 'not base64'],
    ['more than 64 KiB', binary(267, Buffer.alloc(65537, 0xc2)), 'at most 65536 bytes'],
    ['base64 of more than 64 KiB', base64(Buffer.alloc(70_000)), 'is longer than'],
    ['an unknown hash', binary(268, byRsa([99, 'sha256'])), 'unknown hash algorithm 99'],
  ];
  for (const [what, tag, problem] of broken) {
    it(`takes ${what} for a signature with a problem, not for a broken package`, () => {
      const { signatures } = sealOf(tag);
      expect(signatures.map((one) => one.tag)).to.deep.equal([tag.tag]);
      expect(signatures[0]?.problem).to.include(problem);
    });
  }

  const digests: readonly (readonly [string, readonly TagValue[], HeaderSeal['digests']])[] = [
    ['SHA-1', [digestTag(269, 'sha1')], 'ok'],
    ['SHA-1 and SHA-256', [digestTag(269, 'sha1'), digestTag(273, 'sha256')], 'ok'],
    ['SHA3-256', [digestTag(279, 'sha3-256')], 'ok'],
    ['one wrong of two', [digestTag(269, 'sha1'), digestTag(273, 'sha512')], 'bad'],
    ['one of another type', [binary(269, Buffer.of(1))], 'bad'],
    ['none', [], 'absent'],
  ];
  for (const [what, tags, outcome] of digests) {
    it(`finds the digests ${outcome}: ${what}`, () => {
      expect(sealOf(...tags)).to.include({ digests: outcome, region: true });
    });
  }

  it('has nothing to check without a region', () => {
    const dribbles = [binary(268, byRsa()), digestTag(269, 'sha1')].sort((a, b) => a.tag - b.tag);
    const { installTime: _, ...fields } = plain;
    const blob = buildRpmHeader({ ...fields, region: false, signed: dribbles });
    const seal = readSeal(parseHeader(blob, 'header'));
    expect(seal).to.include({ region: false, digests: 'absent' });
    expect(seal.signatures[0]?.problem).to.equal('the header has no region that a signature could be over');
  });

  it('ends with a seal or an error of ours, 10,000 times', async () => {
    const bytes = await (await makeSigner('a')).sign(message);
    const seeds = [[binary(268, byRsa()), digestTag(269, 'sha1')], [base64(bytes, byRsa())]].map((dribbles) =>
      buildRpmHeader({ ...plain, dribbles }),
    );
    const random = randomFrom(20_261_124);
    let read = 0;
    for (let round = 0; round < 10_000; round++) {
      try {
        readSeal(parseHeader(mutate(seeds[round % 2] ?? message, random), 'header'));
        read++;
      } catch (error) {
        if (!isImgcheckError(error, 'hostile')) throw error;
      }
    }
    expect(read).to.be.greaterThan(1000);
  });
});
