import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson, type Json } from '../core/json.js';
import type { Digest } from '../oci/digest.js';

/** A statement may have this many bytes: provenance that holds a whole build definition has some hundred kilobytes. */
export const statementLimit = 8 * 1024 ** 2;

const subjectLimit = 10_000;
const types: readonly string[] = ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'];

/** What a statement speaks of: an artifact by its digests, hex by algorithm. */
export interface Subject {
  readonly name?: string;
  readonly digests: ReadonlyMap<string, string>;
}

/** in-toto attestation framework, statement.md: what is claimed (the predicate) of which artifacts. */
export interface Statement {
  /** `https://in-toto.io/Statement/v0.1` or `/v1`. */
  readonly type: string;
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  /** Of a form that only its type tells; null where there is none. */
  readonly predicate: Json;
}

/**
 * Reads an in-toto statement; members that are not known are passed over, as the framework asks (parsing rules).
 * @throws ImgcheckError unsupported for a version that is not known; hostile for what is malformed or past a limit
 */
export function parseStatement(bytes: Uint8Array, what = 'statement'): Statement {
  if (bytes.byteLength > statementLimit)
    throw new ImgcheckError('hostile', `${what} exceeds its limit of ${statementLimit} bytes`);
  const fields = new Fields(parseJson(bytes, what), what);
  const type = fields.string('_type');
  if (!types.includes(type)) {
    throw new ImgcheckError(
      'unsupported',
      `${what} is of an unknown type: expected ${types[1]}, got ${type.slice(0, 120)}`,
    );
  }
  return {
    type,
    subjects: fields.array('subject', subjectLimit).map((one, i) => readSubject(one, `${what}.subject[${i}]`)),
    predicateType: fields.string('predicateType'),
    predicate: fields.raw('predicate') ?? null,
  };
}

function readSubject(json: Json, path: string): Subject {
  const fields = new Fields(json, path);
  const name = fields.optionalString('name');
  return { ...(name === undefined ? {} : { name }), digests: readDigestSet(fields, 'digest') };
}

/** in-toto digest_set.md: hex by algorithm; empty where there is none. @throws ImgcheckError hostile */
export function readDigestSet(fields: Fields, key: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(fields.strings(key)));
}

/** True when one of its subjects has this very digest: the same algorithm, the same lower-case hex. */
export function statementNames(statement: Statement, digest: Digest): boolean {
  const colon = digest.indexOf(':');
  const [algorithm, hex] = [digest.slice(0, colon), digest.slice(colon + 1)];
  return statement.subjects.some(({ digests }) => digests.get(algorithm) === hex);
}
