import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { readTrustedRoot } from '../../src/signature/trusted-root.js';
import { needShared } from '../support/shared.js';
import { TestSigstore, type Loose } from '../support/sigstore.js';

const sigstore = new TestSigstore();

async function refusalOf(bytes: Uint8Array): Promise<ImgcheckError> {
  const error = await readTrustedRoot(bytes, 'my-root.json').catch((one: unknown) => one);
  if (error instanceof ImgcheckError) return error;
  throw new Error('it was not refused');
}

describe('readTrustedRoot', () => {
  it('reads every trusted root of the conformance suite but the one that is malformed', async function () {
    const folder = needShared(this, 'data/signatures/sigstore-conformance');
    const refused: string[] = [];
    for (const name of readdirSync(folder).filter((one) => !one.includes('.'))) {
      if (!readdirSync(join(folder, name)).includes('trusted_root.json')) continue;
      await readTrustedRoot(readFileSync(join(folder, name, 'trusted_root.json')), name).catch(() =>
        refused.push(name),
      );
    }
    expect(refused).to.deep.equal(['trust-root-tlog-missing-validity-start_fail']);
  });

  it('reads the public root, with its two logs and the authorities', async function () {
    const path = needShared(this, 'data/signatures/sigstore-conformance/public-good-trusted_root.json');
    const { from, material } = await readTrustedRoot(readFileSync(path), 'public.json');
    expect(from).to.equal('public.json');
    expect(material.tlogs.map(({ baseURL }) => baseURL)).to.deep.equal([
      'https://rekor.sigstore.dev',
      'https://log2025-1.rekor.sigstore.dev',
    ]);
    expect(material.certificateAuthorities.map(({ certChain }) => certChain.length)).to.deep.equal([1, 2]);
  });

  type Bend = (root: Loose) => void;
  const first = (root: Loose, list: string): Loose => (root[list] as Loose[])[0] ?? {};
  const refusals: readonly (readonly [string, Bend, RegExp])[] = [
    [
      'another media type',
      (root) => void (root['mediaType'] = 'application/json'),
      /has the media type application\/json/,
    ],
    ['no log', (root) => void (root['tlogs'] = []), /names no transparency log/],
    [
      'a log without a beginning',
      (root) => void ((first(root, 'tlogs')['publicKey'] as Loose)['validFor'] = {}),
      /tlogs\[0\].publicKey does not say since when/,
    ],
    [
      'a certificate log without one',
      (root) => void delete (first(root, 'ctlogs')['publicKey'] as Loose)['validFor'],
      /ctlogs\[0\].publicKey does not say/,
    ],
    [
      'an authority without one',
      (root) => void delete first(root, 'certificateAuthorities')['validFor'],
      /certificateAuthorities\[0\] does not say/,
    ],
    [
      'a timestamp authority without one',
      (root) => void (first(root, 'timestampAuthorities')['validFor'] = { end: '2030-01-01T00:00:00Z' }),
      /timestampAuthorities\[0\] does not say/,
    ],
    [
      'a beginning that is no time',
      (root) => void (first(root, 'certificateAuthorities')['validFor'] = { start: 'always' }),
      /not RFC 3339: always/,
    ],
    [
      'an authority without a certificate',
      (root) => void (first(root, 'certificateAuthorities')['certChain'] = { certificates: [] }),
      /has no certificate/,
    ],
    [
      'a key that is none',
      (root) => void ((first(root, 'tlogs')['publicKey'] as Loose)['rawBytes'] = 'AAAA'),
      /has a key or certificate that cannot be read/,
    ],
    [
      'a certificate that is none',
      (root) => void (first(root, 'certificateAuthorities')['certChain'] = { certificates: [{ rawBytes: 'AA==' }] }),
      /cannot be read/,
    ],
    ['a log without an id', (root) => void delete first(root, 'tlogs')['logId'], /logId is missing/],
  ];
  for (const [what, bend, message] of refusals) {
    it(`refuses one with ${what}, naming the file`, async () => {
      const error = await refusalOf(await sigstore.trustedRoot(bend));
      expect(error.message).to.match(message);
      expect(error).to.include({ kind: 'usage', subject: 'my-root.json' });
      expect(error.hint).to.include('trusted_root.json');
    });
  }

  it('refuses what is not JSON, a member twice, and more than 4 MiB', async () => {
    expect((await refusalOf(Buffer.from('-----BEGIN'))).message).to.equal('the trusted root is not JSON');
    const text = (await sigstore.trustedRoot()).toString();
    expect((await refusalOf(Buffer.from(text.replace('{', '{"tlogs":[],')))).message).to.include('"tlogs" twice');
    expect((await refusalOf(Buffer.alloc(4 * 1024 ** 2 + 1, 0x20))).message).to.include('exceeds 4194304 bytes');
  });
});
