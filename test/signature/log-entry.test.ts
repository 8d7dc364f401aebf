import { expect } from 'chai';
import type { Json } from '../../src/core/json.js';
import { readLogEntry } from '../../src/signature/log-entry.js';

const note = 'rekor.test\n1\nAAAA\n';
const line = (name: string): string => `\u2014 ${name} AAAAAAAA\n`;

function entry(changes: Readonly<Record<string, Json>> = {}, proof: Readonly<Record<string, Json>> = {}): Json {
  return {
    logIndex: '735',
    logId: { keyId: 'AAAA' },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    inclusionProof: {
      logIndex: '735',
      treeSize: '736',
      rootHash: 'AAAA',
      hashes: ['AAAA'],
      checkpoint: { envelope: `${note}\n${line('rekor.test')}` },
      ...proof,
    },
    canonicalizedBody: 'e30=',
    ...changes,
  };
}

describe('readLogEntry', () => {
  it('reads 64-bit numbers as strings or numbers, and takes a time that is not there for none', () => {
    expect(readLogEntry(entry(), 'e')).to.include({ logIndex: '735', integratedTime: 0, kind: 'hashedrekord' });
    expect(readLogEntry(entry({ logIndex: 735, integratedTime: 1_700_000_000 }), 'e')).to.include({
      logIndex: '735',
      integratedTime: 1_700_000_000,
    });
    expect(readLogEntry(entry({ logIndex: '9223372036854775807' }), 'e').logIndex).to.equal('9223372036854775807');
  });

  const refusals: readonly (readonly [string, Json, RegExp])[] = [
    ['a negative index', entry({ logIndex: '-1' }), /e.logIndex is not a whole number/],
    ['an index in hexadecimal', entry({ logIndex: '0x10' }), /e.logIndex is not a whole number/],
    ['an index with an exponent', entry({ logIndex: 1e30 }), /e.logIndex is not a whole number/],
    ['an index of a thousand digits', entry({ logIndex: '9'.repeat(1000) }), /e.logIndex is not a whole number/],
    ['a negative index in the tree', entry({}, { logIndex: '-1' }), /inclusionProof.logIndex is not a whole number/],
    ['a time in the year 9999999', entry({ integratedTime: '252423993600000' }), /e.integratedTime is not a time/],
    [
      'more hashes than a tree is high',
      entry({}, { hashes: Array<string>(65).fill('AAAA') }),
      /has 65 items, more than 64/,
    ],
    [
      'a checkpoint of a megabyte',
      entry({}, { checkpoint: { envelope: 'x'.repeat(1 << 20) } }),
      /checkpoint exceeds 16384/,
    ],
    ['a checkpoint without signatures', entry({}, { checkpoint: { envelope: note } }), /checkpoint has no signature/],
    ['an entry without a kind', entry({ kindVersion: null }), /kindVersion is missing/],
  ];
  for (const [what, json, reason] of refusals) {
    it(`refuses ${what}`, () => {
      expect(() => readLogEntry(json, 'e'))
        .to.throw(reason)
        .with.property('kind', 'hostile');
    });
  }

  it('keeps of a checkpoint the signature lines of plain names, which cannot act as a regular expression', () => {
    const kept = [line('rekor.test'), line('witness.test/ring-1')].join('');
    const dropped = ['(a+)+$', 'a{99}', '[', 'x*', 'x?', 'x|y', '\\d', 'w\u00eftness.test'].map(line).join('');
    const envelope = `${note}\n${dropped}${kept}\u2014 rekor.test not-base64!\n`;
    expect(readLogEntry(entry({}, { checkpoint: { envelope } }), 'e').proof?.checkpoint).to.equal(`${note}\n${kept}`);
  });
});
