import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCertificates } from '../../src/registry/certs.js';
import { issueCertificate, makeAuthority } from '../support/certificate.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';

const one = makeAuthority('One');
const two = makeAuthority('Two');
const client = issueCertificate(one, { commonName: 'client', client: true });

function put(dir: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
}

describe('registry/certs', () => {
  const source = (dir: string, env: Record<string, string> = {}): ReturnType<typeof loadCertificates> =>
    loadCertificates({ HOME: join(dir, 'home'), ...env }, { systemDir: join(dir, 'etc') });
  const user = (dir: string, host = 'r.test:5000'): string => join(dir, 'home/.config/containers/certs.d', host);

  it('takes the first directory that exists for the host, and that one only', () =>
    inTemporaryDirectory(async (dir) => {
      put(join(dir, 'etc/docker/certs.d/r.test:5000'), { 'ca.crt': two.cert });
      expect((await source(dir)('r.test:5000')).authorities.map(({ pem }) => pem)).to.deep.equal([two.cert.trim()]);
      put(join(dir, 'etc/containers/certs.d/r.test:5000'), { 'ca.crt': one.cert });
      expect((await source(dir)('r.test:5000')).authorities.map(({ pem }) => pem)).to.deep.equal([one.cert.trim()]);
      put(user(dir), {});
      expect((await source(dir)('r.test:5000')).authorities).to.deep.equal([]);
    }));

  it('tells hosts apart by the port as typed', () =>
    inTemporaryDirectory(async (dir) => {
      put(user(dir), { 'ca.crt': one.cert });
      expect((await source(dir)('r.test')).authorities).to.deep.equal([]);
      expect((await source(dir)('r.test:5000')).authorities).to.have.length(1);
    }));

  it('reads every authority of every .crt, and pairs of .cert and .key', () =>
    inTemporaryDirectory(async (dir) => {
      put(user(dir), {
        'a.crt': `# two of them\n${one.cert}\n${two.cert}`,
        'client.cert': client.cert,
        'client.key': client.key,
        'notes.txt': 'not read',
      });
      const { authorities, clients } = await source(dir)('r.test:5000');
      expect(authorities.map(({ from }) => from)).to.deep.equal([join(user(dir), 'a.crt'), join(user(dir), 'a.crt')]);
      expect(clients).to.deep.equal([{ cert: client.cert, key: client.key }]);
    }));

  it('uses a directory that is named for every host', () =>
    inTemporaryDirectory(async (dir) => {
      put(join(dir, 'own'), { 'ca.crt': one.cert });
      const certificates = loadCertificates({}, { certDir: join(dir, 'own') });
      for (const host of ['a.test', 'b.test']) expect((await certificates(host)).authorities).to.have.length(1);
    }));

  it('adds what the environment names, for every host', () =>
    inTemporaryDirectory(async (dir) => {
      put(dir, { 'file.pem': one.cert, 'extra.pem': two.cert });
      put(join(dir, 'hashes'), { 'a.pem': one.cert, 'b.crt': two.cert, '0a1b2c3d.0': one.cert });
      const env = {
        SSL_CERT_FILE: join(dir, 'file.pem'),
        NODE_EXTRA_CA_CERTS: join(dir, 'extra.pem'),
        SSL_CERT_DIR: `${join(dir, 'hashes')}:`,
      };
      const { authorities } = await source(dir, env)('r.test');
      expect(authorities.map(({ from }) => from)).to.deep.equal([
        `${join(dir, 'file.pem')}, by SSL_CERT_FILE`,
        `${join(dir, 'extra.pem')}, by NODE_EXTRA_CA_CERTS`,
        join(dir, 'hashes/a.pem'),
        join(dir, 'hashes/b.crt'),
      ]);
    }));

  const faults: readonly [string, (dir: string) => void, string, RegExp][] = [
    ['a certificate without its key', (dir) => put(dir, { 'c.cert': client.cert }), 'c.cert', /c\.key is missing$/],
    ['a key without its certificate', (dir) => put(dir, { 'c.key': client.key }), 'c.key', /c\.cert is missing$/],
    ['an authority that is no PEM', (dir) => put(dir, { 'ca.crt': 'no' }), 'ca.crt', /holds no PEM certificate$/],
    [
      'an authority that is damaged',
      (dir) => put(dir, { 'ca.crt': one.cert.replace(/\n.{30}/, '\n') }),
      'ca.crt',
      /cannot be read$/,
    ],
    [
      'a link to nothing',
      (dir) => {
        put(dir, {});
        symlinkSync('/nowhere/redhat-uep.pem', join(dir, 'redhat-ca.crt'));
      },
      'redhat-ca.crt',
      /^the certificate file is not there, or a link to nothing$/,
    ],
  ];
  for (const [title, arrange, file, message] of faults) {
    it(`names the file of ${title}`, () =>
      inTemporaryDirectory(async (dir) => {
        arrange(user(dir));
        const error = await failureOf('usage', () => source(dir)('r.test:5000'));
        expect(error.message).to.match(message);
        expect(error.subject).to.equal(join(user(dir), file));
      }));
  }

  it('names the variable whose file is not there', () =>
    inTemporaryDirectory(async (dir) => {
      const error = await failureOf('usage', () => source(dir, { SSL_CERT_FILE: '/nowhere.pem' })('r.test'));
      expect(error).to.include({ subject: '/nowhere.pem', hint: 'SSL_CERT_FILE names it' });
    }));
});
