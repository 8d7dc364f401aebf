import { expect } from 'chai';
import * as openpgp from 'openpgp';
import { isImgcheckError } from '../../src/core/error.js';
import { messageLimit, readSignedMessage } from '../../src/openpgp/message.js';
import { openCompressedPacket } from '../../src/signature/compressed-packet.js';
import { makeSigner, type Signer } from '../support/openpgp.js';
import { announcementOf, compressed, literal, onePass, packet, signedMessage } from '../support/openpgp-message.js';
import { mutate, randomFrom } from '../support/random.js';

const content = Buffer.from('{"what":"is signed"}');
const read = (bytes: Uint8Array) => readSignedMessage(bytes, openCompressedPacket);

describe('openpgp/message', () => {
  let signer: Signer;
  let other: Signer;
  let message: Buffer;
  let signature: Uint8Array;

  before(async () => {
    [signer, other] = await Promise.all([makeSigner('someone'), makeSigner('other')]);
    [message, signature] = await Promise.all([signedMessage(signer, content), signer.sign(content)]);
  });

  function expectRead(bytes: Uint8Array): void {
    const { content: found, signatures } = read(bytes);
    expect(Buffer.from(found)).to.deep.equal(content);
    expect(signatures.map((one) => one.ok && one.value.keyId)).to.deep.equal([signer.key.getKeyID().toHex()]);
  }

  it('reads data and signature of a plain message', () => expectRead(message));

  for (const [name, algorithm] of [
    ['stored', 0],
    ['ZIP', 1],
    ['ZLIB', 2],
    ['BZIP2', 3],
  ] as const) {
    it(`reads a message compressed by ${name}, once or twice`, () => {
      expectRead(compressed(algorithm, message));
      expectRead(compressed(1, compressed(algorithm, message)));
    });
  }

  it('reads a message compressed by an indeterminate length, as gpg writes it', () => {
    expectRead(Buffer.concat([Buffer.of(0xa3), compressed(1, message).subarray(6)]));
  });

  it('reads what the OpenPGP library writes', async () => {
    const date = new Date('2024-06-01T00:00:00Z');
    const plain = await openpgp.createMessage({ binary: content });
    for (const preferredCompressionAlgorithm of [0, 1, 2]) {
      const config = { preferredCompressionAlgorithm };
      const made = await openpgp.sign({ message: plain, signingKeys: signer.key, format: 'binary', date, config });
      expectRead(made as Uint8Array);
    }
  });

  it('reads the older form, whose signature stands before the data, of indeterminate length too', () => {
    expectRead(Buffer.concat([signature, literal(content)]));
    expectRead(Buffer.concat([signature, Buffer.of(0xaf), literal(content).subarray(6)]));
  });

  it('reads text, whatever it is named and dated', () => {
    for (const mode of ['t', 'u']) {
      expectRead(Buffer.concat([announcementOf(signer), literal(content, mode), signature]));
    }
    const named = Buffer.concat([Buffer.from('b\u0003abc1234'), content]);
    expectRead(Buffer.concat([announcementOf(signer), packet(11, named), signature]));
  });

  it('tells all signatures, the outermost last', async () => {
    const second = await other.sign(content);
    const both = [announcementOf(other, 0), announcementOf(signer), literal(content), signature, second];
    const { signatures } = read(Buffer.concat(both));
    const ids = [signer, other].map((one) => one.key.getKeyID().toHex());
    expect(signatures.map((one) => one.ok && one.value.keyId)).to.deep.equal(ids);
  });

  it('tells that a signature cannot be read, and why', () => {
    for (const [odd, kind, reason] of [
      [packet(2, Buffer.of(6)), 'unsupported', 'version 3 or 4, got 6'],
      [packet(2, Buffer.of(4)), 'hostile', 'lie outside'],
    ] as const) {
      const [found] = read(Buffer.concat([announcementOf(signer), literal(content), odd])).signatures;
      if (found?.ok !== false) throw new Error('it was read');
      expect([found.error.kind, found.error.message.includes(reason)]).to.deep.equal([kind, true]);
    }
  });

  it('does not support messages of version 6', async () => {
    const config = { v6Keys: true, preferredCompressionAlgorithm: 0 };
    const made = await openpgp.generateKey({
      userIDs: [{ name: 'six' }],
      type: 'curve25519',
      format: 'object',
      config,
    });
    const plain = await openpgp.createMessage({ binary: content });
    const six = await openpgp.sign({ message: plain, signingKeys: made.privateKey, format: 'binary', config });
    expect(() => read(six as Uint8Array))
      .to.throw('one-pass signature of version 3, got 6')
      .with.property('kind', 'unsupported');
  });

  const armored = (label: string): Uint8Array => Buffer.from(`-----BEGIN PGP ${label}-----\n\n`);
  const refused: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['nothing', () => Buffer.of(), 'got no packet'],
    ['ASCII armor', () => armored('MESSAGE'), 'got ASCII armor'],
    ['ASCII armor after a line', () => Buffer.concat([Buffer.from('\n '), armored('MESSAGE')]), 'got ASCII armor'],
    ['cleartext', () => armored('SIGNED MESSAGE'), 'got signed cleartext'],
    ['a detached signature', () => signature, 'got a detached signature'],
    ['bare data', () => literal(content), 'data without a signature'],
    ['bare data, compressed', () => compressed(1, literal(content)), 'data without a signature'],
    ['encrypted data', () => Buffer.concat([packet(1, content), packet(18, content)]), 'got an encrypted one'],
    ['a certificate', () => signer.certificate, 'got a packet of type 6'],
    ['a signature without announcement', () => Buffer.concat([literal(content), signature]), 'expected 0 signatures'],
    ['an announcement alone', () => message.subarray(0, -signature.length), 'expected 1 signatures behind the data'],
    ['two pieces of data', () => Buffer.concat([literal(content), message]), 'got a packet of type 4'],
    [
      'data hidden behind data',
      () => Buffer.concat([announcementOf(signer), literal('other'), literal(content), signature]),
      'got a packet of type 11',
    ],
    ['a message after the message', () => Buffer.concat([message, message]), 'got a packet of type 4'],
    ['data after the message', () => Buffer.concat([message, literal('more')]), 'got a packet of type 11'],
    ['text after the message', () => Buffer.concat([message, Buffer.from('more')]), 'expected a packet at'],
    ['compressed data after the message', () => Buffer.concat([message, compressed(1, message)]), 'of type 8'],
    ['a packet after compressed data', () => Buffer.concat([compressed(1, message), signature]), 'of type 2'],
    ['a marker', () => Buffer.concat([packet(10, Buffer.from('PGP')), message]), 'got a packet of type 10'],
    [
      'compressed data inside signatures',
      () => Buffer.concat([announcementOf(signer), compressed(1, literal(content)), signature]),
      'got a packet of type 8',
    ],
    [
      'a signature by another key than announced',
      () => Buffer.concat([announcementOf(other), literal(content), signature]),
      'expected the signature that was announced',
    ],
    [
      'a signature by another hash than announced',
      () => Buffer.concat([onePass({ keyId: signer.key.getKeyID().toHex(), hash: 2 }), literal(content), signature]),
      'expected the signature that was announced',
    ],
    [
      'a signature over signed data',
      () => Buffer.concat([announcementOf(other), announcementOf(signer), literal(content), signature, signature]),
      'a signature over signed data',
    ],
    [
      'an announcement of more than come',
      () => Buffer.concat([announcementOf(signer, 0), literal(content), signature]),
      'a signature over signed data',
    ],
    [
      'data of a machine’s own form',
      () => Buffer.concat([announcementOf(signer), literal(content, 'l'), signature]),
      'got mode 108',
    ],
    [
      'data without a head',
      () => Buffer.concat([announcementOf(signer), packet(11, Buffer.from('b')), signature]),
      'lie outside',
    ],
    ['a hundred signatures', () => Buffer.concat(Array<Uint8Array>(100).fill(signature)), 'more than 64 packets'],
    ['three compressions', () => compressed(1, compressed(1, compressed(0, message))), 'more than 2 times'],
    ['more than 1 MiB', () => Buffer.alloc(messageLimit + 1, 0xcb), 'at most 1048576 bytes'],
  ];
  for (const [what, bytes, reason] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => read(bytes()))
        .to.throw(reason)
        .with.property('kind', 'hostile');
    });
  }

  it('ends with a message or an error of ours, 20,000 times', () => {
    const seeds = [message, compressed(1, message), compressed(3, message)];
    const random = randomFrom(20_261_124);
    let count = 0;
    for (let round = 0; round < 20_000; round++) {
      try {
        read(mutate(seeds[round % 3] ?? message, random));
        count++;
      } catch (error) {
        if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
      }
    }
    expect(count).to.be.greaterThan(1000);
  });
});
