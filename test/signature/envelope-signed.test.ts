import { expect } from 'chai';
import { parseBundle } from '../../src/signature/bundle-document.js';
import { judgeEnvelope, type BundleJudgement } from '../../src/signature/envelope-signed.js';
import type { Digest } from '../../src/oci/digest.js';
import {
  encode,
  image,
  otherImage,
  signEnvelope,
  statementOf,
  TestSigstore,
  type EnvelopeForm,
} from '../support/sigstore.js';

const sigstore = new TestSigstore();
const certificate = sigstore.certify();

async function judge(form: EnvelopeForm, expected: Digest = image): Promise<BundleJudgement> {
  const by = { key: certificate.privateKey, certificate };
  const { content, ...proof } = parseBundle(encode(await signEnvelope(sigstore, by, form)));
  if (content.kind !== 'dsse') throw new Error('not an envelope');
  return judgeEnvelope(content.envelope, proof, expected, await sigstore.trust(), sigstore.now);
}

function statement(subject: object[], type = 'https://in-toto.io/Statement/v1'): Buffer {
  return Buffer.from(JSON.stringify({ _type: type, subject, predicateType: 'https://example.test/p', predicate: {} }));
}

describe('judgeEnvelope', () => {
  it('binds the digest that a subject names, one of several', async () => {
    const hex = image.slice(7);
    const judgement = await judge({
      statement: statement([{ digest: { sha256: 'c3'.repeat(32) } }, { digest: { sha256: hex } }]),
    });
    expect(judgement).to.deep.include({ outcome: 'valid', signed: { digest: image } });
  });

  const others: readonly (readonly [string, object[], string])[] = [
    ['another digest', [{ digest: { sha256: otherImage.slice(7) } }], otherImage],
    ['the digest under another algorithm', [{ digest: { sha1: image.slice(7) } }], `sha1:${image.slice(7)}`],
    [
      'the digest in capitals',
      [{ digest: { sha256: image.slice(7).toUpperCase() } }],
      `sha256:${image.slice(7).toUpperCase()}`,
    ],
    ['the digest as its name', [{ name: image, digest: {} }], 'no digest'],
    ['nothing', [], 'no digest'],
  ];
  for (const [what, subject, got] of others) {
    it(`refuses a statement whose subject is ${what}, saying which was expected`, async () => {
      const judgement = await judge({ statement: statement(subject) });
      expect(judgement).to.include({
        outcome: 'invalid',
        reason: `signed for another image: expected ${image}, got ${got}`,
      });
      expect(judgement.statement).to.equal(undefined);
    });
  }

  it('calls another kind of payload unsupported, though it is signed', async () => {
    const judgement = await judge({ payloadType: 'text/plain' });
    expect(judgement).to.include({
      outcome: 'unsupported',
      reason: 'the envelope holds text/plain: expected application/vnd.in-toto+json',
    });
  });

  it('does not let the payload pass under another type than it was signed with', async () => {
    const by = { key: certificate.privateKey, certificate };
    const { content, ...proof } = parseBundle(encode(await signEnvelope(sigstore, by, { payloadType: 'text/plain' })));
    if (content.kind !== 'dsse') throw new Error('not an envelope');
    const envelope = { ...content.envelope, payloadType: 'application/vnd.in-toto+json' };
    const judgement = await judgeEnvelope(envelope, proof, image, await sigstore.trust(), sigstore.now);
    expect(judgement).to.include({ outcome: 'invalid', reason: 'the signature is not of this content by this key' });
  });

  it('reads the statement only once the signature holds', async () => {
    const twice = Buffer.from(statementOf().toString().replace('"subject":', '"subject":[],"subject":'));
    let reason = '';
    await judge({ statement: twice }).catch((error: Error) => (reason = error.message));
    expect(reason).to.include('has the member "subject" twice');
    const unlogged = await judge({ statement: twice, prove: () => ({ entries: [] }) });
    expect(unlogged.reason).to.include('no transparency log entry');
  });
});
