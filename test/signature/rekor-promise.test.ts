import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { readPublicKeys } from '../../src/signature/public-key.js';
import { verifyRekorPromise, type LoggedSignature } from '../../src/signature/rekor-promise.js';
import { cosignPayload, otherImage, rawSignature, TestLog, type Entry, type EntryForm } from '../support/cosign.js';
import { needShared } from '../support/shared.js';
import { ecKey, issue, pem, publicPem } from '../support/x509.js';

const key = ecKey();
const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
const payload = cosignPayload();
const signature = rawSignature(key, payload);
const log = new TestLog();
const entry: EntryForm = { maker: publicPem(key), signature, payload };
const expected: LoggedSignature = { maker: spki, signature, payload };

function judge(bundle: string, logs = log.keys, wanted = expected): string {
  const time = verifyRekorPromise(bundle, wanted, logs);
  return time.ok ? time.value.toISOString() : `${time.refusal.outcome}: ${time.refusal.reason}`;
}

/** The bundle with its members changed after the log signed it. */
function reword(bundle: string, change: (outer: Bundle) => unknown): string {
  return JSON.stringify(change(JSON.parse(bundle) as Bundle));
}

interface Bundle {
  SignedEntryTimestamp: string;
  Payload: { body: string; integratedTime: number; logIndex: number; logID: string };
}

describe('signature/rekor-promise', () => {
  it('gives the time at which the log took the signature in', () => {
    expect(judge(log.promise(entry))).to.equal('2024-05-06T07:08:09.000Z');
  });

  it("verifies the public log's promise in the fixture of containers/image", function () {
    const folder = needShared(this, 'data/containers-image-fixtures/containers-image/signature/fixtures');
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    const maker = new X509Certificate(read('fulcio-cert')).raw;
    const real = {
      maker,
      signature: Buffer.from(read('rekor-sig').toString(), 'base64'),
      payload: read('rekor-payload'),
    };
    const rekor = readPublicKeys(read('rekor.pub'), 'rekor.pub');
    const bundle = read('rekor-set').toString();
    expect(judge(bundle, rekor, real)).to.equal('2022-12-12T18:48:19.000Z');
    expect(judge(bundle, rekor, { ...real, payload: Buffer.from('another') })).to.match(/its payload is another/);
    const cosignKey = readPublicKeys(read('cosign.pub'), 'cosign.pub');
    expect(judge(bundle, cosignKey, real)).to.match(/^untrusted: the Rekor bundle is of another log/);
  });

  it('verifies the canonical JSON: members in any order, with any spaces, are the same promise', () => {
    const turned = reword(log.promise(entry), ({ SignedEntryTimestamp, Payload }) => ({
      Payload: Object.fromEntries(Object.entries(Payload).reverse()),
      SignedEntryTimestamp,
    }));
    expect(judge(JSON.stringify(JSON.parse(turned), null, 3))).to.equal('2024-05-06T07:08:09.000Z');
  });

  it('takes any one of several logs, and one on P-384 that signs with SHA-256 like all', () => {
    const other = new TestLog(ecKey('P-384'));
    const both = [...other.keys, ...log.keys];
    expect(judge(log.promise(entry), both)).to.match(/^2024/);
    expect(judge(other.promise(entry), both)).to.match(/^2024/);
  });

  it('distrusts the promise of another log, and names that log', () => {
    const other = new TestLog();
    expect(judge(other.promise(entry))).to.equal(
      `untrusted: the Rekor bundle is of another log than the one whose key was given (log id ${other.id})`,
    );
    expect(judge(other.promise(entry), [...log.keys, ...new TestLog().keys])).to.match(/a log that is none of the 2/);
  });

  it('finds invalid what says to be of the log and is not signed by it', () => {
    const posing = reword(new TestLog().promise(entry), (outer) => ({
      ...outer,
      Payload: { ...outer.Payload, logID: log.id },
    }));
    expect(judge(posing)).to.match(/^invalid: .*is not signed by the log it names/);
  });

  const changes: readonly (readonly [title: string, change: Partial<Bundle['Payload']>])[] = [
    ['time', { integratedTime: 1_700_000_000 }],
    ['index', { logIndex: 43 }],
    ['body', { body: Buffer.from('{}').toString('base64') }],
  ];
  for (const [title, change] of changes) {
    it(`finds a promise invalid whose ${title} was changed after it was signed`, () => {
      const changed = reword(log.promise(entry), (outer) => ({ ...outer, Payload: { ...outer.Payload, ...change } }));
      expect(judge(changed)).to.match(/^invalid: .*its signature does not hold/);
    });
  }

  // GHSA-whqx-f9j3-ch6m: a promise that holds, of an entry that is not of the signature at hand.
  const stranger = ecKey();
  const others: readonly (readonly [title: string, form: Partial<EntryForm>, reason: string])[] = [
    ['key', { maker: publicPem(stranger) }, 'its key or certificate is another'],
    ['certificate', { maker: issue({ privateKey: key }).pem }, 'its key or certificate is another'],
    ['signature', { signature: rawSignature(key, payload) }, 'its signature is another'],
    ['payload', { payload: cosignPayload(otherImage) }, 'its payload is another'],
  ];
  for (const [title, form, reason] of others) {
    it(`refuses an entry of another ${title}, which the log did promise`, () => {
      expect(judge(log.promise({ ...entry, ...form }))).to.equal(
        `invalid: the Rekor entry is not of this signature: ${reason}`,
      );
    });
  }

  it("takes the entry of a certificate, and not that of the certificate's bare key", () => {
    const leaf = issue({ privateKey: key });
    const wanted = { ...expected, maker: leaf.der };
    expect(judge(log.promise({ ...entry, maker: leaf.pem }), log.keys, wanted)).to.match(/^2024/);
    expect(judge(log.promise(entry), log.keys, wanted)).to.match(/key or certificate is another/);
  });

  const bends: readonly (readonly [title: string, bend: (entry: Entry) => unknown, verdict: RegExp])[] = [
    [
      'an intoto entry',
      (one) => ({ ...one, kind: 'intoto' }),
      /^unsupported: expected .*hashedrekord 0.0.1, got intoto/,
    ],
    ['a newer entry', (one) => ({ ...one, apiVersion: '0.0.2' }), /^unsupported: .* got hashedrekord 0.0.2/],
    ['an entry with SHA-512', (one) => withHash(one, 'sha512'), /^unsupported: expected .*sha256, got sha512/],
    ['an entry without a kind', ({ spec }) => ({ spec }), /^invalid: the Rekor entry.kind is missing/],
    ['an entry without a spec', (one) => ({ ...one, spec: null }), /^invalid: the Rekor entry.spec is missing/],
    ['a list', () => [], /^invalid: the Rekor entry is not an object/],
    ['a key that is not PEM', (one) => withKey(one, 'key'), /^invalid: .* its key or certificate is another/],
    ['a key with text after it', (one) => withKey(one, `${entry.maker}x`), /^invalid: .* its key or certificate/],
    ['two keys', (one) => withKey(one, entry.maker.repeat(2)), /^invalid: .*more than 1 PEM block/],
    ['a certificate label on a key', (one) => withKey(one, pem('CERTIFICATE', spki)), /^2024/],
  ];
  for (const [title, bend, verdict] of bends) {
    it(`judges ${title} as it should`, () => {
      expect(judge(log.promise(entry, bend))).to.match(verdict);
    });
  }

  it('refuses an entry with a member twice', () => {
    expect(judge(log.signEntry(Buffer.from('{"kind":"hashedrekord","kind":"x"}'), 1))).to.match(
      /the member "kind" twice/,
    );
  });

  const bundles: readonly (readonly [title: string, bundle: string, reason: RegExp])[] = [
    ['text', 'hello', /is not JSON/],
    ['an empty text', '', /is not JSON/],
    ['a member twice', '{"Payload":{},"Payload":{}}', /the member "Payload" twice/],
    ['a member that is not known', '{"SignedEntryTimestamp":"AAAA","Payload":{},"x":1}', /not known: x/],
    ['no promise', '{"Payload":{}}', /is missing/],
    ['a promise that is not base64', swap('SignedEntryTimestamp', '****'), /SignedEntryTimestamp: it is not base64/],
    ['a time with a fraction', swapIn('integratedTime', 1.5), /integratedTime is not a whole number/],
    ['a time as text', swapIn('integratedTime', '1714979289'), /integratedTime is not a whole number/],
    ['a negative time', swapIn('integratedTime', -1), /integratedTime is not a whole number/],
    ['a body that is an object', swapIn('body', {}), /body is not a string/],
    ['a log id that is a name', swapIn('logID', 'rekor'), /64 hexadecimal digits/],
    ['a member more in the payload', swapIn('extra', 1), /not known: extra/],
  ];
  for (const [title, bundle, reason] of bundles) {
    it(`finds a bundle with ${title} invalid`, () => {
      const verdict = judge(bundle);
      expect(verdict).to.match(/^invalid: /);
      expect(verdict).to.match(reason);
    });
  }

  it('does not take the last second of the year 9999 for too late, and the next one for a date', () => {
    expect(judge(log.promise({ ...entry, time: 253_402_300_799 }))).to.equal('9999-12-31T23:59:59.000Z');
    expect(judge(log.promise({ ...entry, time: 253_402_300_800 }))).to.match(/^invalid: .* past the year 9999/);
  });
});

function withHash(one: Entry, algorithm: string): Entry {
  return { ...one, spec: { ...one.spec, data: { hash: { ...one.spec.data.hash, algorithm } } } };
}

function withKey(one: Entry, text: string): Entry {
  const publicKey = { content: Buffer.from(text).toString('base64') };
  return { ...one, spec: { ...one.spec, signature: { ...one.spec.signature, publicKey } } };
}

function swap(name: string, value: unknown): string {
  return reword(log.promise(entry), (outer) => ({ ...outer, [name]: value }));
}

function swapIn(name: string, value: unknown): string {
  return reword(log.promise(entry), (outer) => ({ ...outer, Payload: { ...outer.Payload, [name]: value } }));
}
