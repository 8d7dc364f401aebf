import { expect } from 'chai';
import { entropyOf, isPlaceholder } from '../../src/secrets/placeholder.js';

describe('secrets/placeholder', () => {
  for (const value of [
    '',
    'x',
    'changeme',
    'ChangeMe123',
    '"change-it"',
    '<token>',
    '<your password here>',
    'your-api-key',
    'YOUR_TOKEN',
    'xxxxxxxx',
    '********',
    '...',
    '${TOKEN}',
    '$TOKEN',
    '$(cat /run/secrets/token)',
    '`pass show a`',
    '{{ .Values.token }}',
    '%(password)s',
    '%s',
    '@TOKEN@',
    '[redacted]',
    'AKIAIOSFODNN7EXAMPLE',
    'password',
    'secret',
    'none',
    'null',
    'dummy-value',
    'aaaaaaaaaaaa',
    'abababababab',
    'test1234',
    '1234567890',
    'placeholder',
  ]) {
    it(`takes ${JSON.stringify(value)} for the picture of a secret`, () => {
      expect(isPlaceholder(value)).to.equal(true);
    });
  }

  for (const value of [
    'hunter22',
    's3cr3t!',
    'root',
    'admin',
    'pa$$word9',
    'Tr0ub4dor&3',
    'testimonial9',
    'c0rrect-horse',
    '"quoted pw"',
  ]) {
    it(`takes ${JSON.stringify(value)} for a secret`, () => {
      expect(isPlaceholder(value)).to.equal(false);
    });
  }

  it('measures Shannon’s entropy in bits a character', () => {
    expect(entropyOf('aaaa')).to.equal(0);
    expect(entropyOf('abab')).to.equal(1);
    expect(entropyOf('abcdefgh')).to.equal(3);
    expect(entropyOf('')).to.equal(0);
  });
});
