import { expect } from 'chai';
import { verifyBundle } from '../../src/signature/sigstore-bundle.js';
import { encode, image, signEnvelope, TestSigstore, type Loose } from '../support/sigstore.js';

const sigstore = new TestSigstore();

describe('a checkpoint signed by a regular expression', () => {
  it('does not hang the library, which matches names of logs against it', async () => {
    const certificate = sigstore.certify();
    const bundle = await signEnvelope(sigstore, { key: certificate.privateKey, certificate });
    const { tlogEntries } = bundle['verificationMaterial'] as { tlogEntries: { inclusionProof: Loose }[] };
    const checkpoint = tlogEntries[0]?.inclusionProof['checkpoint'] as { envelope: string };
    const [note = '', signature = ''] = checkpoint.envelope.split('\n\n');
    const hint = signature.split(' ')[2] ?? '';
    // With the right hint of a key: 2^36 ways to find no match in the address of a log, hours of them.
    const evil = `\u2014 (?:.+)+! ${hint}`;
    checkpoint.envelope = `${note}\n\n${evil}`;
    const trust = await sigstore.trust();
    const alone = await verifyBundle(encode(bundle), image, trust, sigstore.now);
    expect(alone).to.include({
      outcome: 'invalid',
      reason: 'its transparency log entry does not hold: no signatures found in checkpoint',
    });
    checkpoint.envelope = `${note}\n\n${evil}\n${signature}`;
    const beside = await verifyBundle(encode(bundle), image, trust, sigstore.now);
    expect(beside.outcome, 'beside the signature of the log').to.equal('valid');
  });
});
