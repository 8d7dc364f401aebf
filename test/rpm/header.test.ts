import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { openDatabase } from '../../src/rpm/database.js';
import { parseHeader, type Header } from '../../src/rpm/header.js';
import { isDamage } from '../../src/rpm/record.js';
import { databaseIn, readLines, readPlain } from '../support/rpm-database.js';
import { buildRpmHeader, encodeHeader, type TagValue } from '../support/rpm-header.js';
import { needShared } from '../support/shared.js';

const plain = { name: 'a', version: '1', release: '2' };
const relocation: readonly TagValue[] = [
  { tag: 1116, type: 'int32', value: [0] },
  { tag: 1117, type: 'strings', value: ['tool'] },
  { tag: 1118, type: 'strings', value: ['/opt/new/'] },
];
const originals: readonly TagValue[] = [
  { tag: 1119, type: 'int32', value: [0] },
  { tag: 1120, type: 'strings', value: ['tool'] },
  { tag: 1121, type: 'strings', value: ['/opt/old/'] },
];
const files: readonly TagValue[] = originals.map((value) => ({ ...value, tag: value.tag - 3 }));
const prefixes: TagValue = { tag: 1099, type: 'strings', value: ['/opt/new'] };

function parse(blob: Uint8Array): Header {
  return parseHeader(blob, 'header');
}

function sha256(header: Header): string {
  const hash = createHash('sha256');
  for (const part of header.signedParts() ?? []) hash.update(part);
  return hash.digest('hex');
}

describe('rpm/header', () => {
  describe('typed reads', () => {
    const header = parse(
      encodeHeader([
        { tag: 200, type: 'int8', value: [1, 255] },
        { tag: 201, type: 'int16', value: [65535] },
        { tag: 202, type: 'int32', value: [4_000_000_000, 7] },
        { tag: 203, type: 'int64', value: [2 ** 52] },
        { tag: 204, type: 'string', value: 'é' },
        { tag: 205, type: 'strings', value: ['a', '', 'b'] },
        { tag: 206, type: 'i18n', value: ['first', 'second'] },
        { tag: 207, type: 'binary', value: Uint8Array.of(1, 2, 3) },
        { tag: 208, type: 'binary', value: Uint8Array.of(0xff, 0x41, 0) },
        { tag: 209, type: 'char', value: [2] },
      ]),
    );

    it('reads unsigned numbers of every width', () => {
      expect(header.numbers(200)).to.deep.equal([1, 255]);
      expect(header.number(201)).to.equal(65535);
      expect(header.numbers(202)).to.deep.equal([4_000_000_000, 7]);
      expect(header.number(203)).to.equal(2 ** 52);
      expect(header.number(209)).to.equal(2);
    });

    it('reads strings, string arrays and the untranslated one of many locales', () => {
      expect(header.string(204)).to.equal('é');
      expect(header.strings(205)).to.deep.equal(['a', '', 'b']);
      expect(header.string(206)).to.equal('first');
      expect(header.strings(206)).to.deep.equal(['first', 'second']);
      expect([...(header.binary(207) ?? [])]).to.deep.equal([1, 2, 3]);
    });

    it('gives undefined for what is not there', () => {
      expect(header.has(300)).to.equal(false);
      expect(header.string(300)).to.equal(undefined);
      expect(header.numbers(300)).to.equal(undefined);
    });

    it('refuses a value of another type, and a string beyond the limit', () => {
      expect(() => header.string(202)).to.throw('tag 202: expected type 6 or 9, got 4');
      expect(() => header.number(204)).to.throw('tag 204');
      expect(() => header.string(206, 4)).to.throw('tag 206: a string is longer than 4 bytes');
    });

    it('decodes bytes that are not UTF-8 with replacement', () => {
      const blob = encodeHeader([{ tag: 1000, type: 'string', value: 'xA' }]);
      blob[8 + 32] = 0xff;
      expect(parse(blob).string(1000)).to.equal('\ufffdA');
    });

    it('refuses a string that runs into the next value', () => {
      const blob = encodeHeader([
        { tag: 200, type: 'string', value: 'abc' },
        { tag: 201, type: 'string', value: 'def' },
      ]);
      blob[8 + 48 + 3] = 0x78;
      expect(() => parse(blob).string(200)).to.throw('tag 200: a string does not end within its value');
    });
  });

  describe('the signed region', () => {
    it('wins over what lies outside of it, which is named', () => {
      const header = parse(buildRpmHeader({ ...plain, dribbles: [{ tag: 1001, type: 'string', value: '99' }] }));
      expect(header.string(1001)).to.equal('1');
      expect(header.shadowed).to.deep.equal([1001]);
    });

    it('is not added to: an epoch outside does not count, and is named', () => {
      const header = parse(buildRpmHeader({ ...plain, dribbles: [{ tag: 1003, type: 'int32', value: [9] }] }));
      expect(header.number(1003)).to.equal(undefined);
      expect(header.shadowed).to.deep.equal([1003]);
    });

    it('leaves install notes and signatures to the outside', () => {
      const header = parse(
        buildRpmHeader({
          ...plain,
          dribbles: [
            { tag: 268, type: 'binary', value: Uint8Array.of(5) },
            { tag: 1008, type: 'int32', value: [77] },
            { tag: 1029, type: 'char', value: [2] },
          ],
        }),
      );
      expect(header.number(1008)).to.equal(77);
      expect(header.numbers(1029)).to.deep.equal([2]);
      expect(header.binary(268)).to.have.length(1);
      expect(header.shadowed).to.deep.equal([]);
    });

    it('yields to the paths of a relocated package that keeps the signed ones', () => {
      const header = parse(
        buildRpmHeader({ ...plain, signed: files, dribbles: [prefixes, ...relocation, ...originals] }),
      );
      expect(header.strings(1118)).to.deep.equal(['/opt/new/']);
      expect(header.strings(1121)).to.deep.equal(['/opt/old/']);
      expect(header.shadowed).to.deep.equal([]);
    });

    const forged: readonly (readonly [string, readonly TagValue[]])[] = [
      ['without the signed ones beside them', [prefixes, ...relocation]],
      ['without a word of where it moved', [...relocation, ...originals]],
      [
        'whose kept paths are not the signed ones',
        [prefixes, ...relocation, ...originals.slice(0, 2), { tag: 1121, type: 'strings', value: ['/elsewhere/'] }],
      ],
    ];
    for (const [title, dribbles] of forged) {
      it(`does not yield to relocated paths ${title}`, () => {
        const header = parse(buildRpmHeader({ ...plain, signed: files, dribbles }));
        expect(header.strings(1118)).to.deep.equal(['/opt/old/']);
        expect(header.shadowed).to.deep.equal([1116, 1117, 1118]);
      });
    }

    it('may be absent: everything is read and nothing is signed', () => {
      const header = parse(buildRpmHeader({ ...plain, installTime: 5, region: false }));
      expect(header.string(1000)).to.equal('a');
      expect(header.number(1008)).to.equal(5);
      expect(header.region).to.equal(undefined);
      expect(header.signedParts()).to.equal(undefined);
    });

    for (const set of [
      'made/alpha-signed-sqlite',
      'made/alpha-v6-ndb',
      'real/sle15-bci',
      'rebuilt/ubi8-s390x-bdb-be',
    ]) {
      it(`hashes to the SHA256HEADER of every package of ${set}`, function () {
        const path = databaseIn(needShared(this, 'data', 'rpmdb', ...set.split('/')));
        let compared = 0;
        for (const found of openDatabase(readPlain(path), set).records) {
          if (isDamage(found)) throw new Error(found.damage);
          const header = parse(found.blob);
          const stated = header.string(273);
          if (stated === undefined) continue;
          expect(sha256(header), header.string(1000)).to.equal(stated);
          compared++;
        }
        expect(compared).to.be.greaterThan(readLines(`${path.replace(/[^/]*$/, '')}packages.tsv`).length * 0.6);
      });
    }
  });

  describe('a malformed header', () => {
    const sound = buildRpmHeader({ ...plain, installTime: 5 });
    const broken = (change: (view: DataView) => void): Uint8Array => {
      const blob = Uint8Array.from(sound);
      change(new DataView(blob.buffer));
      return blob;
    };
    const entry = (i: number, field: number) => 8 + 16 * i + 4 * field;
    const trailer = (): number =>
      8 + 16 * new DataView(sound.buffer).getUint32(0) + new DataView(sound.buffer).getUint32(16);
    const cases: readonly (readonly [string, Uint8Array, string])[] = [
      ['is empty', new Uint8Array(0), 'expected at least 24 bytes, got 0'],
      ['has no entries', broken((v) => v.setUint32(0, 0)), 'expected 1 to 65535 index entries, got 0'],
      ['has two billion entries', broken((v) => v.setUint32(0, 0x7fffffff)), 'got 2147483647'],
      ['is cut', sound.subarray(0, sound.byteLength - 1), `expected ${sound.byteLength} bytes`],
      ['is longer than it says', Buffer.concat([sound, Buffer.alloc(1)]), `got ${sound.byteLength + 1}`],
      [
        'has the magic of a package file',
        Buffer.concat([Buffer.from('8eade80100000000', 'hex'), sound]),
        'index entries',
      ],
      ['has a tag below 100', broken((v) => v.setUint32(entry(1, 0), 63)), 'tag 63 is reserved'],
      ['has an unknown type', broken((v) => v.setUint32(entry(2, 1), 10)), 'unknown type 10'],
      ['has a null type', broken((v) => v.setUint32(entry(2, 1), 0)), 'unknown type 0'],
      ['has a count of zero', broken((v) => v.setUint32(entry(2, 3), 0)), 'count 0 is out of range'],
      ['has two of one string', broken((v) => v.setUint32(entry(2, 3), 2)), 'count 2 is out of range'],
      ['has a huge count', broken((v) => v.setUint32(entry(1, 3), 0xfffffff)), 'is out of range'],
      ['has a value outside', broken((v) => v.setUint32(entry(2, 2), 0xfffffff)), 'lie outside their place'],
      ['has values that overlap', broken((v) => v.setUint32(entry(3, 2), 0)), 'lie outside their place'],
      ['has an unaligned number', broken((v) => v.setUint32(entry(5, 2), v.getUint32(entry(5, 2)) + 1)), 'not aligned'],
      ['says a tag twice', broken((v) => v.setUint32(entry(3, 0), 1000)), 'tag 1000 is there twice'],
      ['has a region trailer outside', broken((v) => v.setUint32(entry(0, 2), 0xfffff)), 'the region trailer'],
      ['has another region trailer', broken((v) => v.setUint32(trailer(), 62)), 'does not repeat the region entry'],
      ['has a region of odd size', broken((v) => v.setInt32(trailer() + 8, -17)), 'a region of 17 index bytes'],
      [
        'has a region beyond its index',
        broken((v) => v.setInt32(trailer() + 8, -1600)),
        'a region of 1600 index bytes',
      ],
      ['has a region of the wrong type', broken((v) => v.setUint32(entry(0, 1), 6)), 'the region entry'],
    ];
    for (const [title, blob, message] of cases) {
      it(`is refused when it ${title}`, () => {
        expect(() => parse(blob))
          .to.throw(message)
          .with.property('kind', 'hostile');
      });
    }
  });
});
