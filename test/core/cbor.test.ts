import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseCbor, type Cbor } from '../../src/core/cbor.js';
import { encodeCbor, head, type Encodable } from '../support/cbor.js';
import { failureOf } from '../source/failure.js';

const parse = (hex: string): Cbor => parseCbor(Buffer.from(hex, 'hex'), 'value');

describe('parseCbor', () => {
  /** RFC 8949, appendix A. */
  const vectors: readonly (readonly [string, unknown])[] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3863', -100],
    ['3903e7', -1000],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['c11a514b67b0', { tag: 1, value: 1_363_896_240 }],
    ['d818456449455446', { tag: 24, value: Buffer.from('6449455446', 'hex') }],
  ];
  for (const [hex, value] of vectors) {
    it(`reads ${hex} as its specification does`, () => {
      const plain = (read: Cbor): unknown =>
        typeof read === 'object' && read !== null && 'tag' in read ? { ...read } : read;
      expect(JSON.stringify(plain(parse(hex)))).to.equal(JSON.stringify(value));
    });
  }

  it('reads maps by number and text, byte strings as views', () => {
    const bytes = Buffer.from('a201a1616101616242ffee', 'hex');
    const map = parseCbor(bytes, 'value') as ReadonlyMap<number | string, Cbor>;
    expect([...map.keys()]).to.deep.equal([1, 'b']);
    expect((map.get('b') as Uint8Array).buffer).to.equal(bytes.buffer);
  });

  it('reads whatever a writer of CBOR writes', () => {
    const leaf = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null));
    const tree = fc.letrec<{ node: Encodable }>((tie) => ({
      node: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('node'), { maxLength: 5 })),
    })).node;
    fc.assert(
      fc.property(
        tree.filter((value) => JSON.stringify(value).length < 5000),
        (value) => {
          expect(parseCbor(encodeCbor(value), 'value')).to.deep.equal(value);
        },
      ),
    );
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['nothing at all', '', /outside its 0 bytes/],
    ['a second value', '0000', /1 bytes follow/],
    ['a byte string longer than what is there', '5affffffff00', /outside its/],
    ['a text longer than what is there', '7bffffffffffffffff00', /2\^53/],
    ['an array longer than what is there', '9b001fffffffffff00', /./],
    ['a byte string of indefinite length', '5f42010243030405ff', /indefinite/],
    ['an array of indefinite length', '9fff', /indefinite/],
    ['a map of indefinite length', 'bfff', /indefinite/],
    ['a reserved length', '1c', /reserved/],
    ['a lone break', 'ff', /simple value/],
    ['a simple value that means nothing', 'f0', /simple value/],
    ['a text that is not UTF-8', '61ff', /not UTF-8/],
    ['a map key that stands twice', 'a201000100', /twice/],
    ['a map key of bytes', 'a1410000', /no number or text/],
    ['a number of 2^64 - 1', '1bffffffffffffffff', /2\^53/],
    ['a number below -2^53', '3b001fffffffffffff', /2\^53/],
    ['20 arrays, one in another', `${'81'.repeat(20)}00`, /nested more than 16/],
    ['a million tags', 'c1'.repeat(1_000_000), /nested more than 16/],
    ['20,000 values', `${head(4, 20_000).toString('hex')}${'00'.repeat(20_000)}`, /more than 10000 values/],
  ];
  for (const [what, hex, message] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await failureOf('hostile', async () => parse(hex));
      expect(error.message).to.match(message);
    });
  }

  it('does not support floating-point numbers, and says so', async () => {
    for (const hex of ['f93c00', 'fa47c35000', 'fb3ff199999999999a']) {
      await failureOf('unsupported', async () => parse(hex));
    }
  });

  it('ends with an error of its own on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          parseCbor(bytes, 'value');
        } catch (error) {
          expect(error).to.have.property('name', 'ImgcheckError');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
