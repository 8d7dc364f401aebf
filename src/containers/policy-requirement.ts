import type { Json } from '../core/json.js';
import { readIdentityRule } from './identity-rule.js';
import { readKeySource } from './key-source.js';
import { PolicyObject } from './policy-object.js';
import { readSigstoreSigned } from './sigstore-requirement.js';

/** One of the things that an image must satisfy (containers-policy.json(5), Policy Requirements). */
export type Requirement =
  | { readonly type: 'insecureAcceptAnything' }
  | { readonly type: 'reject' }
  | SignedBy
  | SignedBaseLayer
  | SigstoreSigned;

/** A simple signature by one of the keys. Only GPGKeys can ever be satisfied. */
export interface SignedBy {
  readonly type: 'signedBy';
  readonly keyType: (typeof keyTypes)[number];
  /** May name no key at all, which nothing satisfies. */
  readonly keys: KeySource;
  readonly identity: IdentityRule;
}

/** May be written, and is never satisfied. */
export interface SignedBaseLayer {
  readonly type: 'signedBaseLayer';
  readonly baseIdentity: IdentityRule;
}

/** A cosign signature. With Rekor keys it must be in the log. */
export interface SigstoreSigned {
  readonly type: 'sigstoreSigned';
  readonly trust: SigstoreTrust;
  readonly rekor?: KeySource;
  readonly identity: IdentityRule;
}

export type SigstoreTrust =
  | { readonly kind: 'keys'; readonly keys: KeySource }
  | { readonly kind: 'fulcio'; readonly ca: KeySource; readonly oidcIssuer: string; readonly subjectEmail: string }
  | {
      readonly kind: 'pki';
      readonly roots: KeySource;
      readonly intermediates?: KeySource;
      readonly subjectEmail?: string;
      readonly subjectHostname?: string;
    };

/** Files as they are written, or base64 as in the policy. */
export type KeySource = { readonly paths: readonly string[] } | { readonly data: readonly string[] };

/** Which name a signature must bear, compared with the name that was asked for (signedIdentity). */
export type IdentityRule =
  | { readonly type: 'matchExact' | 'matchRepoDigestOrExact' | 'matchRepository' }
  | { readonly type: 'exactReference'; readonly reference: string }
  | { readonly type: 'exactRepository'; readonly repository: string }
  | { readonly type: 'remapIdentity'; readonly prefix: string; readonly signedPrefix: string };

const keyTypes = ['GPGKeys', 'signedByGPGKeys', 'X509Certificates', 'signedByX509CAs'] as const;
const requirementTypes = [
  'insecureAcceptAnything',
  'reject',
  'signedBy',
  'signedBaseLayer',
  'sigstoreSigned',
] as const satisfies readonly Requirement['type'][];

/**
 * Reads one requirement as strictly as containers/image: every key known, every mandatory one there, one source of keys.
 * Stricter in one thing: what is written but empty or null is refused, where containers/image takes it for absent.
 * @param place where it stands within the file
 * @throws ImgcheckError usage, with the file and the place of the fault
 */
export function readRequirement(json: Json | undefined, file: string, place = ''): Requirement {
  const object = new PolicyObject(json, place, file);
  const type = object.word('type', requirementTypes);
  switch (type) {
    case 'insecureAcceptAnything':
    case 'reject':
      object.only('type');
      return { type };
    case 'signedBy':
      return readSignedBy(object);
    case 'signedBaseLayer':
      object.only('type', 'baseLayerIdentity');
      return { type, baseIdentity: readIdentityRule(object.object('baseLayerIdentity')) };
    case 'sigstoreSigned':
      return readSigstoreSigned(object);
  }
}

function readSignedBy(object: PolicyObject): SignedBy {
  const sources = { path: 'keyPath', paths: 'keyPaths', data: 'keyData' };
  object.only('type', 'keyType', ...Object.values(sources), 'signedIdentity');
  return {
    type: 'signedBy',
    keyType: object.word('keyType', keyTypes),
    keys: readKeySource(object, object.oneOf(Object.values(sources)), sources),
    identity: readIdentityRule(object.optionalObject('signedIdentity')),
  };
}
