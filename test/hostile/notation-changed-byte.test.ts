import { expect } from 'chai';
import { verifyNotation } from '../../src/signature/notation.js';
import { debianTool } from '../support/debian.js';
import { extensions, NotationWorkshop, signEnvelope, statementOf, storesOf, target } from '../support/notation.js';

describe('a notation envelope of which one byte was changed', () => {
  for (const form of ['jws', 'cose'] as const) {
    it(`is never valid for anything that was not signed, in the form of ${form}`, async function () {
      this.timeout(300_000);
      const workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
      try {
        const root = await workshop.root();
        const stampRoot = await workshop.root('tsa root');
        const stamper = await workshop.signer(stampRoot, { subject: '/CN=stamper', extensions: extensions.stamper });
        const timestamp = (signature: Uint8Array) => workshop.stamp(signature, stamper, { withoutAuthorities: true });
        const envelope = await signEnvelope(form, await workshop.signer(root), { timestamp });
        const stores = storesOf({ 'ca:own': [root], 'tsa:own': [stampRoot] });
        const statement = statementOf({ trustStores: ['ca:own', 'tsa:own'] });
        const now = new Date();
        const good = verifyNotation(envelope, form, target, statement, stores, now);
        expect(good).to.include({ outcome: 'valid', timeSource: 'tsa' });
        const accepted: number[] = [];
        for (let at = 0; at < envelope.byteLength; at++) {
          const changed = Buffer.from(envelope);
          changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
          const judged = verifyNotation(changed, form, target, statement, stores, now);
          if (judged.outcome !== 'valid') continue;
          expect(judged, `byte ${at}`).to.deep.equal(good);
          accepted.push(at);
        }
        // The signing agent, and what of a timestamp nobody signs: versions and lists of algorithms.
        expect(accepted.length).to.be.lessThan(200);
      } finally {
        workshop.close();
      }
    });
  }
});
