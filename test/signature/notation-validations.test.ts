import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import type { Judgement } from '../../src/signature/signature.js';
import { verifyNotation } from '../../src/signature/notation.js';
import { debianTool } from '../support/debian.js';
import {
  byAuthority,
  extensions,
  NotationWorkshop,
  signEnvelope,
  signingTime,
  statementOf,
  storesOf,
  target,
  type EnvelopeRequest,
  type Identity,
  type StatementRequest,
} from '../support/notation.js';
import { failureOf } from '../source/failure.js';

const day = 86_400_000;

describe('notation-validations', () => {
  let workshop: NotationWorkshop;
  let root: Identity;
  let signer: Identity;
  let alone: Identity;
  let stamper: Identity;
  let stores: ReturnType<typeof storesOf>;
  const today = new Date();
  /** The signer's certificate lasts for 10 days, every authority for 30. */
  const late = new Date(today.getTime() + 20 * day);

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    root = await workshop.root();
    signer = await workshop.signer(root, { days: 10 });
    alone = await workshop.signer(undefined);
    const stampRoot = await workshop.root('tsa root');
    stamper = await workshop.signer(stampRoot, { subject: '/CN=stamper', extensions: extensions.stamper });
    const other = await workshop.root('other');
    stores = new Map([
      ...storesOf({
        'ca:own': [root],
        'ca:other': [other],
        'ca:alone': [alone],
        'ca:leaf': [signer],
        'signingAuthority:own': [root],
        'tsa:own': [stampRoot],
        'tsa:other': [other],
      }),
      ['ca:broken', { ok: false, error: new ImgcheckError('usage', 'the trust store is not there', { subject: 'x' }) }],
    ] as const);
  });
  after(() => workshop?.close());

  const judge = async (
    by: Identity,
    statement: StatementRequest,
    at = new Date(),
    request: EnvelopeRequest = {},
  ): Promise<Judgement> =>
    verifyNotation(await signEnvelope('cose', by, request), 'cose', target, statementOf(statement), stores, at);
  const stamped: EnvelopeRequest = { timestamp: (signature) => workshop.stamp(signature, stamper) };
  const stampsAsked = { trustStores: ['ca:own', 'tsa:own'] };

  describe('judgeAuthenticity', () => {
    it('takes a self-signed signer only from a store that holds that very certificate', async () => {
      expect(await judge(alone, { trustStores: ['ca:alone'] })).to.include({ outcome: 'valid' });
      expect(await judge(alone, { trustStores: ['ca:own'] })).to.include({ outcome: 'untrusted' });
      const impostor = await workshop.signer(undefined);
      expect(await judge(impostor, { trustStores: ['ca:alone'] })).to.include({ outcome: 'untrusted' });
    });

    it('looks into each store that the statement names, and no other', async () => {
      expect((await judge(signer, { trustStores: ['ca:other', 'ca:own'] })).outcome).to.equal('valid');
      expect((await judge(signer, { trustStores: ['ca:other'] })).outcome).to.equal('untrusted');
      expect((await judge(signer, { trustStores: ['tsa:own'] })).reason).to.include('names no trust store ca:NAME');
    });

    it('takes a pinned certificate for its whole chain, which must still be there', async () => {
      expect((await judge(signer, { trustStores: ['ca:leaf'] })).outcome).to.equal('valid');
      const cut = await judge(signer, { trustStores: ['ca:leaf'] }, new Date(), { chain: signer.chain.slice(0, 1) });
      expect(cut).to.include({ outcome: 'untrusted' });
      expect(cut.reason).to.include('does not end with a root');
    });

    it('does not take an intermediate that is left out', async () => {
      const middle = await workshop.root('middle', { issuer: root });
      const by = await workshop.signer(middle);
      expect((await judge(by, {})).outcome).to.equal('valid');
      const cut = await judge(by, {}, new Date(), {
        chain: [by.chain[0], by.chain[2]].filter((der) => der !== undefined),
      });
      expect(cut.reason).to.include('not issued by the next certificate');
    });

    it('does not trust a root that merely has a trusted name', async () => {
      const by = await workshop.signer(await workshop.root());
      expect((await judge(by, {})).outcome).to.equal('untrusted');
    });

    it('does not trust an authority’s own key as a signer', async () => {
      const judged = await judge(root, {});
      expect(judged).to.include({ outcome: 'untrusted' });
      expect(judged.reason).to.include('belongs to an authority');
    });

    const identities: readonly (readonly [readonly string[], Judgement['outcome']])[] = [
      [['x509.subject: C=US, ST=WA, O=Example'], 'valid'],
      [['x509.subject: C=US, ST=WA, O=Example, CN=other', 'x509.subject: C=US, ST=WA, O=Example, CN=signer'], 'valid'],
      [['x509.subject: C=US, S=WA, L=Seattle, O=Example'], 'valid'],
      [['x509.subject: C=US, ST=WA, O=Example, OU=x'], 'untrusted'],
      [['x509.subject: C=US, ST=WA, O=Exampl'], 'untrusted'],
      [['plugin.identity: signer'], 'untrusted'],
    ];
    for (const [trustedIdentities, outcome] of identities) {
      it(`calls the signer ${outcome} by ${trustedIdentities.join(' or ')}`, async () => {
        const judged = await judge(signer, { trustedIdentities });
        expect(judged.outcome, judged.reason).to.equal(outcome);
      });
    }

    it('matches no identity with a subject that has an attribute twice', async () => {
      const subject = '/C=US/ST=WA/O=Example/OU=trusted/OU=other/CN=signer';
      const by = await workshop.signer(root, { subject });
      const judged = await judge(by, { trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example, OU=trusted'] });
      expect(judged).to.include({ outcome: 'untrusted' });
      expect(judged.reason).to.include('has OU several times');
      expect((await judge(by, {})).outcome).to.equal('valid');
    });

    it('ends with the error of a store that it needs, and of no other', async () => {
      const error = await failureOf('usage', () => judge(signer, { trustStores: ['ca:own', 'ca:broken'] }));
      expect(error.subject).to.equal('x');
      const trustStores = ['signingAuthority:own', 'ca:broken'];
      const request = { headers: byAuthority(new Date()) };
      expect((await judge(signer, { trustStores }, new Date(), request)).outcome).to.equal('valid');
    });
  });

  describe('judgeTime', () => {
    type Row = readonly [
      string,
      StatementRequest,
      () => Date,
      EnvelopeRequest | (() => EnvelopeRequest),
      Judgement['outcome'],
      RegExp,
    ];
    const rows: readonly Row[] = [
      ['no timestamp asked for, certificates valid', {}, () => new Date(), {}, 'valid', /holds/],
      ['no timestamp asked for, the signer’s expired', {}, () => late, {}, 'untrusted', /CN=signer.* expired on/],
      ['no timestamp asked for, though one is there', {}, () => late, () => stamped, 'untrusted', /expired on/],
      ['not yet valid', {}, () => new Date(today.getTime() - day), {}, 'untrusted', /valid only from/],
      ['asked for, and there', stampsAsked, () => new Date(), () => stamped, 'valid', /holds/],
      ['asked for, there, and the signer’s expired since', stampsAsked, () => late, () => stamped, 'valid', /holds/],
      ['asked for, and not there', stampsAsked, () => new Date(), {}, 'untrusted', /no timestamp/],
      [
        'only after expiry, not expired',
        { ...stampsAsked, verifyTimestamp: 'afterCertExpiry' },
        () => new Date(),
        {},
        'valid',
        /holds/,
      ],
      [
        'only after expiry, expired',
        { ...stampsAsked, verifyTimestamp: 'afterCertExpiry' },
        () => late,
        {},
        'untrusted',
        /no timestamp/,
      ],
      [
        'only after expiry, expired, there',
        { ...stampsAsked, verifyTimestamp: 'afterCertExpiry' },
        () => late,
        () => stamped,
        'valid',
        /holds/,
      ],
      [
        'of an untrusted authority',
        { trustStores: ['ca:own', 'tsa:other'] },
        () => new Date(),
        () => stamped,
        'untrusted',
        /no trusted root/,
      ],
      [
        'over something else',
        stampsAsked,
        () => new Date(),
        () => ({ timestamp: () => workshop.stamp(Buffer.from('x'), stamper) }),
        'invalid',
        /timestamp is of something else/,
      ],
      [
        'that is none',
        stampsAsked,
        () => new Date(),
        { timestamp: async () => Buffer.from('junk') },
        'invalid',
        /timestamp token/,
      ],
      [
        'in BER',
        stampsAsked,
        () => new Date(),
        { timestamp: async () => Buffer.from('30800000', 'hex') },
        'unsupported',
        /BER/,
      ],
      [
        'older than the signature says it is',
        stampsAsked,
        () => new Date(),
        () => ({ ...stamped, headers: { [signingTime]: new Date(Date.now() + day) } }),
        'untrusted',
        /before the signer says/,
      ],
    ];
    for (const [what, statement, at, request, outcome, reason] of rows) {
      it(`calls one ${outcome} with a timestamp ${what}`, async () => {
        const judged = await judge(signer, statement, at(), typeof request === 'function' ? request() : request);
        expect(judged.outcome, judged.reason).to.equal(outcome);
        expect(judged.reason).to.match(reason);
        if (outcome === 'valid' && request !== undefined && typeof request === 'function') {
          expect(judged.timeSource).to.equal('tsa');
        }
      });
    }

    it('lets a permissive statement pass what is wrong with the time, and notes it', async () => {
      const judged = await judge(signer, { ...stampsAsked, level: 'permissive' });
      expect(judged).to.include({ outcome: 'valid', timeSource: 'signer' });
      expect(judged.notes).to.deep.equal([
        'it has no timestamp, which the statement asks for',
        'revocation was not checked',
      ]);
    });

    it('judges the chain at the time that a signing authority gives', async () => {
      const trustStores = ['signingAuthority:own'];
      const at = new Date(Math.floor(Date.now() / 1000) * 1000);
      const within = await judge(signer, { trustStores }, late, { headers: byAuthority(at) });
      expect(within).to.include({ outcome: 'valid', time: at.toISOString(), timeSource: 'signing-authority' });
      const outside = await judge(signer, { trustStores }, new Date(), { headers: byAuthority(late) });
      expect(outside).to.include({ outcome: 'untrusted' });
      expect(outside.reason).to.match(/expired on .*, when it was signed/);
    });
  });

  it('never calls one valid whose maker nobody vouches for, whatever the level', async () => {
    const override = { authenticity: 'log', authenticTimestamp: 'log', expiry: 'log', revocation: 'skip' };
    for (const statement of [{ level: 'audit' }, { level: 'strict', override }]) {
      const judged = await judge(signer, { ...statement, trustStores: ['ca:other'] });
      expect(judged).to.include({ outcome: 'untrusted' });
      expect(judged.signed).to.deep.equal({ digest: target.digest });
      expect((await judge(signer, statement, late)).outcome).to.equal('valid');
    }
  });
});
