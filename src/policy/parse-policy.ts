import { checks } from '../checks/all.js';
import { ImgcheckError } from '../core/error.js';
import { rebuildReasons } from '../freshness/rebuild-when.js';
import { parseReference, type RegistryReference } from '../oci/reference.js';
import { readExceptions } from './parse-exceptions.js';
import {
  builtInPolicy,
  profileNames,
  type Policy,
  type PolicyRepository,
  type PolicySigner,
  type PolicyThresholds,
  type Requirement,
} from './policy.js';
import { YamlReader, type YamlNode } from './yaml-reader.js';

const requirements: readonly Requirement[] = ['required', 'advisory', 'off'];

const thresholdKeys: readonly (keyof PolicyThresholds)[] = ['certificateDays', 'exceptionDays', 'maxDaysBehind'];
/** Ten years. */
const mostDays = 3660;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What each key of the file says; the keys known are these. */
const keys: Readonly<Record<string, (policy: Mutable<Policy>, node: YamlNode, read: YamlReader) => void>> = {
  version: (_policy, node, read) => {
    if (read.integer(node, 'version') !== 1) throw read.wrong('version must be 1', node);
  },
  profile: (policy, node, read) => {
    policy.profile = read.word(node, profileNames, 'profile');
  },
  checks: (policy, node, read) => {
    const named = new Map<string, Requirement>();
    for (const { key, keyNode, value } of read.pairs(node, 'checks')) {
      if (!checks.some((check) => check.id === key)) throw read.wrong(`there is no check ${key}`, keyNode);
      named.set(key, read.word(value, requirements, `checks.${key}`));
    }
    policy.checks = named;
  },
  bases: (policy, node, read) => {
    policy.bases = read.texts(node, 'bases').map(({ text, node: at }) => readBase(text, at, read));
  },
  repositories: (policy, node, read) => {
    policy.repositories = read.items(node, 'repositories').map((item) => readRepository(item, read));
  },
  rpmKeys: (policy, node, read) => {
    policy.rpmKeys = read.texts(node, 'rpmKeys').map(({ text }) => text);
  },
  rebuildWhen: (policy, node, read) => {
    policy.rebuildWhen = read.word(node, rebuildReasons, 'rebuildWhen');
  },
  signers: (policy, node, read) => {
    policy.signers = read.items(node, 'signers').map((item) => readSigner(item, read));
  },
  trustedRoot: (policy, node, read) => {
    policy.trustedRoot = read.text(node, 'trustedRoot');
  },
  policyJson: (policy, node, read) => {
    policy.policyJson = read.text(node, 'policyJson');
  },
  registriesD: (policy, node, read) => {
    policy.registriesD = read.text(node, 'registriesD');
  },
  registriesConf: (policy, node, read) => {
    policy.registriesConf = read.text(node, 'registriesConf');
  },
  thresholds: (policy, node, read) => {
    const said = read.pairs(node, 'thresholds', thresholdKeys).map(({ key, value }) => {
      return [key, read.integer(value, `thresholds.${key}`, mostDays)] as const;
    });
    policy.thresholds = { ...policy.thresholds, ...Object.fromEntries(said) };
  },
  exceptions: (policy, node, read) => {
    policy.exceptions = readExceptions(node, read);
  },
};

/**
 * Reads imgcheck.yaml. Every key must be known and every value fit.
 * @throws ImgcheckError usage, with the file and line
 */
export async function parsePolicy(text: string, path: string): Promise<Policy> {
  const read = await YamlReader.open(text, path);
  const policy: Mutable<Policy> = { ...builtInPolicy, from: path };
  const pairs = read.pairs(read.root, 'the policy', Object.keys(keys));
  for (const { key, value } of pairs) keys[key]?.(policy, value, read);
  if (!pairs.some(({ key }) => key === 'version')) throw read.wrong('version must be 1', read.root);
  return policy;
}

function readBase(text: string, node: YamlNode, read: YamlReader): RegistryReference {
  let reference;
  try {
    reference = parseReference(text);
  } catch (error) {
    if (error instanceof ImgcheckError) throw read.wrong(`${error.message}: ${text}`, node);
    throw error;
  }
  if (reference.transport !== 'docker') throw read.wrong(`a base must lie in a registry: ${text}`, node);
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/** A URL or folder, or a map that says for which images. */
function readRepository(item: YamlNode, read: YamlReader): PolicyRepository {
  if (!read.isMap(item)) return { location: read.text(item, 'a repository') };
  const said = readTexts(item, 'a repository', ['location', 'id', 'version'], read);
  const { location, id, version } = said;
  if (location === undefined) throw read.wrong('a repository needs a location', item);
  return { location, ...(id === undefined ? {} : { id }), ...(version === undefined ? {} : { version }) };
}

function readSigner(item: YamlNode, read: YamlReader): PolicySigner {
  const said = readTexts(item, 'a signer', ['key', 'identity', 'identityPattern', 'issuer'], read);
  const { key, identity, identityPattern, issuer } = said;
  const named = [key, identity, identityPattern].filter((one) => one !== undefined);
  if (named.length !== 1) throw read.wrong('a signer is a key, an identity or an identityPattern', item);
  if (key !== undefined) {
    if (issuer !== undefined) throw read.wrong('a key has no issuer', item);
    return { key };
  }
  if (issuer === undefined) throw read.wrong('an identity needs the issuer that vouches for it', item);
  return identity === undefined ? { identityPattern: identityPattern ?? '', issuer } : { identity, issuer };
}

function readTexts(
  node: YamlNode,
  what: string,
  known: readonly string[],
  read: YamlReader,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(read.pairs(node, what, known).map(({ key, value }) => [key, read.text(value, key)]));
}
