import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { readCertificates } from '../../src/x509/certificate-chain.js';
import { verifyCosign, type CosignSignature, type CosignTrust } from '../../src/signature/cosign.js';
import { readPublicKeys, type SignerKey } from '../../src/signature/public-key.js';
import { readSignatureBlob } from '../../src/signature/signature-blob.js';
import type { Judgement } from '../../src/signature/signature.js';
import {
  cosignPayload,
  image,
  keysOf,
  names,
  otherImage,
  rawSignature,
  reference,
  signWithKey,
  TestLog,
  withAnnotations,
} from '../support/cosign.js';
import { debianTool } from '../support/debian.js';
import { needShared } from '../support/shared.js';
import { ecKey, issue, publicPem } from '../support/x509.js';

const folder = 'data/containers-image-fixtures';
const today = new Date('2026-11-24T12:00:00Z');
const key = ecKey();
const stranger = ecKey();
const log = new TestLog();

function judge(signature: CosignSignature, keys: readonly SignerKey[] = keysOf(key), rekor?: TestLog): Judgement {
  return verifyCosign(signature, image, { kind: 'keys', keys, ...(rekor && { rekor: rekor.keys }) }, today);
}

describe('signature/cosign', () => {
  it('comes to the verdict of containers/image on each of its images', function () {
    const root = needShared(this, folder);
    const text = readFileSync(join(root, 'expected/dir-images.json'), 'utf8');
    const { cases } = JSON.parse(text) as { cases: readonly FixtureCase[] };
    const ours = cases.filter(({ requirement }) => requirement.type === 'sigstoreSigned');
    expect(ours).to.have.lengthOf(20);
    for (const one of ours) {
      const judgements = judgeFolder(root, one);
      const allowed = judgements.some((judgement) => judgement.outcome === 'valid' && matches(one, judgement));
      const reasons = judgements.map(({ outcome, reason }) => `${outcome}: ${reason}`).join('\n');
      expect(allowed, `${one.dir}: ${one.why}\n${reasons}`).to.equal(one.allowed);
    }
  });

  it('says who signed what', () => {
    const [only] = keysOf(key);
    expect(judge(signWithKey(key))).to.deep.equal({
      outcome: 'valid',
      reason: 'signed by the key of cosign.pub',
      signer: only?.id,
      signed: { digest: image, reference },
    });
  });

  it('verifies what openssl signed with each kind of key', async function () {
    const openssl = await debianTool(this, 'openssl');
    const dir = mkdtempSync(join(tmpdir(), 'imgcheck-cosign-'));
    try {
      const payload = cosignPayload();
      writeFileSync(join(dir, 'payload'), payload);
      for (const [title, signing] of Object.entries(keysOfAllKinds())) {
        writeFileSync(join(dir, 'key'), signing.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
        const hash = title === 'Ed25519' ? ['-rawin'] : ['-rawin', '-digest', 'sha256'];
        const files = ['-inkey', join(dir, 'key'), '-in', join(dir, 'payload')];
        const { bytes } = await openssl.run(['pkeyutl', '-sign', ...hash, ...files]);
        const made = withAnnotations(signWithKey(signing), { signature: bytes.toString('base64') });
        expect(judge(made, keysOf(signing)).outcome, title).to.equal('valid');
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  for (const [title, signing] of Object.entries(keysOfAllKinds())) {
    it(`verifies ${title}, alone and among other keys`, () => {
      expect(judge(signWithKey(signing), keysOf(signing)).outcome).to.equal('valid');
      const judgement = judge(signWithKey(signing), keysOf(stranger, signing, key));
      expect(judgement).to.include({ outcome: 'valid', signer: keysOf(signing)[0]?.id });
    });
  }

  it('hashes with SHA-256 whatever the key: what P-384 signed over SHA-384 is not of this format', () => {
    const p384 = ecKey('P-384');
    const payload = cosignPayload();
    const text = sign('sha384', payload, p384).toString('base64');
    const bent = withAnnotations(signWithKey(p384), { signature: text });
    expect(judge(bent, keysOf(p384)).outcome).to.equal('untrusted');
  });

  it("cannot tell another's signature from a damaged one, and says so", () => {
    expect(judge(signWithKey(stranger))).to.deep.equal({
      outcome: 'untrusted',
      reason: 'not made by the key of cosign.pub, or damaged since, which looks alike',
    });
    expect(judge(signWithKey(stranger), keysOf(key, ecKey())).reason).to.match(/^not made by any of the 2 keys given/);
    const keyless = withAnnotations(signWithKey(stranger), { certificate: issue({}).pem });
    expect(judge(keyless).reason).to.match(/it carries a certificate, so it may be keyless$/);
  });

  it('finds a signature of another image invalid, and says of which', () => {
    const judgement = judge(signWithKey(key, { payload: cosignPayload(otherImage) }));
    expect(judgement).to.deep.include({
      outcome: 'invalid',
      reason: `expected a signature of ${image}, got one of ${otherImage}`,
      signed: { digest: otherImage, reference },
    });
  });

  const payloads: readonly (readonly [title: string, text: string, reason: RegExp])[] = [
    ['is not JSON', 'hello', /is not JSON/],
    ['is of simple signing', text().replace('cosign container image', 'atomic container'), /expected cosign container/],
    ['has a digest that is none', text().replace('a1a1', '../.'), /digest/],
    ['has a member twice', text().replace('"optional"', '"optional":null,"optional"'), /twice/],
    ['has a member that is not known', text().replace('"optional"', '"x":1,"optional"'), /unknown member "x"/],
    ['goes on after its end', `${text()}{}`, /is not JSON/],
    ['begins with a byte order mark', `\ufeff${text()}`, /is not JSON/],
  ];
  for (const [title, payload, reason] of payloads) {
    it(`finds a payload invalid that ${title}, though its signature holds`, () => {
      const judgement = judge(signWithKey(key, { payload: Buffer.from(payload) }));
      expect(judgement).to.include({ outcome: 'invalid', signer: keysOf(key)[0]?.id });
      expect(judgement.reason).to.match(reason);
      expect(judgement.signed).to.equal(undefined);
    });
  }

  it('accepts a payload in another order, with spaces and annotations, when that is what was signed', () => {
    const { critical } = JSON.parse(text()) as { critical: unknown };
    const payload = Buffer.from(JSON.stringify({ optional: { tag: 'a', creator: 'me' }, critical }, null, 2));
    expect(judge(signWithKey(key, { payload })).outcome).to.equal('valid');
    const { annotations } = signWithKey(key);
    expect(judge({ payload, annotations }).outcome, 'reordered after it was signed').to.equal('untrusted');
  });

  it('believes no byte of the payload that was changed', () => {
    const { payload, annotations } = signWithKey(key);
    for (let at = 0; at < payload.byteLength; at++) {
      const changed = Buffer.from(payload);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      expect(judge({ payload: changed, annotations }).outcome, `byte ${at}`).to.equal('untrusted');
    }
  });

  it('believes no character of the signature that was changed, unless it decodes to the same bytes', () => {
    const good = signWithKey(key);
    const base64 = good.annotations[names.signature] ?? '';
    for (let at = 0; at < base64.length; at++) {
      const changed = base64.slice(0, at) + (base64[at] === 'A' ? 'B' : 'A') + base64.slice(at + 1);
      const { outcome } = judge(withAnnotations(good, { signature: changed }));
      const isSame = Buffer.from(changed, 'base64').equals(Buffer.from(base64, 'base64'));
      expect(outcome, changed).to.be.oneOf(isSame ? ['valid', 'invalid'] : ['untrusted', 'invalid']);
    }
  });

  it('finds a signature invalid that is missing, empty or not base64', () => {
    for (const signature of [undefined, '', 'not base64!']) {
      expect(judge(withAnnotations(signWithKey(key), { signature })).outcome).to.equal('invalid');
    }
  });

  describe('once the key of a Rekor log is given', () => {
    it("demands the log's promise, and gives its time", () => {
      expect(judge(signWithKey(key, { log }), keysOf(key), log)).to.include({
        outcome: 'valid',
        time: '2024-05-06T07:08:09Z',
        timeSource: 'rekor',
      });
      expect(judge(signWithKey(key), keysOf(key), log)).to.deep.include({
        outcome: 'invalid',
        reason: 'it lacks the annotation dev.sigstore.cosign/bundle: the promise of a Rekor log is required',
      });
    });

    it('does not look at the promise when no log key is given', () => {
      const good = signWithKey(key);
      expect(judge(withAnnotations(good, { bundle: 'nonsense' })).outcome).to.equal('valid');
    });

    it('distrusts another log, and a promise for the same payload signed by another key', () => {
      expect(judge(signWithKey(key, { log: new TestLog() }), keysOf(key), log).outcome).to.equal('untrusted');
      const payload = cosignPayload();
      const theirs = { maker: publicPem(stranger), signature: rawSignature(stranger, payload), payload };
      const borrowed = withAnnotations(signWithKey(key), { bundle: log.promise(theirs) });
      expect(judge(borrowed, keysOf(key), log)).to.include({ outcome: 'invalid' });
      expect(judge(borrowed, keysOf(key, stranger), log), 'their key trusted too').to.include({ outcome: 'invalid' });
    });

    it('takes the promise for whichever of several keys signed', () => {
      const several = keysOf(stranger, key);
      expect(judge(signWithKey(key, { log }), several, log).outcome).to.equal('valid');
    });
  });

  const misuses: readonly (readonly [title: string, trust: CosignTrust, message: RegExp])[] = [
    ['no keys', { kind: 'keys', keys: [] }, /at least one key/],
    ['no log keys', { kind: 'keys', keys: keysOf(key), rekor: [] }, /at least one Rekor key/],
    ['an Ed25519 log key', { kind: 'keys', keys: keysOf(key), rekor: keysOf(ed25519()) }, /Rekor key of type EC/],
    ['no roots', { kind: 'pki', roots: [], intermediates: [], subjectEmail: 'a@x' }, /at least one root/],
    ['no name', { kind: 'pki', roots: [issue({}).x509], intermediates: [] }, /an e-mail address or a host name/],
    ['an empty name', { kind: 'pki', roots: [issue({}).x509], intermediates: [], subjectEmail: '' }, /an e-mail/],
    ['no authorities', { ...fulcio(), authorities: [] }, /at least one authority/],
    ['no issuer', { ...fulcio(), oidcIssuer: '' }, /an OIDC issuer and an e-mail/],
    ['no e-mail address', { ...fulcio(), subjectEmail: '' }, /an OIDC issuer and an e-mail/],
    ['no log for Fulcio', { ...fulcio(), rekor: [] }, /at least one Rekor key/],
  ];
  for (const [title, trust, message] of misuses) {
    it(`refuses to check with ${title}, as a mistake of whoever wrote the policy`, () => {
      expect(() => verifyCosign(signWithKey(key), image, trust, today))
        .to.throw(message)
        .with.property('kind', 'usage');
    });
  }

  it('refuses the RSA key of containers/image for a log, naming its file', function () {
    const path = needShared(this, folder, 'containers-image/signature/fixtures/some-rsa-key.pub');
    const rekor = readPublicKeys(readFileSync(path), 'some-rsa-key.pub');
    expect(() => verifyCosign(signWithKey(key), image, { kind: 'keys', keys: keysOf(key), rekor }, today))
      .to.throw('expected a Rekor key of type EC (ECDSA), got one RSA of 4096 bits')
      .with.property('subject', 'some-rsa-key.pub');
  });
});

function text(): string {
  return cosignPayload().toString();
}

function ed25519(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

function keysOfAllKinds(): Readonly<Record<string, KeyObject>> {
  return {
    'P-256': ecKey(),
    'P-384': ecKey('P-384'),
    'P-521': ecKey('P-521'),
    'RSA of 2048 bits': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    Ed25519: ed25519(),
  };
}

function fulcio(): Extract<CosignTrust, { kind: 'fulcio' }> {
  const authorities = [issue({ ca: true }).x509];
  return { kind: 'fulcio', authorities, oidcIssuer: 'https://x.test', subjectEmail: 'a@x.test', rekor: log.keys };
}

interface FixtureCase {
  readonly dir: string;
  readonly imageReference: string;
  readonly allowed: boolean;
  readonly why: string;
  readonly requirement: FixtureRequirement;
}

interface FixtureRequirement {
  readonly type: string;
  readonly keyPath?: string;
  readonly rekorPublicKeyPath?: string;
  readonly fulcio?: { readonly caPath: string; readonly oidcIssuer: string; readonly subjectEmail: string };
  readonly pki?: {
    readonly caRootsPath: string;
    readonly caIntermediatesPath: string;
    readonly subjectEmail: string;
    readonly subjectHostname: string;
  };
  readonly signedIdentity: { readonly type: 'matchExact' | 'matchRepository' };
}

const signatureMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** Every cosign signature beside the manifest, as the caller would choose them. */
function judgeFolder(root: string, { dir, requirement }: FixtureCase): Judgement[] {
  const files = readdirSync(join(root, dir));
  if (!files.includes('manifest.json')) return [];
  const digest: Digest = digestOf(readFileSync(join(root, dir, 'manifest.json')));
  return files
    .filter((name) => name.startsWith('signature-'))
    .map((name) => readSignatureBlob(readFileSync(join(root, dir, name))))
    .flatMap((blob) => (blob.kind === 'cosign' && blob.mediaType === signatureMediaType ? [blob] : []))
    .map((blob) => verifyCosign(blob, digest, trustOf(root, requirement), today));
}

function trustOf(root: string, requirement: FixtureRequirement): CosignTrust {
  const keys = (path: string): readonly SignerKey[] => readPublicKeys(readFileSync(join(root, path)), path);
  const certificates = (path: string) => readCertificates(readFileSync(join(root, path)), path);
  const { keyPath, rekorPublicKeyPath, fulcio: byFulcio, pki } = requirement;
  const rekor = rekorPublicKeyPath === undefined ? undefined : keys(rekorPublicKeyPath);
  if (pki) {
    const { caRootsPath, caIntermediatesPath, ...identity } = pki;
    const roots = certificates(caRootsPath);
    return { kind: 'pki', roots, intermediates: certificates(caIntermediatesPath), ...identity };
  }
  if (byFulcio) {
    const { caPath, ...identity } = byFulcio;
    return { kind: 'fulcio', authorities: certificates(caPath), rekor: rekor ?? [], ...identity };
  }
  return { kind: 'keys', keys: keys(keyPath ?? ''), ...(rekor && { rekor }) };
}

/** The rules of identities are another room's: enough of them to tell the cases apart. */
function matches({ imageReference, requirement }: FixtureCase, { signed }: Judgement): boolean {
  const repository = (name = ''): string => name.replace(/:[^:/]+$/, '');
  return requirement.signedIdentity.type === 'matchExact'
    ? signed?.reference === imageReference && /:[^:/]+$/.test(imageReference)
    : repository(signed?.reference) === repository(imageReference);
}
