import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson, type Json } from '../core/json.js';
import { coversName, parseDistinguishedName, type DistinguishedName } from '../x509/distinguished-name.js';

/** A trustpolicy.json of notation (trust-store-trust-policy.md), version 1.0. */
export interface NotationPolicy {
  readonly statements: readonly NotationStatement[];
}

/** What is asked of the signatures of some repositories. */
export interface NotationStatement {
  readonly name: string;
  /** `registry/repository`, or `*` alone. */
  readonly registryScopes: readonly string[];
  readonly level: VerificationLevel;
  /** What its level and its override make of each validation; integrity is always enforced. */
  readonly actions: Readonly<Record<Validation, Action>>;
  readonly verifyTimestamp: 'always' | 'afterCertExpiry';
  /** `ca:NAME`, `signingAuthority:NAME` or `tsa:NAME`. */
  readonly trustStores: readonly string[];
  /** As written: `*` alone, `x509.subject: ...`, or another kind, which only a plugin of notation's could match. */
  readonly trustedIdentities: readonly string[];
  /** The names among the identities; undefined when anyone whom the stores vouch for is trusted. */
  readonly subjects: readonly DistinguishedName[] | undefined;
}

export type VerificationLevel = keyof typeof levels;
export type Validation = 'authenticity' | 'authenticTimestamp' | 'expiry' | 'revocation';
export type Action = 'enforce' | 'log' | 'skip';

const levels = {
  strict: actionsOf('enforce', 'enforce', 'enforce', 'enforce'),
  permissive: actionsOf('enforce', 'log', 'log', 'log'),
  audit: actionsOf('log', 'log', 'log', 'log'),
  skip: actionsOf('skip', 'skip', 'skip', 'skip'),
} as const satisfies Record<string, Readonly<Record<Validation, Action>>>;

const validations = Object.keys(levels.strict) as readonly Validation[];
const storeForm = /^(?:ca|signingAuthority|tsa):(?!\.{1,2}$)[a-zA-Z0-9_.-]+$/;
/** A registry and a repository by distribution's reference grammar, in full. */
const scopeForm =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+$/;
const subjectPrefix = 'x509.subject:';

/**
 * Parses a trust policy of notation by the rules of its specification, and more strictly: a key that is not known, a
 * name or a scope given twice, identities that overlap are refused.
 * @throws ImgcheckError usage naming the file and the statement
 */
export function parseNotationPolicy(bytes: Uint8Array, path: string): NotationPolicy {
  try {
    return readPolicy(new Fields(parseJson(bytes, 'the trust policy'), 'the trust policy'));
  } catch (cause) {
    if (!(cause instanceof ImgcheckError)) throw cause;
    throw new ImgcheckError('usage', cause.message, {
      subject: path,
      hint: 'see the trust policy properties in the Notary Project’s trust-store-trust-policy.md',
      cause,
    });
  }
}

/** The statement that names the repository (`registry/repository`), else the one for all; undefined when neither is there. */
export function selectStatement(policy: NotationPolicy, repository: string): NotationStatement | undefined {
  const scoped = (scope: string): NotationStatement | undefined =>
    policy.statements.find(({ registryScopes }) => registryScopes.includes(scope));
  return scoped(repository) ?? scoped('*');
}

function readPolicy(fields: Fields): NotationPolicy {
  expectKeys(fields, ['version', 'trustPolicies'], 'the trust policy');
  const version = fields.string('version');
  if (version !== '1.0') throw wrong(`expected version 1.0 of a trust policy, got ${JSON.stringify(version)}`);
  const statements = fields.array('trustPolicies', 1000).map(readStatement);
  if (statements.length === 0) throw wrong('the trust policy has no statement');
  expectOnce(
    statements.map(({ name }) => name),
    'the statement',
  );
  expectOnce(
    statements.flatMap(({ registryScopes }) => registryScopes),
    'the registry scope',
  );
  return { statements };
}

function readStatement(json: Json, i: number): NotationStatement {
  const name = new Fields(json, `trustPolicies[${i}]`).string('name');
  if (name === '') throw wrong(`trustPolicies[${i}] has no name`);
  const what = `the statement ${JSON.stringify(name)}`;
  const fields = new Fields(json, what);
  expectKeys(fields, ['name', 'registryScopes', 'signatureVerification', 'trustStores', 'trustedIdentities'], what);
  const registryScopes = fields.stringList('registryScopes', 1000);
  checkScopes(registryScopes, what);
  const verification = readVerification(fields.object('signatureVerification'), what);
  if (verification.level === 'skip' && registryScopes.includes('*')) {
    throw wrong(`${what} skips verification for the scope *: name the repositories`);
  }
  const trustStores = fields.stringList('trustStores', 100);
  const trustedIdentities = fields.stringList('trustedIdentities', 1000);
  const named = trustStores.length + trustedIdentities.length;
  if (verification.level === 'skip' && named > 0) {
    throw wrong(`${what} skips verification, yet names trust stores or identities`);
  }
  if (verification.level !== 'skip' && (trustStores.length === 0 || trustedIdentities.length === 0)) {
    throw wrong(`${what} needs trustStores and trustedIdentities`);
  }
  const odd = trustStores.find((store) => !storeForm.test(store));
  if (odd !== undefined) throw wrong(`${what}: expected a trust store as ca:NAME, got ${JSON.stringify(odd)}`);
  expectOnce(trustStores, `${what}: the trust store`);
  const subjects = readSubjects(trustedIdentities, what);
  return { name, registryScopes, ...verification, trustStores, trustedIdentities, subjects };
}

type VerificationSettings = Pick<NotationStatement, 'level' | 'actions' | 'verifyTimestamp'>;

function readVerification(fields: Fields, what: string): VerificationSettings {
  expectKeys(fields, ['level', 'override', 'verifyTimestamp'], what);
  const level = expectWord(fields.string('level'), Object.keys(levels) as VerificationLevel[], `${what}: level`);
  const override = fields.strings('override');
  const actions: Record<Validation, Action> = { ...levels[level] };
  for (const [key, value] of Object.entries(override)) {
    if (level === 'skip') throw wrong(`${what}: the level skip cannot be overridden`);
    const validation = expectWord(key, validations, `${what}: override`);
    const words: readonly Action[] = validation === 'revocation' ? ['enforce', 'log', 'skip'] : ['enforce', 'log'];
    actions[validation] = expectWord(value, words, `${what}: override.${validation}`);
  }
  const when = fields.optionalString('verifyTimestamp') ?? 'always';
  const verifyTimestamp = expectWord(when, ['always', 'afterCertExpiry'] as const, `${what}: verifyTimestamp`);
  return { level, actions, verifyTimestamp };
}

function checkScopes(scopes: readonly string[], what: string): void {
  if (scopes.length === 0) throw wrong(`${what} has no registryScopes`);
  if (scopes.includes('*') && scopes.length > 1) throw wrong(`${what} has the scope * beside others`);
  const odd = scopes.find((scope) => scope !== '*' && (scope.length > 512 || !scopeForm.test(scope)));
  if (odd === undefined) return;
  throw wrong(`${what}: expected a scope as registry.example/repository, got ${JSON.stringify(odd.slice(0, 200))}`);
}

function readSubjects(identities: readonly string[], what: string): readonly DistinguishedName[] | undefined {
  if (identities.includes('*')) {
    if (identities.length > 1) throw wrong(`${what} trusts the identity * beside others`);
    return undefined;
  }
  const odd = identities.find((identity) => !/^[^:]+:./s.test(identity));
  if (odd !== undefined)
    throw wrong(`${what}: expected an identity as ${subjectPrefix} C=..., got ${JSON.stringify(odd)}`);
  const own = identities.filter((identity) => identity.startsWith(subjectPrefix));
  const names = own.map((identity) => readSubject(identity, what));
  for (const [i, name] of names.entries()) {
    const other = names.findIndex((each, j) => j !== i && coversName(name, each));
    if (other >= 0) throw wrong(`${what}: ${own[i]} overlaps with ${own[other]}`);
  }
  return names;
}

function readSubject(identity: string, what: string): DistinguishedName {
  let name: DistinguishedName;
  try {
    name = parseDistinguishedName(identity.slice(subjectPrefix.length));
  } catch (cause) {
    if (!(cause instanceof ImgcheckError)) throw cause;
    throw wrong(`${what}: ${JSON.stringify(identity.slice(0, 200))}: ${cause.message}`);
  }
  const lacking = ['C', 'ST', 'O'].find((type) => !name.flat().some((attribute) => attribute.type === type));
  if (lacking === undefined) return name;
  throw wrong(`${what}: ${JSON.stringify(identity.slice(0, 200))} lacks ${lacking}; C, ST and O are required`);
}

function expectKeys(fields: Fields, known: readonly string[], what: string): void {
  const stray = fields.keys.find((key) => !known.includes(key));
  if (stray === undefined) return;
  throw wrong(`${what}: unknown key ${JSON.stringify(stray.slice(0, 80))}; known: ${known.join(', ')}`);
}

function expectWord<T extends string>(word: string, words: readonly T[], what: string): T {
  const known = words.find((each) => each === word);
  if (known !== undefined) return known;
  throw wrong(`${what} must be one of ${words.join(', ')}, got ${JSON.stringify(word.slice(0, 80))}`);
}

function expectOnce(words: readonly string[], what: string): void {
  const twice = words.find((word, i) => words.indexOf(word) !== i);
  if (twice !== undefined) throw wrong(`${what} ${JSON.stringify(twice)} is there twice`);
}

function actionsOf(
  authenticity: Action,
  authenticTimestamp: Action,
  expiry: Action,
  revocation: Action,
): Readonly<Record<Validation, Action>> {
  return { authenticity, authenticTimestamp, expiry, revocation };
}

function wrong(message: string): ImgcheckError {
  return new ImgcheckError('usage', message);
}
