import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { parseJson, type Json } from '../core/json.js';
import { findJsonFault } from '../core/json-fault.js';
import { PolicyObject } from './policy-object.js';
import { readRequirement, type Requirement } from './policy-requirement.js';
import { scopeFault } from './scope-form.js';

/** A policy.json: what images must satisfy, by transport and scope. No list of requirements is empty. */
export interface TrustPolicy {
  readonly path: string;
  readonly default: readonly Requirement[];
  /** By transport, then by scope; the scope '' is the transport's default. */
  readonly transports: ReadonlyMap<string, ReadonlyMap<string, readonly Requirement[]>>;
}

const sizeLimit = 4 * 1024 * 1024;

/**
 * Reads a policy.json as strictly as containers/image: one fault refuses the whole file. A transport that is not known
 * is kept, its scopes unchecked.
 * @throws ImgcheckError usage with the file, and the place of the fault in the message (containers-policy.json(5))
 */
export function parsePolicyJson(bytes: Uint8Array, path: string): TrustPolicy {
  const root = new PolicyObject(parseStrictly(bytes, path), '', path);
  root.only('default', 'transports');
  return { path, default: readRequirements(root, 'default', path), transports: readTransports(root, path) };
}

function readTransports(root: PolicyObject, path: string): TrustPolicy['transports'] {
  const written = root.optionalObject('transports');
  if (!written) return new Map();
  return new Map(written.keys.map((name) => [name, readScopes(written.object(name), name, path)]));
}

function readScopes(
  object: PolicyObject,
  transport: string,
  path: string,
): ReadonlyMap<string, readonly Requirement[]> {
  return new Map(
    object.keys.map((scope) => {
      const fault = scopeFault(transport, scope);
      if (fault !== undefined) throw object.wrongAt(scope, fault);
      return [scope, readRequirements(object, scope, path)];
    }),
  );
}

function readRequirements(object: PolicyObject, key: string, path: string): readonly Requirement[] {
  const list = object.list(key);
  if (list.length === 0) throw object.wrongAt(key, 'the list of requirements is empty');
  return list.map((item, i) => readRequirement(item, path, object.placeOf(key, i)));
}

function parseStrictly(bytes: Uint8Array, path: string): Json {
  const hint = 'see containers-policy.json(5): strict JSON, no comments, no comma at the end of a list';
  if (bytes.byteLength > sizeLimit) {
    throw new ImgcheckError('usage', `the policy exceeds ${sizeLimit} bytes`, { subject: path });
  }
  try {
    return parseJson(bytes, 'the policy');
  } catch (error) {
    // A policy is the user's own file, which core takes for one from outside.
    if (!isImgcheckError(error, 'hostile')) throw error;
    const at = error.cause instanceof SyntaxError ? faultIn(bytes) : '';
    throw new ImgcheckError('usage', `${error.message}${at}`, { subject: path, hint, cause: error });
  }
}

/** Line and column of what is no JSON. */
function faultIn(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const offset = findJsonFault(text);
  if (offset === undefined) return '';
  const before = text.slice(0, offset).split('\n');
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
