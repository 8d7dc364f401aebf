import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import * as openpgp from 'openpgp';
import { isImgcheckError } from '../../src/core/error.js';
import { decodeBase64, isArmored, readArmor } from '../../src/openpgp/armor.js';
import { mutate, randomFrom } from '../support/random.js';
import { needShared } from '../support/shared.js';

const block = ['-----BEGIN PGP SIGNATURE-----', 'Version: 1', '', 'AQID', '=abcd', '-----END PGP SIGNATURE-----'];

describe('openpgp/armor', () => {
  it('reads every block of the collected keys as the OpenPGP library does', async function () {
    const folder = needShared(this, 'data', 'rpmdb', 'keys');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'latin1');
      const blocks = readArmor(text);
      const parts = text.match(/-----BEGIN[^]*?-----END[^\n]*/g) ?? [];
      expect(blocks.length, name).to.equal(parts.length).and.greaterThan(0);
      for (const [i, part] of parts.entries()) {
        const { data } = (await openpgp.unarmor(part)) as { data: Uint8Array };
        expect(Buffer.from(blocks[i]?.bytes ?? []).equals(data), name).to.equal(true);
      }
    }
  });

  it('reads blocks with headers, without checksum, with any line end and text around them', () => {
    const text = ['hello', ...block, 'between', block[0], '', 'AQID', block[5]].join('\r\n');
    expect(readArmor(text).map(({ label, bytes }) => [label, [...bytes]])).to.deep.equal([
      ['PGP SIGNATURE', [1, 2, 3]],
      ['PGP SIGNATURE', [1, 2, 3]],
    ]);
  });

  it('finds none in other text', () => {
    expect(readArmor('just text\n-- \nAQID')).to.deep.equal([]);
    expect(isArmored('a\n-----BEGIN CERTIFICATE-----')).to.equal(false);
    expect(isArmored(`a\n${block.join('\n')}`)).to.equal(true);
  });

  const refused: readonly (readonly [string, readonly (string | undefined)[], string])[] = [
    ['a block without end', block.slice(0, 4), 'expected a line END PGP SIGNATURE'],
    ['the end of another', [...block.slice(0, 5), '-----END PGP MESSAGE-----'], 'unexpected line END PGP MESSAGE'],
    ['a block within a block', [block[0], ...block], 'unexpected line BEGIN'],
    ['an end without begin', [block[5]], 'unexpected line END'],
    ['content where headers are', [block[0], 'AQID', '', 'AQID', block[5]], 'expected an empty line'],
    ['no empty line', [block[0], 'AQID', block[5]], 'expected an empty line'],
    ['other letters', [block[0], '', 'AQ!D', block[5]], 'not base64'],
    ['a length that is no base64', [block[0], '', 'AQIDA', block[5]], 'not base64'],
  ];
  for (const [what, lines, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => readArmor(lines.join('\n')))
        .to.throw(message)
        .with.property('kind', 'hostile');
    });
  }

  it('decodes base64 with padding and nothing else', () => {
    expect([...decodeBase64('AQI=', 'it')]).to.deep.equal([1, 2]);
    expect(() => decodeBase64('AQ-_', 'it')).to.throw('it: it is not base64');
  });

  it('ends with blocks or an error of ours, 2,000 times', () => {
    const random = randomFrom(20_261_124);
    for (let round = 0; round < 2000; round++) {
      const text = Buffer.from(mutate(Buffer.from(block.join('\n')), random)).toString('latin1');
      try {
        readArmor(text);
      } catch (error) {
        if (!isImgcheckError(error, 'hostile')) throw error;
      }
    }
  });
});
