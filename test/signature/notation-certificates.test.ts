import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { parseChainCertificate, type ChainCertificate } from '../../src/x509/chain-certificate.js';
import {
  algorithmOf,
  buildChain,
  chainFault,
  isAnchored,
  validityFault,
} from '../../src/signature/notation-certificates.js';
import { debianTool } from '../support/debian.js';
import { extensions, NotationWorkshop, type Identity, type IdentityRequest } from '../support/notation.js';

const chainOf = ({ chain }: Identity): readonly ChainCertificate[] => chain.map(parseChainCertificate);

describe('notation-certificates', () => {
  let workshop: NotationWorkshop;
  let root: Identity;
  let middle: Identity;

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    root = await workshop.root();
    middle = await workshop.root('middle', { issuer: root });
  });
  after(() => workshop?.close());

  const usage = 'keyUsage=critical,digitalSignature';

  describe('chainFault', () => {
    it('finds nothing wrong with chains of two and three certificates, nor with a self-signed signer', async () => {
      for (const issuer of [root, middle, undefined]) {
        expect(chainFault(chainOf(await workshop.signer(issuer)), 'code signing')).to.equal(undefined);
      }
    });

    type Row = readonly [string, Partial<IdentityRequest>, RegExp | undefined];
    const leaves: readonly Row[] = [
      ['without extended key usage', { extensions: [usage] }, undefined],
      ['that may also not be repudiated', { extensions: [`${usage},nonRepudiation`] }, undefined],
      ['of an unknown extended key usage', { extensions: [usage, 'extendedKeyUsage=1.2.3.4'] }, undefined],
      ['of an authority', { extensions: extensions.authority }, /belongs to an authority/],
      ['without key usage', { extensions: ['basicConstraints=CA:FALSE'] }, /does not say what its key is for/],
      ['whose key usage is not critical', { extensions: ['keyUsage=digitalSignature'] }, /not critical/],
      [
        'whose key is not for signatures',
        { extensions: ['keyUsage=critical,nonRepudiation'] },
        /not meant for signatures/,
      ],
      ['whose key also enciphers', { extensions: [`${usage},keyEncipherment`] }, /more than signatures/],
      ['whose key also signs certificates', { extensions: [`${usage},keyCertSign`] }, /more than signatures/],
      ['for servers', { extensions: [usage, 'extendedKeyUsage=codeSigning,serverAuth'] }, /for servers/],
      ['for any purpose', { extensions: [usage, 'extendedKeyUsage=anyExtendedKeyUsage'] }, /any purpose/],
      ['for timestamps', { extensions: [usage, 'extendedKeyUsage=timeStamping'] }, /for timestamps/],
      ['signed with SHA-1', { extensions: extensions.signer, digest: '-sha1' }, /no longer counts/],
    ];
    for (const [what, request, fault] of leaves) {
      it(`${fault ? 'refuses' : 'takes'} a signer ${what}`, async () => {
        const found = chainFault(chainOf(await workshop.signer(root, request)), 'code signing');
        if (fault) expect(found).to.match(fault);
        else expect(found).to.equal(undefined);
      });
    }

    const authorities: readonly Row[] = [
      ['without basic constraints', { extensions: ['keyUsage=critical,keyCertSign'] }, /belongs to no authority/],
      [
        'that is none',
        { extensions: ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,keyCertSign'] },
        /no authority/,
      ],
      [
        'whose constraints are not critical',
        { extensions: ['basicConstraints=CA:TRUE', 'keyUsage=critical,keyCertSign'] },
        /not critical/,
      ],
      ['without key usage', { extensions: ['basicConstraints=critical,CA:TRUE'] }, /does not say/],
      [
        'whose key signs lists only',
        { extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,cRLSign'] },
        /not meant for certificates/,
      ],
      [
        'with a path length of 0 below another',
        { extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'] },
        undefined,
      ],
    ];
    for (const [what, request, fault] of authorities) {
      it(`${fault ? 'refuses' : 'takes'} an authority ${what}`, async () => {
        const issuer = await workshop.root('odd', { issuer: root, ...request });
        const found = chainFault(chainOf(await workshop.signer(issuer)), 'code signing');
        if (fault) expect(found).to.match(fault);
        else expect(found).to.equal(undefined);
      });
    }

    it('counts the authorities below one that limits them', async () => {
      const limited = await workshop.root('limited', {
        extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
      });
      const below = await workshop.root('below', { issuer: limited });
      expect(chainFault(chainOf(await workshop.signer(limited)), 'code signing')).to.equal(undefined);
      const fault = chainFault(chainOf(await workshop.signer(below)), 'code signing');
      expect(fault).to.match(/allows 0 authorities below it, the chain has 1/);
    });

    it('wants every certificate in its place, down to the root', async () => {
      const [leaf, between, top] = chainOf(await workshop.signer(middle));
      const [stranger] = chainOf(await workshop.root('root'));
      if (!leaf || !between || !top || !stranger) throw new Error('a chain of three was expected');
      const faults: readonly (readonly [readonly ChainCertificate[], RegExp])[] = [
        [[], /no certificate/],
        [[leaf], /does not end with a root/],
        [[leaf, between], /does not end with a root/],
        [[leaf, top], /not issued by the next/],
        [[leaf, top, between], /not issued by the next/],
        [[between, leaf, top], /not issued by the next/],
        [[leaf, between, top, top], /is self-signed, yet not the last/],
        [[leaf, between, stranger], /not issued by the next/],
        [[leaf, leaf, between, top], /not issued by the next/],
      ];
      for (const [chain, fault] of faults) expect(chainFault(chain, 'code signing')).to.match(fault);
    });

    it('asks of a timestamp authority that it does nothing else', async () => {
      const issue = async (lines: readonly string[]) =>
        chainFault(chainOf(await workshop.signer(root, { extensions: lines })), 'timestamping');
      expect(await issue(extensions.stamper)).to.equal(undefined);
      expect(await issue(['keyUsage=digitalSignature', 'extendedKeyUsage=critical,timeStamping'])).to.equal(undefined);
      expect(await issue([usage, 'extendedKeyUsage=timeStamping'])).to.match(/not meant for timestamps alone/);
      expect(await issue([usage, 'extendedKeyUsage=critical,timeStamping,codeSigning'])).to.match(/timestamps alone/);
      expect(await issue([usage])).to.match(/timestamps alone/);
    });
  });

  it('takes any certificate of a chain as an anchor, the same one and no other of its name', async () => {
    const chain = chainOf(await workshop.signer(middle));
    for (const anchor of chain) expect(isAnchored(chain, [anchor])).to.equal(true);
    expect(isAnchored(chain, chainOf(await workshop.root('root')))).to.equal(false);
    expect(isAnchored(chain, [])).to.equal(false);
  });

  it('says which certificate of a chain is not valid at a time', async () => {
    const chain = chainOf(await workshop.signer(root, { days: 10 }));
    const [leaf, top] = chain;
    if (!leaf || !top) throw new Error('a chain of two was expected');
    const within = new Date(leaf.notBefore.getTime() + 3_600_000);
    const before = new Date(top.notBefore.getTime() - 1000);
    const between = new Date(leaf.notAfter.getTime() + 1000);
    expect(validityFault(chain, within, within)).to.equal(undefined);
    expect(validityFault(chain, leaf.notBefore, leaf.notAfter)).to.equal(undefined);
    expect(validityFault(chain, between, between)).to.match(/CN=signer.* expired on/);
    expect(validityFault([top], between, between)).to.equal(undefined);
    expect(validityFault(chain, before, within)).to.match(/is valid only from/);
  });

  it('builds a chain from certificates in any order, and none where a link is missing', async () => {
    const [leaf, between, top] = chainOf(await workshop.signer(middle));
    const [stranger] = chainOf(await workshop.root('root'));
    if (!leaf || !between || !top || !stranger) throw new Error('a chain of three was expected');
    expect(buildChain(leaf, [stranger, top, between], [top])).to.deep.equal([leaf, between, top]);
    expect(buildChain(leaf, [between], [stranger, top])).to.deep.equal([leaf, between, top]);
    expect(buildChain(leaf, [between, stranger], [stranger])).to.equal(undefined);
    expect(buildChain(leaf, [stranger], [top])).to.equal(undefined);
    expect(buildChain(leaf, [between, leaf, between], [])).to.equal(undefined);
  });

  it('has one algorithm for each key that notation allows, and none for others', () => {
    const key = (kind: 'rsa' | 'ec' | 'ed25519', options: object): string | undefined => {
      const { publicKey } = generateKeyPairSync(kind as 'rsa', options as { modulusLength: number });
      return algorithmOf(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })));
    };
    expect(key('rsa', { modulusLength: 2048 })).to.equal('PS256');
    expect(key('rsa', { modulusLength: 1024 })).to.equal(undefined);
    expect(key('rsa', { modulusLength: 2304 })).to.equal(undefined);
    expect(key('ec', { namedCurve: 'P-521' })).to.equal('ES512');
    expect(key('ec', { namedCurve: 'secp256k1' })).to.equal(undefined);
    expect(key('ed25519', {})).to.equal(undefined);
  });
});
