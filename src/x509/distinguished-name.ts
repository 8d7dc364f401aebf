import { ImgcheckError } from '../core/error.js';
import { contentOf, derTags, insideOf, readObjectId, type DerValue } from './asn1.js';

/** One attribute of a name; type is a short name as `CN`, or an object identifier. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** The relative names in the order of the certificate (country first, as a rule); nearly always of one attribute each. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** RFC 4514, section 3, and what certificates have besides. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};
const sizeLimit = 4096;
const knownTypes: readonly string[] = Object.values(shortNames);

/**
 * Reads a Name of X.501 as it stands in a certificate.
 * @throws ImgcheckError hostile when it is malformed, has more than 4096 bytes or more than 64 attributes
 */
export function readDistinguishedName(name: DerValue, what: string): DistinguishedName {
  if (name.content.byteLength > sizeLimit) throw fault(`${what}: more than ${sizeLimit} bytes`);
  const names = insideOf(name, what, derTags.sequence).map((set) =>
    insideOf(set, what, derTags.set).map((pair) => {
      const [type, value, more] = insideOf(pair, what, derTags.sequence);
      if (!value || more) throw fault(`${what}: an attribute is not a type and a value`);
      const id = readObjectId(type, what);
      return { type: shortNames[id] ?? id, value: readText(value, what) };
    }),
  );
  if (names.flat().length > 64) throw fault(`${what}: more than 64 attributes`);
  return names;
}

/** The name as a person reads it, by RFC 4514: the last attribute of the certificate first, special characters escaped. */
export function renderDistinguishedName(name: DistinguishedName): string {
  return [...name]
    .reverse()
    .map((relative) => relative.map(({ type, value }) => `${type}=${escapeValue(value)}`).join('+'))
    .join(',');
}

/**
 * Parses a name that a person wrote (RFC 4514, spaces after commas allowed), as notation's trust policies have it: one
 * attribute at a time, each type once; `S` means `ST`.
 * @throws ImgcheckError usage saying what is wrong with it
 */
export function parseDistinguishedName(text: string): DistinguishedName {
  if (text.length > sizeLimit) throw wrong(`the name has more than ${sizeLimit} characters`);
  const attributes = splitNames(text).map(parseAttribute);
  const seen = new Set<string>();
  for (const { type } of attributes) {
    if (seen.has(type)) throw wrong(`the attribute ${type} is there twice`);
    seen.add(type);
  }
  return attributes.map((attribute) => [attribute]);
}

/** Whether `name` has every attribute of `wanted`, each with the very same value. */
export function coversName(name: DistinguishedName, wanted: DistinguishedName): boolean {
  const has = name.flat();
  return wanted.flat().every((want) => has.some(({ type, value }) => type === want.type && value === want.value));
}

/** A type that the name has several times, or beside another in one relative name; notation then cannot match it. */
export function ambiguousType(name: DistinguishedName): string | undefined {
  const types = name.flat().map(({ type }) => type);
  return types.find((type, i) => types.indexOf(type) !== i) ?? name.find((relative) => relative.length > 1)?.[0]?.type;
}

/** The value of the attribute, of several the last. */
export function attributeOf(name: DistinguishedName, type: string): string | undefined {
  return name.flat().findLast((attribute) => attribute.type === type)?.value;
}

function splitNames(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '\\') part += c + text.charAt(++at);
    else if (c === ',') {
      parts.push(part);
      part = '';
    } else if ('+;"<>\0'.includes(c)) {
      const hint = c === '+' ? 'several attributes in one relative name' : `an unescaped ${JSON.stringify(c)}`;
      throw wrong(`${hint} cannot be matched`);
    } else part += c;
  }
  return [...parts, part];
}

function parseAttribute(part: string): NameAttribute {
  const at = part.indexOf('=');
  const written = part.slice(0, Math.max(at, 0)).trim();
  const type = written.toUpperCase() === 'S' ? 'ST' : written.toUpperCase();
  if (at < 0 || !knownTypes.includes(type)) {
    throw wrong(
      `expected an attribute of ${knownTypes.join(', ')} and its value, got ${JSON.stringify(part.slice(0, 80))}`,
    );
  }
  const value = unescapeValue(part.slice(at + 1));
  if (value === '') throw wrong(`the attribute ${type} has no value`);
  return { type, value };
}

/** Spaces at both ends count only when they are escaped. */
function unescapeValue(text: string): string {
  const pieces: { readonly bytes: Buffer; readonly space: boolean }[] = [];
  for (const [, hex, special, stray, space, plain = ''] of text.matchAll(
    /\\([0-9A-Fa-f]{2})|\\([ "#+,;<=>\\])|(\\)|( )|([^\\ ]+)/g,
  )) {
    if (stray !== undefined) throw wrong('a backslash that escapes nothing');
    const bytes = hex === undefined ? Buffer.from(special ?? space ?? plain) : Buffer.from(hex, 'hex');
    pieces.push({ bytes, space: space !== undefined });
    if (plain.startsWith('#') && pieces.every((piece) => piece.space || piece.bytes === bytes)) {
      throw wrong('a value in hexadecimal cannot be matched');
    }
  }
  const first = pieces.findIndex(({ space }) => !space);
  const kept = pieces.slice(first, pieces.findLastIndex(({ space }) => !space) + 1);
  try {
    const bytes = Buffer.concat(kept.map((piece) => piece.bytes));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ImgcheckError('usage', 'the value is not UTF-8', { cause });
  }
}

function escapeValue(value: string): string {
  return value.replace(/["+,;<>\\]|^[ #]|(?<!^) $/g, '\\$&').replaceAll('\0', '\\00');
}

const encodings: Readonly<Record<number, 'utf-8' | 'latin1' | 'utf-16be'>> = {
  0x0c: 'utf-8',
  0x12: 'latin1',
  0x13: 'latin1',
  0x14: 'latin1',
  0x16: 'latin1',
  0x1a: 'latin1',
  0x1e: 'utf-16be',
};

/** A string of any of the types a certificate may use; what is none is given in hexadecimal, as RFC 4514 has it. */
function readText(value: DerValue, what: string): string {
  const encoding = encodings[value.tag];
  if (encoding === undefined) return `#${Buffer.from(value.whole).toString('hex')}`;
  const bytes = contentOf(value, value.tag, what);
  if (encoding === 'latin1') return Buffer.from(bytes).toString('latin1');
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ImgcheckError('hostile', `${what}: a text that is not ${encoding}`, { cause });
  }
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}

function wrong(message: string): ImgcheckError {
  return new ImgcheckError('usage', message);
}
