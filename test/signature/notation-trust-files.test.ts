import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadNotationTrust, type NotationTrust } from '../../src/signature/notation-trust-files.js';
import { debianTool } from '../support/debian.js';
import { NotationWorkshop, toPem, type Identity } from '../support/notation.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';

const policyOf = (...trustStores: readonly string[]): string => {
  const verification = { signatureVerification: { level: 'strict' }, trustedIdentities: ['*'] };
  const statement = { name: 'all', registryScopes: ['*'], ...verification, trustStores };
  return JSON.stringify({ version: '1.0', trustPolicies: [statement] });
};

function put(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  mkdirSync(dir, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
}

describe('loadNotationTrust', () => {
  let workshop: NotationWorkshop;
  let one: Identity;
  let two: Identity;
  let leaf: Identity;
  let alone: Identity;
  let middle: Identity;

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    [one, two] = [await workshop.root('one'), await workshop.root('two')];
    leaf = await workshop.signer(one);
    alone = await workshop.signer(undefined);
    middle = await workshop.root('middle', { issuer: one });
  });
  after(() => workshop?.close());

  const der = ({ chain }: Identity): Buffer => chain[0] ?? Buffer.alloc(0);
  const pem = (identity: Identity): string => toPem(der(identity));
  const store = (dir: string, type = 'ca'): string => join(dir, 'truststore/x509', type, 'own');
  const load = async (dir: string): Promise<NotationTrust> => {
    const trust = await loadNotationTrust(dir);
    if (!trust) throw new Error('expected a policy');
    return trust;
  };
  const commonNames = ({ stores }: NotationTrust, name: string): string[] => {
    const read = stores.get(name);
    if (!read?.ok) throw read?.error ?? new Error('the store was not read');
    return read.value.map(({ x509 }) => /CN=(.*)/.exec(x509.subject)?.[1] ?? '');
  };

  it('knows nothing where there is no policy', () =>
    inTemporaryDirectory(async (dir) => {
      expect(await loadNotationTrust(dir)).to.equal(undefined);
      expect(await loadNotationTrust(join(dir, 'absent'))).to.equal(undefined);
    }));

  it('prefers trustpolicy.oci.json to trustpolicy.json', () =>
    inTemporaryDirectory(async (dir) => {
      put(dir, { 'trustpolicy.json': policyOf('ca:own') });
      expect((await load(dir)).path).to.equal(join(dir, 'trustpolicy.json'));
      put(dir, { 'trustpolicy.oci.json': policyOf('ca:other') });
      expect((await load(dir)).path).to.equal(join(dir, 'trustpolicy.oci.json'));
      expect([...(await load(dir)).stores.keys()]).to.deep.equal(['ca:other']);
    }));

  it('reads PEM and DER, several in one file, from .pem, .crt and .cer, and no folder within', () =>
    inTemporaryDirectory(async (dir) => {
      put(dir, { 'trustpolicy.json': policyOf('ca:own') });
      put(store(dir), {
        'a.pem': `text before\n${pem(one)}${pem(two)}`,
        'b.crt': der(alone),
        'c.cer': Buffer.concat([der(one), der(two)]),
        'd.der': 'not read',
        'README.md': 'not read',
      });
      put(join(store(dir), 'within.pem'), { 'e.pem': pem(middle) });
      expect(commonNames(await load(dir), 'ca:own')).to.deep.equal(['one', 'two', 'signer', 'one', 'two']);
    }));

  it('takes authorities and self-signed signers, of timestamp authorities only roots', () =>
    inTemporaryDirectory(async (dir) => {
      put(dir, { 'trustpolicy.json': policyOf('ca:own', 'tsa:own') });
      const read = async (identity: Identity): Promise<readonly boolean[]> => {
        for (const type of ['ca', 'tsa']) put(store(dir, type), { 'a.pem': pem(identity) });
        const { stores } = await load(dir);
        return ['ca:own', 'tsa:own'].map((name) => stores.get(name)?.ok === true);
      };
      expect(await read(one)).to.deep.equal([true, true]);
      expect(await read(middle)).to.deep.equal([true, false]);
      expect(await read(alone)).to.deep.equal([true, false]);
      expect(await read(leaf)).to.deep.equal([false, false]);
    }));

  type Row = readonly [string, (dir: string) => void, RegExp];
  const faults: readonly Row[] = [
    ['that is not there', () => {}, /not there/],
    ['that is empty', (dir) => put(store(dir), {}), /no certificate/],
    ['that is a file', (dir) => put(join(dir, 'truststore/x509/ca'), { own: '' }), /not a folder/],
    [
      'that is a symbolic link',
      (dir) => {
        put(join(dir, 'elsewhere'), { 'a.pem': pem(one) });
        mkdirSync(join(dir, 'truststore/x509/ca'), { recursive: true });
        symlinkSync(join(dir, 'elsewhere'), store(dir));
      },
      /trust store is a symbolic link/,
    ],
    [
      'with a symbolic link to a certificate',
      (dir) => {
        put(store(dir), { 'a.pem': pem(one) });
        symlinkSync('a.pem', join(store(dir), 'b.pem'));
      },
      /certificate file is a symbolic link/,
    ],
    ['with a file that holds nothing', (dir) => put(store(dir), { 'a.pem': '' }), /no certificate/],
    [
      'with a key',
      (dir) => put(store(dir), { 'a.pem': readFileSync(one.files.key) }),
      /expected a PEM block CERTIFICATE/,
    ],
    ['with half a certificate', (dir) => put(store(dir), { 'a.crt': der(one).subarray(0, 100) }), /cannot be read/],
    ['with a file too large', (dir) => put(store(dir), { 'a.pem': Buffer.alloc(2 ** 20 + 1, 'x') }), /exceeds 1048576/],
  ];
  for (const [what, make, message] of faults) {
    it(`keeps the error of a store ${what} until it is used, with its path`, () =>
      inTemporaryDirectory(async (dir) => {
        put(dir, { 'trustpolicy.json': policyOf('ca:own') });
        make(dir);
        const read = (await load(dir)).stores.get('ca:own');
        if (!read || read.ok) throw new Error('expected a store that cannot be read');
        expect(read.error.kind).to.equal('usage');
        expect(read.error.message).to.match(message);
        expect(read.error.subject).to.include(store(dir));
      }));
  }

  it('reads no store that no statement names', () =>
    inTemporaryDirectory(async (dir) => {
      put(dir, { 'trustpolicy.json': policyOf('ca:own') });
      put(join(dir, 'truststore/x509/ca/other'), { 'a.pem': 'broken' });
      put(store(dir), { 'a.pem': pem(one) });
      expect([...(await load(dir)).stores.keys()]).to.deep.equal(['ca:own']);
    }));

  it('refuses a policy that cannot be read, naming it', () =>
    inTemporaryDirectory(async (dir) => {
      put(dir, { 'trustpolicy.json': '{' });
      const error = await failureOf('usage', () => loadNotationTrust(dir));
      expect(error.subject).to.equal(join(dir, 'trustpolicy.json'));
      mkdirSync(join(dir, 'trustpolicy.oci.json'));
      const folder = await failureOf('usage', () => loadNotationTrust(dir));
      expect(folder.message).to.equal('expected a file');
    }));
});
