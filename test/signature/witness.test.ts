import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { verifyBundle, type BundleJudgement } from '../../src/signature/sigstore-bundle.js';
import { readTrustedRoot } from '../../src/signature/trusted-root.js';
import {
  dsseBody,
  encode,
  hashedBody,
  hashedBody2,
  image,
  signEnvelope,
  statementOf,
  TestSigstore,
  type EnvelopeForm,
  type Loose,
  type Proven,
} from '../support/sigstore.js';
import { ecKey } from '../support/x509.js';

const sigstore = new TestSigstore();
const certificate = sigstore.certify();
const by = { key: certificate.privateKey, certificate };

async function judge(
  form: EnvelopeForm = {},
  { bend, bendBundle }: { bend?: (root: Loose) => void; bendBundle?: (bundle: Loose) => void } = {},
): Promise<BundleJudgement> {
  const bundle = await signEnvelope(sigstore, by, form);
  bendBundle?.(bundle);
  const root = await readTrustedRoot(await sigstore.trustedRoot(bend), 'root.json');
  return verifyBundle(encode(bundle), image, { ...(await sigstore.trust()), root }, sigstore.now);
}

/** Proof of Rekor v2 and a timestamp, over a body that may be bent. */
function second(bend: (record: Loose) => void = () => {}): EnvelopeForm {
  return {
    prove: async (signature, signed): Promise<Proven> => {
      const body = hashedBody2(signature, signed, by);
      bend((body['spec'] as Loose)['hashedRekordV002'] as Loose);
      return { entries: [sigstore.logged2(body)], timestamps: [await sigstore.timestamp(signature)] };
    },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

describe('verifyWitnesses', () => {
  it('accepts an envelope that Rekor v2 logged as a hashedrekord (pitfall 4)', async () => {
    expect(await judge(second())).to.deep.include({
      outcome: 'valid',
      time: sigstore.at.toISOString(),
      timeSource: 'tsa',
    });
  });

  const strays: readonly (readonly [string, (record: Loose) => void, RegExp])[] = [
    [
      'the digest is of the payload, not of the encoding that was signed',
      (record) => void (record['data'] = { algorithm: 'SHA2_256', digest: sha256(statementOf()) }),
      /what was signed is another/,
    ],
    [
      'the signature is another',
      (record) => void ((record['signature'] as Loose)['content'] = Buffer.alloc(70, 1).toString('base64')),
      /its signature is another/,
    ],
    [
      'the certificate is another of the same key',
      (record) => {
        const other = sigstore.certify({ privateKey: by.key });
        const verifier = (record['signature'] as Loose)['verifier'] as Loose;
        verifier['x509Certificate'] = { rawBytes: other.der.toString('base64') };
      },
      /its certificate is another/,
    ],
  ];
  for (const [what, bend, reason] of strays) {
    it(`refuses it when ${what} (pitfall 4)`, async () => {
      const judgement = await judge(second(bend));
      expect(judgement.outcome).to.equal('invalid');
      expect(judgement.reason).to.match(reason);
    });
  }

  it('refuses an entry of another certificate, though signature and digest agree (pitfall 2, GHSA-whqx-f9j3-ch6m)', async () => {
    const other = sigstore.certify();
    const judgement = await judge({
      prove: (signature) => ({ entries: [sigstore.logged(dsseBody(signature, statementOf(), other.pem))] }),
    });
    expect(judgement).to.deep.include({
      outcome: 'invalid',
      reason: 'the log entry is not of this signature: its certificate is another',
    });
  });

  it('refuses an envelope with two signatures, whichever is good (pitfall 3)', async () => {
    for (const order of ['first', 'last']) {
      const judgement = await judge(undefined, {
        bendBundle: (bundle) => {
          const envelope = bundle['dsseEnvelope'] as { signatures: Loose[] };
          const stranger = { sig: Buffer.alloc(70, 1).toString('base64') };
          if (order === 'first') envelope.signatures.push(stranger);
          else envelope.signatures.unshift(stranger);
        },
      });
      expect(judgement.reason).to.equal('the envelope has 2 signatures: expected exactly one');
    }
  });

  it('refuses a certificate without any time, which makes the library throw a TypeError (pitfall 7)', async () => {
    const judgement = await judge({
      prove: (signature, signed) => ({ entries: [sigstore.logged2(hashedBody2(signature, signed, by))] }),
    });
    expect(judgement.outcome).to.equal('invalid');
    expect(judgement.reason).to.equal('its time is not vouched for: expected 1 timestamps, got 0');
  });

  it('takes no time from an entry whose time the log did not sign', async () => {
    const judgement = await judge(undefined, {
      bendBundle: (bundle) => {
        const { tlogEntries } = bundle['verificationMaterial'] as { tlogEntries: Loose[] };
        delete tlogEntries[0]?.['inclusionPromise'];
      },
    });
    expect(judgement.reason).to.equal('its time is not vouched for: expected 1 timestamps, got 0');
  });

  it('does not count an entry twice (pitfall 8)', async () => {
    const prove = (signature: Buffer): Proven => {
      const entry = sigstore.logged(dsseBody(signature, statementOf(), certificate.pem));
      return { entries: [entry, { ...entry, logIndex: '8' }] };
    };
    expect(await judge({ prove })).to.deep.include({
      outcome: 'invalid',
      reason: 'the same transparency log entry came with it twice',
    });
  });

  it('verifies every entry that came with it', async () => {
    const prove = (signature: Buffer, signed: Buffer): Proven => ({
      entries: [
        sigstore.logged(dsseBody(signature, statementOf(), certificate.pem)),
        sigstore.logged2(hashedBody2(signature, signed, by)),
      ],
    });
    expect((await judge({ prove })).outcome).to.equal('valid');
    const withStray = (signature: Buffer, signed: Buffer): Proven => ({
      entries: [...prove(signature, signed).entries.slice(0, 1), sigstore.logged2(hashedBody2(signed, signed, by))],
    });
    expect((await judge({ prove: withStray })).reason).to.include('its signature is another');
  });

  it('calls a timestamp with a fraction of one or two digits unsupported (pitfall 9)', async () => {
    const stampedAt = (milliseconds: number): EnvelopeForm => ({
      prove: async (signature) => ({
        entries: [sigstore.logged(dsseBody(signature, statementOf(), certificate.pem))],
        timestamps: [await sigstore.timestamp(signature, milliseconds)],
      }),
    });
    expect((await judge(stampedAt(0))).outcome).to.equal('valid');
    expect((await judge(stampedAt(123))).outcome).to.equal('valid');
    for (const milliseconds of [500, 120]) {
      const judgement = await judge(stampedAt(milliseconds));
      expect(judgement.outcome, String(milliseconds)).to.equal('unsupported');
      expect(judgement.reason).to.include('timestamp format');
    }
  });

  it('refuses a timestamp over another signature, and one of another authority', async () => {
    const form: EnvelopeForm = {
      prove: async (signature) => ({
        entries: [sigstore.logged(dsseBody(signature, statementOf(), certificate.pem))],
        timestamps: [await sigstore.timestamp(Buffer.from('another'))],
      }),
    };
    expect((await judge(form)).reason).to.equal('its time is not vouched for: timestamp could not be verified');
    const stranger = new TestSigstore();
    const foreign: EnvelopeForm = {
      prove: async (signature) => ({
        ...(await form.prove?.(signature, signature)),
        entries: [],
        timestamps: [await stranger.timestamp(signature)],
      }),
    };
    expect((await judge(foreign)).outcome).to.equal('invalid');
  });

  it('does not trust a log that the trusted root does not name', async () => {
    const stranger = new TestSigstore();
    const judgement = await judge({
      prove: (signature) => ({ entries: [stranger.logged(dsseBody(signature, statementOf(), certificate.pem))] }),
    });
    expect(judgement.outcome).to.equal('untrusted');
    expect(judgement.reason).to.match(/^the trusted root names no transparency log [0-9a-f]{64}$/);
  });

  it('refuses an entry of a log that was not valid then, though only its checkpoint says so', async () => {
    const end = (root: Loose): void => {
      for (const log of root['tlogs'] as { publicKey: { validFor: Loose } }[]) {
        log.publicKey.validFor['end'] = '2021-01-01T00:00:00Z';
      }
    };
    expect((await judge(second(), { bend: end })).reason).to.match(/^its transparency log was not valid at /);
    expect((await judge(undefined, { bend: end })).outcome).to.equal('invalid');
  });

  it('does not trust an authority before the trusted root does', async () => {
    const bend = (root: Loose): void => {
      const [authority] = root['certificateAuthorities'] as { validFor: Loose }[];
      if (authority) authority.validFor['start'] = '2090-01-01T00:00:00Z';
    };
    expect(await judge(undefined, { bend })).to.deep.include({
      outcome: 'untrusted',
      reason: 'the trusted root names no authority for certificates of its time',
    });
  });

  it('verifies a keyless envelope by a key of P-384, which the library alone would not (pitfall 6)', async () => {
    const strong = sigstore.certify({ privateKey: ecKey('P-384') });
    const bundle = await signEnvelope(sigstore, { key: strong.privateKey, certificate: strong });
    const judgement = await verifyBundle(encode(bundle), image, await sigstore.trust(), sigstore.now);
    expect(judgement.outcome).to.equal('valid');
  });

  it('verifies pure Ed25519 by a certificate, and calls what may be its prehashed form unsupported', async () => {
    const own = sigstore.certify({ privateKey: generateKeyPairSync('ed25519').privateKey });
    const judgeWith = async (bend: (signature: Buffer) => Buffer): Promise<BundleJudgement> => {
      const form: EnvelopeForm = {
        prove: (signature, signed) => ({ entries: [sigstore.logged(hashedBody(bend(signature), signed, own.pem))] }),
      };
      const bundle = await signEnvelope(sigstore, { key: own.privateKey, certificate: own }, form);
      const [one = {}] = (bundle['dsseEnvelope'] as { signatures: Loose[] }).signatures;
      one['sig'] = bend(Buffer.from(String(one['sig']), 'base64')).toString('base64');
      return verifyBundle(encode(bundle), image, await sigstore.trust(), sigstore.now);
    };
    expect((await judgeWith((signature) => signature)).outcome).to.equal('valid');
    const other = await judgeWith((signature) => Buffer.from(signature).fill(7));
    expect(other.outcome).to.equal('unsupported');
    expect(other.reason).to.include('Ed25519ph');
  });

  it('finds any change of what it believes: never valid with a character changed', async () => {
    const prove = (signature: Buffer, signed: Buffer): Proven => ({
      entries: [sigstore.logged(hashedBody(signature, signed, certificate.pem))],
    });
    const text = encode(await signEnvelope(sigstore, by, { prove })).toString();
    const trust = await sigstore.trust();
    expect((await verifyBundle(Buffer.from(text), image, trust, sigstore.now)).outcome).to.equal('valid');
    // Nobody needs the names of empty lists and zeros, nor what of a proof a checkpoint says again.
    const free = /^"(?:rootHash|treeSize|timestampVerificationData|rfc3161Timestamps|logIndex":"0)"/;
    const passed: string[] = [];
    let at = 0;
    for (const member of text.split(/(?<=[,{[])/)) {
      for (let i = at % 13; i < member.length; i += 13) {
        const changed = `${member.slice(0, i)}${member[i] === 'A' ? 'B' : 'A'}${member.slice(i + 1)}`;
        const bytes = Buffer.from(`${text.slice(0, at)}${changed}${text.slice(at + member.length)}`);
        const { outcome } = await verifyBundle(bytes, image, trust, sigstore.now);
        if (outcome === 'valid' && !free.test(member)) passed.push(changed);
      }
      at += member.length;
    }
    expect(passed).to.deep.equal([]);
  });
});
