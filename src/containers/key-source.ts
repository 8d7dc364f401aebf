import type { PolicyObject } from './policy-object.js';
import type { KeySource } from './policy-requirement.js';

/** The keys of a policy.json under which one source of keys may be written. */
export interface KeySourceNames {
  readonly path: string;
  readonly paths?: string;
  readonly data: string;
  readonly datas?: string;
}

/** As Go's encoding/base64 reads it: padded, line breaks allowed. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads the source of keys written under `key`, which is one of the names.
 * @throws ImgcheckError usage for what is not text or not base64
 */
export function readKeySource(object: PolicyObject, key: string, names: KeySourceNames): KeySource {
  switch (key) {
    case names.path:
      return { paths: [object.text(key)] };
    case names.paths:
      return { paths: object.texts(key) };
    case names.data: {
      // Empty data is base64 of no key, which nothing satisfies.
      const value = object.json(key);
      return { data: [checked(object, key, value === '' ? '' : object.text(key))] };
    }
    default:
      return { data: object.texts(key).map((text, i) => checked(object, key, text, i)) };
  }
}

/** As readKeySource, of a list that must not be empty. */
export function readSomeKeys(object: PolicyObject, key: string, names: KeySourceNames): KeySource {
  const source = readKeySource(object, key, names);
  if (('paths' in source ? source.paths : source.data).length === 0) throw object.wrongAt(key, 'the list is empty');
  return source;
}

function checked(object: PolicyObject, key: string, text: string, item?: number): string {
  if (!base64.test(text.replace(/[\r\n]/g, ''))) throw object.wrongAt(key, 'it is not base64', item);
  return text;
}
