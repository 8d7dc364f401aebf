import { expect } from 'chai';
import {
  contentOf,
  derTags,
  insideOf,
  readBoolean,
  readDer,
  readDerRow,
  readObjectId,
  readSmallInteger,
  readTime,
} from '../../src/x509/asn1.js';
import { failureOf } from '../source/failure.js';

const der = (hex: string) => readDer(Buffer.from(hex, 'hex'), 'value');
const text = (tag: string, value: string) =>
  der(`${tag}${value.length.toString(16).padStart(2, '0')}${Buffer.from(value).toString('hex')}`);

describe('readDer', () => {
  it('reads a value with its head, and what lies inside when asked', () => {
    const sequence = der('3006020105040107');
    expect(sequence.tag).to.equal(derTags.sequence);
    expect(sequence.whole).to.have.length(8);
    const [number, octets, none] = insideOf(sequence, 'value');
    expect(readSmallInteger(number, 'value')).to.equal(5);
    expect([...contentOf(octets, derTags.octetString, 'value')]).to.deep.equal([7]);
    expect(none).to.equal(undefined);
  });

  it('reads long lengths in their shortest form only', async () => {
    expect(der(`048180${'00'.repeat(128)}`).content).to.have.length(128);
    expect(der(`04820100${'00'.repeat(256)}`).content).to.have.length(256);
    for (const hex of ['04810100', '0482000100', `0482007f${'00'.repeat(127)}`]) {
      expect((await failureOf('hostile', async () => der(hex))).message).to.include('padded length');
    }
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /got none/],
    ['a second value', '05000500', /got more/],
    ['a length beyond the end', '0405000000', /outside/],
    ['a length of four gigabytes', '0484ffffffff00', /outside/],
    ['a length of nine bytes', '0489010000000000000000', /length of 9 bytes/],
    ['a tag of several bytes', '1f8101', /tag of several bytes/],
  ];
  for (const [what, hex, message] of refused) {
    it(`refuses ${what}`, async () => {
      expect((await failureOf('hostile', async () => der(hex))).message).to.match(message);
    });
  }

  it('does not support indefinite lengths, which are BER', async () => {
    await failureOf('unsupported', async () => der('30800000'));
  });

  it('counts the values that stand in a row', async () => {
    const row = Buffer.alloc(2 * 257, Buffer.from('0500', 'hex'));
    expect(readDerRow(row.subarray(2), 'value')).to.have.length(256);
    await failureOf('hostile', async () => readDerRow(row, 'value'));
  });
});

describe('readObjectId', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['0603550403', '2.5.4.3'],
    ['06092a864886f70d010105', '1.2.840.113549.1.1.5'],
    ['060a0992268993f22c640119', '0.9.2342.19200300.100.1.25'],
    ['06028837', '2.999'],
    ['060127', '0.39'],
    ['060128', '1.0'],
    ['06056981808000', '2.25.2097152'],
  ];
  for (const [hex, id] of cases) {
    it(`reads ${id}`, () => {
      expect(readObjectId(der(hex), 'value')).to.equal(id);
    });
  }

  for (const [what, hex] of [
    ['an empty one', '0600'],
    ['one that does not end', '060281ff'],
    ['one with a padded number', '06032a8001'],
    ['one of 65 bytes', `0641${'01'.repeat(65)}`],
    ['a number', '020101'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await failureOf('hostile', async () => readObjectId(der(hex), 'value'));
    });
  }
});

describe('readTime', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['17', '260102030405Z', '2026-01-02T03:04:05.000Z'],
    ['17', '490102030405Z', '2049-01-02T03:04:05.000Z'],
    ['17', '500102030405Z', '1950-01-02T03:04:05.000Z'],
    ['18', '20990918115434Z', '2099-09-18T11:54:34.000Z'],
    ['18', '20260102030405.5Z', '2026-01-02T03:04:05.500Z'],
    ['18', '20260102030405.04Z', '2026-01-02T03:04:05.040Z'],
    ['18', '20260102030405.123456Z', '2026-01-02T03:04:05.123Z'],
  ];
  for (const [tag, value, time] of cases) {
    it(`reads ${value}`, () => {
      expect(readTime(text(tag, value), 'value').toISOString()).to.equal(time);
    });
  }

  for (const [tag, value] of [
    ['17', '2601020304Z'],
    ['17', '260102030405+0100'],
    ['18', '20260231030405Z'],
    ['18', '20261301030405Z'],
    ['18', '20260102250405Z'],
    ['18', '20260102030405'],
    ['18', '20260102030405.Z'],
  ] as const) {
    it(`refuses ${value}`, async () => {
      await failureOf('hostile', async () => readTime(text(tag, value), 'value'));
    });
  }
});

describe('readSmallInteger and readBoolean', () => {
  it('take what DER has, and nothing negative or large', async () => {
    expect(readSmallInteger(der('02047fffffff'), 'value')).to.equal(2 ** 31 - 1);
    expect(readBoolean(der('0101ff'), 'value')).to.equal(true);
    for (const hex of ['0200', '0201ff', '02050100000000']) {
      await failureOf('hostile', async () => readSmallInteger(der(hex), 'value'));
    }
    for (const hex of ['0100', '010101', '01020000'])
      await failureOf('hostile', async () => readBoolean(der(hex), 'value'));
  });
});
