import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseRegistryReference } from '../../src/oci/reference.js';
import { notationRule } from '../../src/signature/notation-rule.js';
import { loadNotationTrust, type NotationTrust } from '../../src/signature/notation-trust-files.js';
import { debianTool } from '../support/debian.js';
import { NotationWorkshop, signedAt, signEnvelope, toPem, type Identity } from '../support/notation.js';
import { inFolder } from '../support/hostile.js';
import { notationType, SignedPlace, told, verify } from './rig.js';

describe('notationRule', () => {
  let workshop: NotationWorkshop;
  let root: Identity;
  let signer: Identity;
  let now: Date;

  before(async function () {
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    root = await workshop.root();
    signer = await workshop.signer(root);
    // After the certificates were made: the file is loaded long before in a run of all tests.
    now = new Date();
  });

  after(() => workshop?.close());

  /** A folder as notation keeps it, read as imgcheck reads it. */
  function trustFor(scope: string, level = 'strict'): Promise<NotationTrust | undefined> {
    return inFolder(async (folder) => {
      const statement = {
        name: 'team',
        registryScopes: [scope],
        signatureVerification: { level },
        ...(level === 'skip' ? {} : { trustStores: ['ca:team'], trustedIdentities: ['*'] }),
      };
      writeFileSync(join(folder, 'trustpolicy.json'), JSON.stringify({ version: '1.0', trustPolicies: [statement] }));
      const store = join(folder, 'truststore/x509/ca/team');
      mkdirSync(store, { recursive: true });
      writeFileSync(join(store, 'root.pem'), toPem(root.chain[0] ?? Buffer.alloc(0)));
      return loadNotationTrust(folder);
    });
  }

  async function place(form: 'jws' | 'cose', by: Identity): Promise<SignedPlace> {
    const signed = new SignedPlace();
    const { mediaType, digest, size } = signed.descriptor;
    const envelope = await signEnvelope(form, by, { payload: { targetArtifact: { mediaType, digest, size } } });
    signed.refer(notationType, form === 'jws' ? 'application/jose+json' : 'application/cose', envelope);
    return signed;
  }

  for (const form of ['jws', 'cose'] as const) {
    it(`accepts a ${form} envelope among the referrers by the statement that covers the repository`, async () => {
      const found = await verify(await place(form, signer), {
        trust: { notation: await trustFor('registry.test/app') },
        now,
      });
      expect(told(found)).to.deep.equal([`notation-${form} valid`]);
      expect(found.rules[0]).to.include({ name: 'notation', outcome: 'satisfied', verified: true });
      expect(found.results[0]?.bound).to.deep.equal(['digest']);
      expect(found.results[0]?.time).to.equal(signedAt.toISOString());
    });

    it(`refuses a ${form} envelope of a stranger`, async () => {
      const stranger = await workshop.signer(await workshop.root('other'));
      const found = await verify(await place(form, stranger), {
        trust: { notation: await trustFor('registry.test/app') },
        now,
      });
      expect(told(found)).to.deep.equal([`notation-${form} untrusted`]);
      expect(found.rules[0]?.outcome).to.equal('refused');
    });
  }

  it('goes by the one name of docker.io, however that is written', async () => {
    const trust = await trustFor('docker.io/library/app');
    const reference = parseRegistryReference('index.docker.io/app:1');
    expect(trust && notationRule(trust, reference, now)).to.include({ kind: 'verify', name: 'notation' });
  });

  it('does not speak of another repository, nor where the statement says skip', async () => {
    const signed = await place('jws', signer);
    for (const notation of [await trustFor('registry.test/other'), await trustFor('registry.test/app', 'skip')]) {
      const found = await verify(signed, { trust: { notation }, now });
      expect(found.covered).to.equal(false);
      expect(told(found)).to.deep.equal(['notation-jws not-checked']);
    }
  });
});
