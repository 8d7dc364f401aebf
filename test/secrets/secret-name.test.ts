import { expect } from 'chai';
import { isLiteralSecret, isSecretName } from '../../src/secrets/secret-name.js';

describe('secrets/secret-name', () => {
  for (const name of [
    'PASSWORD',
    'PGPASSWORD',
    'DB_PASSWORD',
    'NPM_TOKEN',
    'dbPassword',
    'API_KEY',
    'SECRET_KEY_BASE',
    'MYSQL_PASS',
    'aws-secret-access-key',
  ]) {
    it(`takes ${name} for the name of a secret`, () => {
      expect(isSecretName(name)).to.equal(true);
    });
  }

  for (const name of [
    'PATH',
    'NOPASSWD',
    'GPG_KEY',
    'PYTHON_PIP_VERSION',
    'PASSWORD_FILE',
    'TOKEN_URL',
    'PUBLIC_KEY',
    'TOKENIZERS',
    'KEY',
    'NGINX_GPGKEY',
    'COMPASS',
  ]) {
    it(`takes ${name} for the name of something else`, () => {
      expect(isSecretName(name)).to.equal(false);
    });
  }

  it('takes paths, references and words of one’s choice for no secrets', () => {
    for (const value of ['', 'true', '0', '/run/secrets/db', '$TOKEN', '{{ token }}', '<token>', 'vault:a/b']) {
      expect(isLiteralSecret(value), value).to.equal(false);
    }
    for (const value of ['hunter22', '"quoted"', '/x']) expect(isLiteralSecret(value), value).to.equal(true);
  });
});
