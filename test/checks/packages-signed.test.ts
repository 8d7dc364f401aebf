import { expect } from 'chai';
import { packagesSigned } from '../../src/checks/packages-signed.js';
import { judgePackageSignatures } from '../../src/examination/package-signatures.js';
import { joinKeyrings, type Keyring } from '../../src/openpgp/keyring.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { buildRpmHeader, signedBytesOf, type HeaderFields } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { makeSigner, type Signer } from '../support/openpgp.js';
import { answer, examinationOf } from './rig.js';

/** DSAHEADER: where rpm keeps every signature that is not RSA. */
const dsaHeader = 267;

describe('packages-signed', () => {
  let vendor: Signer;
  let stranger: Signer;
  let keyring: Keyring;

  before(async () => {
    [vendor, stranger] = await Promise.all([makeSigner('Vendor'), makeSigner('Stranger')]);
    keyring = joinKeyrings(await readKeyring(vendor.certificate, 'vendor.gpg'));
  });

  async function header(name: string, signer?: Signer, spoil = false): Promise<Uint8Array> {
    const fields: HeaderFields = { name, version: '1', release: '1', arch: 'noarch' };
    if (!signer) return buildRpmHeader(fields);
    const signed = signedBytesOf(spoil ? { ...fields, version: '2' } : fields);
    return buildRpmHeader({
      ...fields,
      dribbles: [{ tag: dsaHeader, type: 'binary', value: await signer.sign(signed) }],
    });
  }

  async function judged(headers: readonly Uint8Array[], keys: Keyring | undefined): Promise<string[]> {
    const layers = [[{ path: 'var/lib/rpm/rpmdb.sqlite', body: buildSqlite(headers, { pageSize: 4096 }) }]];
    const examination = await examinationOf({ layers });
    const packageSignatures = examination.content && judgePackageSignatures(examination.content, keys);
    return answer(packagesSigned, { ...examination, packageSignatures });
  }

  it('passes where every header is signed by a given key', async () => {
    const headers = [await header('a', vendor), await header('b', vendor)];
    expect(await judged(headers, keyring)).to.deep.equal(['pass: 2 signed by a given key']);
  });

  it('fails for one that nobody signed, and names it', async () => {
    expect((await judged([await header('a', vendor), await header('b')], keyring))[0]).to.match(
      /^fail: 1 signed by a given key, 1 unsigned: b \(the header has no signature\)$/,
    );
  });

  it('fails for one that a stranger signed', async () => {
    expect((await judged([await header('a', stranger)], keyring))[0]).to.match(
      /^fail: 1 signed by another key: a \(the key \w+ is not among those given\)$/,
    );
  });

  it('fails for a signature over something else, keys given or not', async () => {
    const headers = [await header('a', vendor), await header('b', vendor, true)];
    expect((await judged(headers, keyring))[0]).to.match(/^fail: 1 signed by a given key, 1 with a bad signature: b /);
    expect((await judged(headers, undefined))[0]).to.match(/^fail: /);
  });

  it('does not bind where no keys were given', async () => {
    expect(await judged([await header('a', vendor), await header('b')], undefined)).to.deep.equal([
      'unknown idle: 1 unsigned, 1 signed, not checked; no keys were given',
    ]);
  });

  it('has no question where there is no package', async () => {
    expect(answer(packagesSigned, await examinationOf({ read: false }))).to.deep.equal([
      'unknown idle: packages were not read',
    ]);
    expect(await judged([], keyring)).to.deep.equal(['unknown idle: there is no package']);
  });
});
