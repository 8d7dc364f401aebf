import { expect } from 'chai';
import { encodedPrivateKeyAt, privateKeyAt, puttyKeyAt } from '../../src/secrets/private-key.js';
import { debianTool, type Tool } from '../support/debian.js';
import { GpgHome } from '../support/gpg-home.js';
import { armour, draw, plantedKeys } from '../support/planted-secrets.js';
import { randomFrom } from '../support/random.js';

const keys = plantedKeys();
const [rsa = { kind: '', secret: '', encrypted: false }] = keys;

function judged(text: string): string | undefined {
  const found = privateKeyAt(text, text.indexOf('-----BEGIN '));
  return found && `${found.kind}${found.encrypted ? ' (encrypted)' : ''}`;
}

describe('secrets/private-key', () => {
  for (const [i, { kind, secret, encrypted }] of keys.entries()) {
    const words = `${kind}${encrypted ? ' (encrypted)' : ''}`;
    it(`finds key ${i + 1}: ${/BEGIN ([A-Z ]+)-/.exec(secret)?.[1] ?? ''}${encrypted ? ', encrypted' : ''}`, () => {
      expect(judged(secret)).to.equal(words);
      expect(judged(secret.replaceAll('\n', '\r\n'))).to.equal(words);
      expect(judged(JSON.stringify({ private_key: secret }))).to.equal(words);
      expect(judged(secret.replace(/^/gm, '    "').replace(/$/gm, '\\n" +'))).to.equal(words);
      expect(judged(secret.replace(/-----END[^]*/, ''))).to.equal(words);
    });

    it(`finds key ${i + 1} encoded once more`, () => {
      const found = encodedPrivateKeyAt(`client-key-data: ${Buffer.from(secret).toString('base64')}\n`, 17);
      expect([found?.kind, found?.encrypted ?? false]).to.deep.equal([`${kind} in base64`, encrypted]);
    });
  }

  const random = randomFrom(11);
  const body = draw('MII{b61}\n{b64}\n{b64}', random);
  for (const [title, text] of [
    ['a public key', armour('PUBLIC KEY', body)],
    ['a certificate', armour('CERTIFICATE', body)],
    ['a heading alone', '-----BEGIN RSA PRIVATE KEY-----'],
    ['a heading in code', 'if "-----BEGIN OPENSSH PRIVATE KEY-----" in text: return parse(text, "-----END")'],
    ['a body of dots', armour('RSA PRIVATE KEY', '...\n...')],
    ['a body of one letter', armour('RSA PRIVATE KEY', 'M'.repeat(200))],
    ['a body that is too short', armour('EC PRIVATE KEY', draw('MHc{b40}', random))],
    ['a body that is no DER', armour('RSA PRIVATE KEY', `A${body}`)],
    ['what is no key of OpenSSH', armour('OPENSSH PRIVATE KEY', body)],
    [
      'prose after a heading',
      `-----BEGIN PGP PRIVATE KEY BLOCK----- is what the program looks for. ${'It goes on. '.repeat(40)}`,
    ],
    ['two headings', `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----BEGIN RSA PRIVATE KEY-----`],
    ['a body beyond all keys', armour('RSA PRIVATE KEY', `${body}\n`.repeat(600))],
  ] as const) {
    it(`finds none in ${title}`, () => {
      expect(judged(text)).to.equal(undefined);
    });
  }

  it('finds a certificate and a public key encoded once more to be none', () => {
    for (const label of ['CERTIFICATE', 'PUBLIC KEY']) {
      expect(encodedPrivateKeyAt(Buffer.from(armour(label, body)).toString('base64'), 0)).to.equal(undefined);
    }
  });

  it('finds PuTTY’s keys, and says which are encrypted', () => {
    const file = (encryption: string): string =>
      `PuTTY-User-Key-File-2: ssh-rsa\nEncryption: ${encryption}\nComment: a\nPublic-Lines: 1\n${draw('{b64}', random)}\n` +
      `Private-Lines: 2\n${draw('{b64}\n{b64}', random)}\nPrivate-MAC: 1\n`;
    expect(puttyKeyAt(file('none'), 0)?.kind).to.equal('PuTTY private key');
    expect(puttyKeyAt(file('none'), 0)?.encrypted).to.equal(undefined);
    expect(puttyKeyAt(file('aes256-cbc'), 0)?.encrypted).to.equal(true);
    expect(puttyKeyAt(file('none').replace(/Private-Lines[^]*/, ''), 0)).to.equal(undefined);
  });

  describe('made by real programs', function () {
    this.timeout(300_000);
    let openssl: Tool;
    let gpg: GpgHome;

    before(async function () {
      openssl = await debianTool(this, 'openssl');
      gpg = await GpgHome.open(this);
    });

    after(() => gpg.close());

    for (const [title, args, expected] of [
      ['rsa -traditional', ['rsa', '-traditional'], 'private key'],
      ['rsa -aes128', ['rsa', '-traditional', '-aes128', '-passout', 'pass:x'], 'private key (encrypted)'],
      ['pkcs8', ['pkcs8', '-topk8', '-nocrypt'], 'private key'],
      ['pkcs8, encrypted', ['pkcs8', '-topk8', '-passout', 'pass:x'], 'private key (encrypted)'],
      ['rsa -pubout', ['rsa', '-pubout'], undefined],
    ] as const) {
      it(`are told apart: openssl ${title}`, async () => {
        const { stdout } = await openssl.run(args, { input: rsa.secret });
        expect(stdout).to.include('-----BEGIN ');
        expect(judged(stdout)).to.equal(expected);
      });
    }

    it('are told apart: gpg --export-secret-keys and --export', async () => {
      await gpg.makeKey('a', 'rsa2048');
      const secret = await gpg.gpg(['--armor', '--export-secret-keys']);
      expect(judged(secret.toString())).to.equal('PGP private key');
      expect(judged((await gpg.gpg(['--armor', '--export'])).toString())).to.equal(undefined);
      await gpg.gpg(['--passphrase', 'x', '--quick-generate-key', 'b <b@example.invalid>', 'ed25519', 'sign']);
      const locked = await gpg.gpg(['--passphrase', 'x', '--armor', '--export-secret-keys', '<b@example.invalid>']);
      expect(judged(locked.toString())).to.equal('PGP private key (encrypted)');
    });
  });
});
