import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findKeyStore } from '../../src/secrets/key-store.js';
import { debianTool, type Tool } from '../support/debian.js';

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function u32(value: number): Buffer {
  return Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
}

/** keytool's format: magic, version, count, then entries: their tag, alias, date and what they hold. */
function javaStore(...tags: readonly number[]): Uint8Array {
  const entries = tags.flatMap((tag) => {
    const certificate = [u16(5), Buffer.from('X.509'), u32(7), Buffer.alloc(7, 1)];
    const head = [u32(tag), u16(1), Buffer.from('a'), Buffer.alloc(8)];
    return tag === 1 ? [...head, u32(9), Buffer.alloc(9, 2), u32(1), ...certificate] : [...head, ...certificate];
  });
  return Buffer.concat([u32(0xfeedfeed), u32(2), u32(tags.length), ...entries, Buffer.alloc(20)]);
}

describe('secrets/key-store', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = 'der' as const;

  for (const [title, path, bytes, expected] of [
    ['a Java key store with a key', 'app/server.jks', javaStore(2, 1), 'private key in a Java key store (encrypted)'],
    ['a Java key store with certificates', 'app/trust.jks', javaStore(2, 2, 2), undefined],
    ['a Java key store cut short', 'app/cut.jks', javaStore(2, 2, 1).subarray(0, 60), undefined],
    [
      'a Java key store that claims four billion entries',
      'a.jks',
      Buffer.concat([u32(0xfeedfeed), u32(2), u32(0xffffffff)]),
      undefined,
    ],
    ['PKCS #1', 'etc/a.der', rsa.privateKey.export({ type: 'pkcs1', format: der }), 'private key'],
    ['PKCS #8', 'etc/a.pk8', rsa.privateKey.export({ type: 'pkcs8', format: der }), 'private key'],
    ['PKCS #8 of a curve', 'etc/a.key', curve.privateKey.export({ type: 'pkcs8', format: der }), 'private key'],
    ['SEC 1', 'etc/a.key', curve.privateKey.export({ type: 'sec1', format: der }), 'private key'],
    ['a public key', 'etc/a.der', rsa.publicKey.export({ type: 'spki', format: der }), undefined],
    ['a public key of a curve', 'etc/a.der', curve.publicKey.export({ type: 'spki', format: der }), undefined],
    ['a keytab', 'etc/krb5.keytab', Buffer.from(`0502${'00'.repeat(40)}`, 'hex'), 'Kerberos keytab'],
    ['an empty keytab', 'etc/krb5.keytab', Buffer.from('0502', 'hex'), undefined],
    ['a KeePass database', 'root/a.kdbx', Buffer.from('03d9a29a67fb4bb5', 'hex'), 'KeePass database (encrypted)'],
    [
      'a key of gpg-agent',
      `root/.gnupg/private-keys-v1.d/${'A'.repeat(40)}.key`,
      Buffer.from('(11:private-key(3:rsa'),
      'GnuPG private key',
    ],
    [
      'one with a passphrase',
      `root/.gnupg/private-keys-v1.d/${'A'.repeat(40)}.key`,
      Buffer.from('Key: (protected-private-key (rsa'),
      'GnuPG private key (encrypted)',
    ],
    ['an old secret keyring', 'root/.gnupg/secring.gpg', Buffer.from('950101', 'hex'), 'PGP private key'],
    ['an empty secret keyring', 'root/.gnupg/secring.gpg', Buffer.from(''), undefined],
    [
      'gcloud’s database',
      'root/.config/gcloud/credentials.db',
      Buffer.from('SQLite format 3\0rest'),
      'gcloud credentials',
    ],
    ['MySQL’s login path', 'root/.mylogin.cnf', Buffer.alloc(64, 7), 'MySQL password'],
    ['what is called otherwise', 'etc/a.bin', javaStore(1), undefined],
    ['a text called like a store', 'etc/a.jks', Buffer.from('not a store of keys'), undefined],
    ['a Keynote document', 'root/talk.key', Buffer.from('504b0304140000000000', 'hex'), undefined],
  ] as const) {
    it(`finds ${expected ?? 'nothing'} in ${title}`, () => {
      const found = findKeyStore(path, bytes);
      expect(found && `${found.kind}${found.encrypted ? ' (encrypted)' : ''}`).to.equal(expected);
      expect(found?.line).to.equal(undefined);
    });
  }

  describe('of real PKCS #12 files', function () {
    this.timeout(300_000);
    let openssl: Tool;
    let folder: string;

    before(async function () {
      openssl = await debianTool(this, 'openssl');
      folder = await mkdtemp(join(tmpdir(), 'imgcheck-p12-'));
      await writeFile(join(folder, 'key.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await openssl.run(
        ['req', '-x509', '-new', '-key', 'key.pem', '-subj', '/CN=a', '-out', 'cert.pem', '-config', '/dev/null'],
        { cwd: folder },
      );
    });

    after(() => rm(folder, { recursive: true, force: true }));

    for (const [title, args, expected] of [
      ['key and certificate', ['-inkey', 'key.pem'], 'private key in a PKCS #12 file (encrypted)'],
      [
        'key that is not encrypted',
        ['-inkey', 'key.pem', '-keypbe', 'NONE', '-certpbe', 'NONE'],
        'private key in a PKCS #12 file',
      ],
      ['certificates alone', ['-nokeys'], undefined],
    ] as const) {
      it(`finds ${expected ?? 'nothing'} in ${title}`, async () => {
        await openssl.run(['pkcs12', '-export', '-in', 'cert.pem', ...args, '-passout', 'pass:x', '-out', 'a.p12'], {
          cwd: folder,
        });
        const found = findKeyStore('etc/a.p12', await readFile(join(folder, 'a.p12')));
        expect(found && `${found.kind}${found.encrypted ? ' (encrypted)' : ''}`).to.equal(expected);
      });
    }
  });
});
