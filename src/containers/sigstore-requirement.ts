import { readIdentityRule } from './identity-rule.js';
import { readSomeKeys, type KeySourceNames } from './key-source.js';
import type { PolicyObject } from './policy-object.js';
import type { SigstoreSigned, SigstoreTrust } from './policy-requirement.js';

const keys = { path: 'keyPath', paths: 'keyPaths', data: 'keyData', datas: 'keyDatas' };
const rekorKeys = {
  path: 'rekorPublicKeyPath',
  paths: 'rekorPublicKeyPaths',
  data: 'rekorPublicKeyData',
  datas: 'rekorPublicKeyDatas',
};
const authority = { path: 'caPath', data: 'caData' };
const roots = { path: 'caRootsPath', data: 'caRootsData' };
const intermediates = { path: 'caIntermediatesPath', data: 'caIntermediatesData' };

/**
 * Reads a sigstoreSigned requirement: one of keys, fulcio and pki; fulcio needs a Rekor key, pki excludes it.
 * @throws ImgcheckError usage
 */
export function readSigstoreSigned(object: PolicyObject): SigstoreSigned {
  const sources = [...names(keys), 'fulcio', 'pki'];
  object.only('type', ...sources, ...names(rekorKeys), 'signedIdentity');
  const trust = readTrust(object, object.oneOf(sources));
  const rekor = object.atMostOneOf(names(rekorKeys));
  if (trust.kind === 'fulcio' && rekor === undefined) {
    throw object.wrongAt('fulcio', `it needs one of ${names(rekorKeys).join(', ')}`);
  }
  if (trust.kind === 'pki' && rekor !== undefined) throw object.wrongAt(rekor, 'pki excludes it');
  return {
    type: 'sigstoreSigned',
    trust,
    ...(rekor === undefined ? {} : { rekor: readSomeKeys(object, rekor, rekorKeys) }),
    identity: readIdentityRule(object.optionalObject('signedIdentity')),
  };
}

function readTrust(object: PolicyObject, source: string): SigstoreTrust {
  if (source === 'fulcio') return readFulcio(object.object(source));
  if (source === 'pki') return readPki(object.object(source));
  return { kind: 'keys', keys: readSomeKeys(object, source, keys) };
}

function readFulcio(object: PolicyObject): SigstoreTrust {
  object.only(...names(authority), 'oidcIssuer', 'subjectEmail');
  return {
    kind: 'fulcio',
    ca: readSomeKeys(object, object.oneOf(names(authority)), authority),
    oidcIssuer: object.text('oidcIssuer'),
    subjectEmail: object.text('subjectEmail'),
  };
}

function readPki(object: PolicyObject): SigstoreTrust {
  object.only(...names(roots), ...names(intermediates), 'subjectEmail', 'subjectHostname');
  const between = object.atMostOneOf(names(intermediates));
  const subjectEmail = object.optionalText('subjectEmail');
  const subjectHostname = object.optionalText('subjectHostname');
  if (subjectEmail === undefined && subjectHostname === undefined) {
    throw object.wrong('expected subjectEmail, subjectHostname or both, got none');
  }
  return {
    kind: 'pki',
    roots: readSomeKeys(object, object.oneOf(names(roots)), roots),
    ...(between === undefined ? {} : { intermediates: readSomeKeys(object, between, intermediates) }),
    ...(subjectEmail === undefined ? {} : { subjectEmail }),
    ...(subjectHostname === undefined ? {} : { subjectHostname }),
  };
}

function names(of: KeySourceNames): readonly string[] {
  return Object.values(of) as readonly string[];
}
