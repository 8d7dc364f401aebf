const secret = new Set(['PASSWORD', 'PASSWD', 'PASSPHRASE', 'SECRET', 'TOKEN', 'APIKEY', 'CREDENTIAL', 'CREDENTIALS']);
const beforeKey = new Set(['API', 'ACCESS', 'SECRET', 'PRIVATE', 'ENCRYPTION', 'SIGNING', 'AUTH', 'MASTER', 'LICENSE']);
/** A name that ends with one of these speaks about a secret: where it is, how long it may be. */
const about = new Set(
  (
    'FILE PATH DIR URL URI NAME ID IDS TTL EXPIRY EXPIRATION EXPIRES EXPIRE SECONDS MINUTES HOURS DAYS AGE TIMEOUT LENGTH MIN MAX POLICY ENABLED ' +
    'DISABLED REQUIRED TYPE ALGORITHM ALG HEADER ENDPOINT ISSUER AUDIENCE REF KEYRING PREFIX SUFFIX SIZE COUNT LIMIT FIELD ' +
    'HINT MODE INTERVAL STORE PROVIDER VERSION ROTATION HOST PORT SERVER SERVICE USER USERNAME BACKEND CLASS COMMAND CMD FORMAT'
  ).split(' '),
);

/** Whether a variable of this name is meant to hold a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
  if (words.includes('PUBLIC') || about.has(words.at(-1) ?? '')) return false;
  if (words.at(-1) === 'PASS') return true;
  return words.some(
    (word, i) =>
      secret.has(word) ||
      /(?<!^NO)PASSW(?:OR)?D$/.test(word) ||
      (word === 'KEY' && i > 0 && beforeKey.has(words[i - 1] ?? '')),
  );
}

/**
 * Whether a value is the thing itself: not empty, not a yes or no, no path of a file, no reference to what is kept elsewhere
 * and no blank to fill in.
 */
export function isLiteralSecret(value: string): boolean {
  const bare = value.trim().replace(/^(["'])([^]*)\1$/, '$2');
  if (bare === '' || /^(?:true|false|yes|no|on|off|none|null|0|1)$/i.test(bare)) return false;
  if (/^(?:file:)?(?:\/[\w.@-]+){2,}\/?$/.test(bare)) return false;
  return !/^(?:\$\{?\w+\}?|\$\(.*\)|\{\{.*\}\}|<[^<>]*>|(?:vault|ref|secretref|op|arn|aws|gcp|awssm|sops):.+)$/.test(
    bare,
  );
}
