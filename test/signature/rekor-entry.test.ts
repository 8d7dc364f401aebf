import { createHash, createPublicKey } from 'node:crypto';
import { expect } from 'chai';
import { preAuthEncoding } from '../../src/attestation/dsse.js';
import type { LogEntry } from '../../src/signature/log-entry.js';
import { bindEntry, type Maker } from '../../src/signature/rekor-entry.js';
import { messageContent, type SignedContent } from '../../src/signature/signed-content.js';
import { base64, dsseBody, hashedBody, hashedBody2, statementOf, type Loose } from '../support/sigstore.js';
import { ecKey, issue, pem, publicPem } from '../support/x509.js';

const certificate = issue({ name: 'signer' });
const by = { key: certificate.privateKey, certificate };
const maker: Maker = { kind: 'certificate', der: certificate.der };
const signature = Buffer.from('the bytes of a signature');
const payload = statementOf();
const signed = Buffer.from(preAuthEncoding('application/vnd.in-toto+json', payload));
const envelope: SignedContent = { kind: 'dsse', signature, signed, payload };
const message = messageContent(payload, signature);

function entryOf(body: Loose, kind = String(body['kind']), version = String(body['apiVersion'])): LogEntry {
  return {
    kind,
    version,
    logId: Buffer.alloc(32),
    logIndex: '1',
    integratedTime: 0,
    body: Buffer.from(JSON.stringify(body)),
  };
}

function hashOf(bytes: Uint8Array, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(bytes).digest(encoding);
}

/** intoto 0.0.2: the signature is in base64 twice. */
function inTotoBody(text = base64(Buffer.from(base64(signature)))): Loose {
  const signatures = [{ sig: text, publicKey: base64(Buffer.from(certificate.pem)) }];
  const payloadHash = { algorithm: 'sha256', value: hashOf(payload, 'hex') };
  return {
    apiVersion: '0.0.2',
    kind: 'intoto',
    spec: { content: { envelope: { payloadType: 'application/vnd.in-toto+json', signatures }, payloadHash } },
  };
}

function dsseBody2(): Loose {
  const { signature: logged } = (hashedBody2(signature, signed, by)['spec'] as { hashedRekordV002: Loose })
    .hashedRekordV002;
  const payloadHash = { algorithm: 'SHA2_256', digest: hashOf(payload, 'base64') };
  return { apiVersion: '0.0.2', kind: 'dsse', spec: { dsseV002: { payloadHash, signatures: [logged] } } };
}

describe('bindEntry', () => {
  const good: readonly (readonly [string, Loose, SignedContent])[] = [
    ['hashedrekord 0.0.1 of a message', hashedBody(signature, payload, certificate.pem), message],
    ['hashedrekord 0.0.2 of a message', hashedBody2(signature, payload, by), message],
    ['hashedrekord 0.0.2 of an envelope', hashedBody2(signature, signed, by), envelope],
    ['dsse 0.0.1', dsseBody(signature, payload, certificate.pem), envelope],
    ['dsse 0.0.2', dsseBody2(), envelope],
    ['intoto 0.0.2', inTotoBody(), envelope],
  ];
  for (const [name, body, content] of good) {
    it(`finds ${name} to be of its signature, and of no other`, () => {
      bindEntry(entryOf(body), content, maker);
      const other = Buffer.from('other bytes');
      expect(() => bindEntry(entryOf(body), { ...content, signature: other }, maker)).to.throw(
        'its signature is another',
      );
      expect(() => bindEntry(entryOf(body), { ...content, signed: other, payload: other }, maker)).to.throw(
        'what was signed is another',
      );
      const stranger: Maker = { kind: 'certificate', der: issue({ privateKey: by.key }).der };
      expect(() => bindEntry(entryOf(body), content, stranger)).to.throw('its certificate is another');
      expect(() => bindEntry(entryOf(body), content, { kind: 'key', key: createPublicKey(by.key) })).to.throw(
        'the log entry is of another maker: expected a key, got a certificate',
      );
    });
  }

  it('compares bare keys', () => {
    const key: Maker = { kind: 'key', key: createPublicKey(by.key) };
    for (const body of [
      hashedBody(signature, payload, publicPem(by.key)),
      hashedBody2(signature, payload, { key: by.key }),
    ]) {
      bindEntry(entryOf(body), message, key);
      expect(() => bindEntry(entryOf(body), message, { kind: 'key', key: createPublicKey(ecKey()) })).to.throw(
        'its key is another',
      );
      expect(() => bindEntry(entryOf(body), message, maker)).to.throw('expected a certificate, got a key');
    }
  });

  const bad: readonly (readonly [string, LogEntry, SignedContent, string, RegExp])[] = [
    ['an entry of an envelope, for a message', entryOf(inTotoBody()), message, 'integrity', /is of another content/],
    ['a kind that the body contradicts', entryOf(inTotoBody(), 'dsse'), envelope, 'integrity', /is of another kind/],
    [
      'an intoto entry of Rekor of 2021',
      entryOf({ kind: 'intoto', apiVersion: '0.0.1', spec: {} }),
      envelope,
      'unsupported',
      /is of the kind intoto 0\.0\.1/,
    ],
    [
      'a kind named like a method of objects',
      entryOf({ kind: 'constructor', apiVersion: '', spec: {} }),
      envelope,
      'unsupported',
      /is of the kind constructor/,
    ],
    [
      'two keys in one PEM',
      entryOf(hashedBody(signature, payload, certificate.pem + certificate.pem)),
      message,
      'hostile',
      /more than 1 PEM/,
    ],
    [
      'text beside the certificate',
      entryOf(hashedBody(signature, payload, `x\n${certificate.pem}`)),
      message,
      'hostile',
      /neither a key nor a certificate/,
    ],
    [
      'something else in PEM',
      entryOf(hashedBody(signature, payload, pem('PRIVATE KEY', certificate.der))),
      message,
      'hostile',
      /neither a key nor a certificate/,
    ],
    ['a signature in base64 once', entryOf(inTotoBody(base64(signature))), envelope, 'hostile', /not base64/],
  ];
  for (const [name, entry, content, kind, reason] of bad) {
    it(`refuses ${name}`, () => {
      expect(() => bindEntry(entry, content, maker))
        .to.throw(reason)
        .with.property('kind', kind);
    });
  }

  it('refuses a digest by a hash that it does not know', () => {
    const body = hashedBody(signature, payload, certificate.pem);
    (body['spec'] as { data: { hash: Loose } }).data.hash['algorithm'] = 'sha1';
    expect(() => bindEntry(entryOf(body), message, maker)).to.throw('a digest of the algorithm sha1');
  });

  it('refuses a body with a member twice, which two readers would read as two', () => {
    const text = JSON.stringify(hashedBody(signature, payload, certificate.pem));
    const body = Buffer.from(text.replace('"kind":', '"kind":"dsse","kind":'));
    const entry = { ...entryOf(hashedBody(signature, payload, certificate.pem)), body };
    expect(() => bindEntry(entry, message, maker)).to.throw('has the member "kind" twice');
  });
});
