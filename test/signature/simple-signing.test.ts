import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import * as openpgp from 'openpgp';
import { digestOf, isDigest, type Digest } from '../../src/oci/digest.js';
import { Keyring, type SigningKey } from '../../src/openpgp/keyring.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { verifySimpleSigning } from '../../src/signature/simple-signing.js';
import { readSignatureBlob } from '../../src/signature/signature-blob.js';
import type { Judgement } from '../../src/signature/signature.js';
import { madeOn, signVersion3, type Signer } from '../support/openpgp.js';
import { announcementOf, literal, onePass, packet, signedMessage } from '../support/openpgp-message.js';
import { needShared } from '../support/shared.js';
import { makeTrustedSigner, signedDigest, signedPayload, signedReference } from '../support/simple-signing.js';
import { stricterThanPodman } from '../support/stricter-than-podman.js';

const digest = signedDigest;
const reference = signedReference;
const now = new Date('2026-11-24T12:00:00Z');
const seconds = (date: Date): number => date.getTime() / 1000;

describe('signature/simple-signing', () => {
  let signer: Signer;
  let keyring: Keyring;
  let blob: Buffer;

  let judge: (message: Uint8Array) => Judgement;

  before(async () => {
    ({ signer, keyring, judge } = await makeTrustedSigner());
    blob = await signedMessage(signer, signedPayload());
  });

  /** Judges the message with something else known of its key. */
  const withKey = (changes: Partial<SigningKey>, message: Uint8Array = blob): Judgement =>
    verifySimpleSigning(message, digest, new Keyring(keyring.keys.map((key) => ({ ...key, ...changes }))), now);

  it('tells who signed what and when', () => {
    expect(judge(blob)).to.deep.equal({
      outcome: 'valid',
      reason: 'signed for this manifest by a key at hand',
      signer: signer.key.getFingerprint().toUpperCase(),
      identity: 'Signer <signer@example.invalid>',
      time: '2024-06-01T00:00:00.000Z',
      timeSource: 'signer',
      signed: { digest, reference },
    });
  });

  it('tells what a signature for another manifest is for', async () => {
    const other = `sha256:${'0'.repeat(64)}`;
    const judgement = judge(await signedMessage(signer, signedPayload(other)));
    expect(judgement).to.deep.include({ outcome: 'invalid', signed: { digest: other, reference } });
    expect(judgement.reason).to.equal(`it is for another manifest: expected ${digest}, got ${other}`);
  });

  it('takes a digest by another algorithm for that of another manifest', async () => {
    for (const other of [`sha512:${'0'.repeat(128)}`, `sha384:${'0'.repeat(96)}`]) {
      const judgement = judge(await signedMessage(signer, signedPayload(other)));
      expect([judgement.outcome, judgement.reason.includes(other.slice(0, 50))]).to.deep.equal(['invalid', true]);
    }
  });

  it('names the key that is not at hand, and says nothing else of the signature', () => {
    expect(verifySimpleSigning(blob, digest, new Keyring([]), now)).to.deep.equal({
      outcome: 'untrusted',
      reason: `no key at hand for ${signer.key.getFingerprint().toUpperCase()}`,
    });
  });

  it('says where a key is that cannot be used', () => {
    const keyId = signer.key.getKeyID().toHex();
    const skipped = { from: 'keys.gpg', what: 'certificate 3', reason: `no curve in key ${keyId}: broken\nat line 7` };
    expect(verifySimpleSigning(blob, digest, new Keyring([], [skipped]), now)).to.deep.equal({
      outcome: 'unsupported',
      reason: `its key cannot be used: keys.gpg, certificate 3: no curve in key ${keyId}: broken`,
    });
  });

  it('tries every key of the id that an old signature names', () => {
    const keyId = '0123456789abcdef';
    const [pair, other] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const [key] = keyring.keys;
    if (!pair || !other || !key) throw new Error('no keys');
    const named = (fill: string, { publicKey }: typeof pair): SigningKey => {
      const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
      const [modulus, exponent] = [n, e].map((text) => Buffer.from(text, 'base64url').toString('hex'));
      const fingerprint = `${fill.repeat(24)}${keyId}`;
      const parameters = { kind: 'rsa', n: modulus ?? '', e: exponent ?? '' } as const;
      return { ...key, fingerprint, keyId, primaryFingerprint: fingerprint, parameters };
    };
    const made = {
      keyId,
      privateKey: pair.privateKey,
      algorithm: 1,
      hash: [8, 'sha256'],
      created: 1717200000,
    } as const;
    const signature = signVersion3(Buffer.from(signedPayload()), made);
    const message = Buffer.concat([onePass({ keyId, algorithm: 1, hash: 8 }), literal(signedPayload()), signature]);
    const judgeBy = (...keys: SigningKey[]) => verifySimpleSigning(message, digest, new Keyring(keys), now);
    const both = judgeBy(named('0', other), named('1', pair));
    expect([both.outcome, both.signer]).to.deep.equal(['valid', `${'1'.repeat(24)}${keyId.toUpperCase()}`]);
    expect(judgeBy(named('0', other)).outcome).to.equal('invalid');
  });

  const day = (text: string): number => seconds(new Date(text));
  const expiry = { created: seconds(madeOn), expires: day('2024-07-01') };
  const states: readonly (readonly [string, Partial<SigningKey>, string, string, string | undefined])[] = [
    ['that has expired', expiry, 'untrusted', 'the key expired on 2024-07-01', 'the key was valid when it signed'],
    ['that ends today', { expires: seconds(now) }, 'untrusted', 'the key expired on 2026-11-24', 'valid when'],
    ['that ends in a second', { expires: seconds(now) + 1 }, 'valid', 'signed for this manifest', undefined],
    [
      'that had expired when it signed',
      { expires: day('2024-05-01') },
      'untrusted',
      'made on 2024-06-01, after its key expired on 2024-05-01',
      'not valid when it signed on 2024-06-01',
    ],
    [
      'that was revoked afterwards',
      { revoked: { at: day('2025-01-01'), hard: true } },
      'untrusted',
      'the key was revoked on 2025-01-01',
      'puts in doubt all that it signed',
    ],
    [
      'that was revoked before',
      { revoked: { at: day('2024-05-01'), hard: true } },
      'untrusted',
      'the key was revoked on 2024-05-01',
      'not valid when it signed',
    ],
    [
      'that its owner retired afterwards',
      { revoked: { at: day('2025-01-01'), hard: false } },
      'untrusted',
      'the key was retired by its owner on 2025-01-01',
      'the key was valid when it signed on 2024-06-01',
    ],
    ['that may not sign', { canSign: false }, 'untrusted', 'the key is not meant for signatures', 'not valid when'],
    [
      'younger than the signature',
      { created: day('2024-06-02') },
      'invalid',
      'made on 2024-06-01, before its key of 2024-06-02',
      'not valid when',
    ],
    ['of 1023 bits', { bits: 1023 }, 'untrusted', 'a key of 1023 bits can be broken by anyone', 'weak: ED25519 key'],
    ['of 1024 bits', { bits: 1024 }, 'valid', 'signed for this manifest', 'weak: ED25519 key of 1024 bits'],
    ['of 2048 bits', { bits: 2048 }, 'valid', 'signed for this manifest', undefined],
    ['of a subkey', { primaryFingerprint: 'ab'.repeat(20) }, 'valid', 'signed for this manifest', 'made by subkey '],
  ];
  for (const [what, changes, outcome, reason, note] of states) {
    it(`judges a signature by a key ${what}`, () => {
      const judgement = withKey(changes);
      expect(judgement.outcome).to.equal(outcome);
      expect(judgement.reason).to.include(reason);
      expect((judgement.notes ?? []).join('; ')).to.include(note ?? '');
      expect(judgement.notes === undefined).to.equal(note === undefined);
      expect(judgement.signer).to.equal((changes.primaryFingerprint ?? signer.key.getFingerprint()).toUpperCase());
      expect(judgement.signed === undefined).to.equal(outcome !== 'valid');
    });
  }

  it('reads no payload before the signature holds and its key counts', async () => {
    const nonsense = await signedMessage(signer, 'hello');
    expect(judge(nonsense).reason).to.equal('payload is not JSON');
    expect(withKey({ canSign: false }, nonsense).reason).to.equal('the key is not meant for signatures');
    expect(verifySimpleSigning(nonsense, digest, new Keyring([]), now).reason).to.include('no key at hand');
    const forged = Buffer.concat([announcementOf(signer), literal('hi'), await signer.sign(Buffer.from('hello'))]);
    expect(judge(forged).reason).to.include('over its content, got one that does not fit');
  });

  it('lets the clock of a signer be ahead, but not by more than a day', () => {
    const at = (time: string): Judgement => verifySimpleSigning(blob, digest, keyring, new Date(time));
    expect(at('2024-05-31T00:00:00Z').outcome).to.equal('valid');
    const early = at('2024-05-30T23:59:59Z');
    expect([early.outcome, early.reason]).to.deep.equal(['invalid', 'it is dated 2024-06-01, which is yet to come']);
  });

  it('demands exactly one signature', async () => {
    const signature = await signer.sign(Buffer.from(signedPayload()));
    const twice = [announcementOf(signer, 0), announcementOf(signer), literal(signedPayload()), signature, signature];
    expect(judge(Buffer.concat(twice))).to.deep.equal({
      outcome: 'invalid',
      reason: 'expected one signature, got 2',
    });
  });

  const odd: readonly (readonly [string, readonly number[], string, string])[] = [
    ['MD5', [4, 0, 22, 1, 0, 6, 5, 2, 0, 0, 0, 1], 'invalid', 'it is made with MD5, which proves nothing'],
    ['an unknown hash', [4, 0, 22, 99, 0, 6, 5, 2, 0, 0, 0, 1], 'unsupported', 'unknown hash algorithm 99'],
    ['no time', [4, 0, 22, 8, 0, 0], 'unsupported', 'it does not say when it was made'],
    ['no key', [4, 0, 22, 8, 0, 6, 5, 2, 0, 0, 0, 1], 'untrusted', 'it does not say which key made it'],
    ['version 6', [6], 'unsupported', 'expected a signature of version 3 or 4, got 6'],
    ['half a packet', [4, 0], 'invalid', 'signature: 1 bytes at 2 lie outside its 2 bytes'],
  ];
  for (const [what, head, outcome, reason] of odd) {
    it(`says of a signature with ${what}: ${outcome}`, () => {
      const body = Buffer.concat([Buffer.from(head), Buffer.of(0, 0, 0, 0, 0, 1, 1, 0, 1, 1)]);
      const signature = packet(2, head.length < 6 ? Buffer.from(head) : body);
      const announced = onePass({ keyId: '0'.repeat(16), hash: head[3] ?? 8 });
      expect(judge(Buffer.concat([announced, literal(signedPayload()), signature]))).to.deep.equal({ outcome, reason });
      // The older form, without announcement.
      expect(judge(Buffer.concat([signature, literal(signedPayload())]))).to.deep.equal({ outcome, reason });
    });
  }

  it('does not support messages of version 6', async () => {
    const config = { v6Keys: true };
    const made = await openpgp.generateKey({
      userIDs: [{ name: 'six' }],
      type: 'curve25519',
      format: 'object',
      config,
    });
    const message = await openpgp.createMessage({ text: signedPayload() });
    const six = await openpgp.sign({ message, signingKeys: made.privateKey, format: 'binary', config });
    expect(judge(six as Uint8Array).outcome).to.equal('unsupported');
  });

  it('is as strict as docs/signatures.md says, for these reasons', () => {
    const path = fileURLToPath(new URL('../../docs/signatures.md', import.meta.url));
    const [, section = ''] = readFileSync(path, 'utf8').split('## Where imgcheck is stricter than podman');
    const rows = section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.slice(1, -1).split('|'))
      .map((cells) => cells.map((cell) => cell.trim()));
    expect(rows?.slice(2)).to.deep.equal(stricterThanPodman);
  });

  it('agrees with skopeo on the collected signatures by gpg, but where it is stricter on purpose', async function () {
    const folder = needShared(this, 'data', 'signatures', 'gpg-made');
    const made = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as GpgMade;
    expect(made.cases).to.have.length(65);
    for (const one of made.cases) {
      const keys = await readKeyring(readFileSync(join(folder, 'keys', one.key)), one.key);
      const message = readFileSync(join(folder, 'sigs', `${one.case}.sig`));
      const judgement = verifySimpleSigning(message, made.manifest_digest, keys, now);
      const isStricter = stricterThanPodman.find(([name]) => name === one.case);
      if (isStricter) {
        expect([one.skopeo, judgement.outcome], one.case).to.deep.equal(['accept', isStricter[2]]);
        continue;
      }
      const accepted = judgement.outcome === 'valid' && judgement.signed?.reference === made.reference;
      expect(accepted, `${one.case}: ${judgement.reason}`).to.equal(one.skopeo === 'accept');
      if (judgement.outcome === 'valid') expect(judgement.signer, one.case).to.equal(one.fingerprint);
    }
  });

  it('judges the signatures of containers/image as its own tests do', async function () {
    const root = needShared(this, 'data', 'containers-image-fixtures');
    const expected = JSON.parse(readFileSync(join(root, 'expected', 'signatures.json'), 'utf8')) as Signatures;
    expect(expected.openpgp).to.have.length(18);
    for (const one of expected.openpgp) {
      const keys = await readKeyring(readFileSync(join(root, one.keyring)), one.keyring);
      const judgement = verifySimpleSigning(readFileSync(join(root, one.file)), one.digest ?? testing, keys, now);
      const holds = one.cryptoVerifies && one.payloadValid === true;
      expect(judgement.outcome === 'valid', `${one.file}: ${judgement.reason}`).to.equal(holds);
      expect(judgement.signed, one.file).to.deep.equal(
        holds ? { digest: one.digest, reference: one.identity } : undefined,
      );
      if (one.cryptoVerifies) expect(judgement.signer, one.file).to.equal(one.signer);
      if (holds && one.signingSubkey !== undefined)
        expect(judgement.notes, one.file).to.deep.equal([`made by subkey ${one.signingSubkey}`]);
    }
  });

  it('judges each signature of the collected images', async function () {
    const root = needShared(this, 'data', 'containers-image-fixtures', 'containers-image', 'signature', 'fixtures');
    const cases = [
      ['dir-img-valid/signature-1', 'public-key.gpg', 'valid'],
      ['dir-img-valid-2/signature-1', 'public-key.gpg', 'valid'],
      ['dir-img-valid-2/signature-2', 'public-key.gpg', 'valid'],
      ['dir-img-mixed/signature-1', 'public-key.gpg', 'payload is not JSON'],
      ['dir-img-mixed/signature-2', 'public-key.gpg', 'valid'],
      ['dir-img-valid-subkey/signature-1', 'public-key-with-subkey.gpg', 'valid'],
      ['dir-img-modified-manifest/signature-1', 'public-key.gpg', 'it is for another manifest'],
      ['dir-img-no-manifest/signature-1', 'public-key.gpg', 'valid'],
      ['dir-img-valid/signature-1', 'public-key-2.gpg', 'no key at hand for 08CD26E446E2E95249B7A405E932F44B23E8DD43'],
      ['dir-img-valid/signature-1', 'pubring.gpg', 'valid'],
    ] as const;
    for (const [file, keys, expected] of cases) {
      const read = readSignatureBlob(readFileSync(join(root, file)));
      if (read.kind !== 'simple-signing') throw new Error(file);
      const manifest = file.includes('modified')
        ? digestOf(readFileSync(join(root, file, '../manifest.json')))
        : testing;
      const ring = await readKeyring(readFileSync(join(root, keys)), keys);
      const { outcome, reason } = verifySimpleSigning(read.blob, manifest, ring, now);
      expect(outcome === 'valid' ? outcome : reason, `${file} ${keys}`).to.include(expected);
    }
    expect(isDigest(testing)).to.equal(true);
  });
});

/** Of the manifest that containers/image signs in its tests. */
const testing: Digest = 'sha256:20bf21ed457b390829cdbeec8795a7bea1626991fda603e0d01b4e7f60427e55';

interface GpgMade {
  readonly reference: string;
  readonly manifest_digest: Digest;
  readonly cases: readonly {
    readonly case: string;
    readonly key: string;
    readonly fingerprint: string;
    readonly skopeo: 'accept' | 'reject';
  }[];
}

interface Signatures {
  readonly openpgp: readonly {
    readonly file: string;
    readonly keyring: string;
    readonly cryptoVerifies: boolean;
    readonly payloadValid: boolean | null;
    readonly signer?: string;
    readonly signingSubkey?: string;
    readonly identity?: string;
    readonly digest?: Digest;
  }[];
}
