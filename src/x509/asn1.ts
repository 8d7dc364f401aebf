import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';

/** One value of a DER structure (X.690). Views, not copies; what lies inside is read only when it is asked for. */
export interface DerValue {
  /** The identifier octet: class, constructed bit and number. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** The value with its head, as it stood. */
  readonly whole: Uint8Array;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of `[n]` in a constructed form. */
export function contextTag(n: number): number {
  return 0xa0 | n;
}

/**
 * Reads one value that fills the bytes.
 * @throws ImgcheckError hostile when it is malformed, not of that tag, or something follows; unsupported for BER
 */
export function readDer(bytes: Uint8Array, what: string, tag?: number): DerValue {
  const [value, more] = readDerRow(bytes, what, 2);
  if (!value || more) throw fault(`${what}: expected one DER value, got ${value ? 'more' : 'none'}`);
  return tag === undefined ? value : expectTag(value, tag, what);
}

/**
 * Reads the values that fill the bytes, one after another.
 * @throws ImgcheckError hostile for more than `limit`, or when one is malformed; unsupported for BER
 */
export function readDerRow(bytes: Uint8Array, what: string, limit = 256): readonly DerValue[] {
  const cursor = new Cursor(bytes, what);
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    if (values.length >= limit) throw fault(`${what}: more than ${limit} DER values`);
    const tag = cursor.u8(at);
    if ((tag & 0x1f) === 0x1f) throw fault(`${what}: a DER tag of several bytes at ${at}`);
    const head = readLength(cursor, at + 1, what);
    const content = cursor.slice(head.end, head.length);
    const end = head.end + head.length;
    values.push({ tag, content, whole: bytes.subarray(at, end) });
    at = end;
  }
  return values;
}

/** The values inside a constructed one. @throws ImgcheckError hostile, unsupported as readDerRow */
export function insideOf(value: DerValue, what: string, tag?: number): readonly DerValue[] {
  if (tag !== undefined) expectTag(value, tag, what);
  if ((value.tag & 0x20) === 0) throw fault(`${what}: expected a constructed DER value, got tag ${value.tag}`);
  return readDerRow(value.content, what);
}

/** @throws ImgcheckError hostile when the value is absent or of another tag */
export function expectTag(value: DerValue | undefined, tag: number, what: string): DerValue {
  if (value?.tag === tag) return value;
  throw fault(`${what}: expected DER tag ${tag}, got ${value ? value.tag : 'none'}`);
}

/** The content of a value of that tag. @throws ImgcheckError hostile when it is absent or of another tag */
export function contentOf(value: DerValue | undefined, tag: number, what: string): Uint8Array {
  return expectTag(value, tag, what).content;
}

/** An OBJECT IDENTIFIER as numbers with dots. @throws ImgcheckError hostile when it is none, or too long */
export function readObjectId(value: DerValue | undefined, what: string): string {
  const bytes = contentOf(value, derTags.objectId, what);
  if (bytes.byteLength === 0 || bytes.byteLength > 64) throw fault(`${what}: an object identifier of a wrong length`);
  const numbers: bigint[] = [];
  let number = 0n;
  let open = false;
  for (const byte of bytes) {
    if (!open && byte === 0x80) throw fault(`${what}: a padded object identifier`);
    number = (number << 7n) | BigInt(byte & 0x7f);
    open = (byte & 0x80) !== 0;
    if (open) continue;
    numbers.push(number);
    number = 0n;
  }
  if (open) throw fault(`${what}: an object identifier that does not end`);
  const [first = 0n, ...rest] = numbers;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** A non-negative INTEGER below 2^31. @throws ImgcheckError hostile for any other */
export function readSmallInteger(value: DerValue | undefined, what: string): number {
  const bytes = contentOf(value, derTags.integer, what);
  const sign = bytes[0] ?? 0x80;
  if (bytes.byteLength > 4 || (sign & 0x80) !== 0) throw fault(`${what}: a number that is negative or too large`);
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** @throws ImgcheckError hostile when it is no BOOLEAN of DER */
export function readBoolean(value: DerValue | undefined, what: string): boolean {
  const bytes = contentOf(value, derTags.boolean, what);
  if (bytes.byteLength !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff)) throw fault(`${what}: a boolean not of DER`);
  return bytes[0] !== 0;
}

/**
 * UTCTime, or GeneralizedTime with whatever fraction of a second (its milliseconds count).
 * @throws ImgcheckError hostile when it is no time, or not in UTC
 */
export function readTime(value: DerValue | undefined, what: string): Date {
  const short = value?.tag === derTags.utcTime;
  const text = Buffer.from(contentOf(value, short ? derTags.utcTime : derTags.generalizedTime, what)).toString(
    'latin1',
  );
  const form = short
    ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()Z$/
    : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/;
  const [, year = '', month, day, hour, minute, second, fraction = ''] = form.exec(text) ?? [];
  // RFC 5280, section 4.1.2.5.1: two digits are of 1950 to 2049.
  const full = !short ? year : `${Number(year) >= 50 ? 19 : 20}${year}`;
  const iso = `${full}-${month}-${day}T${hour}:${minute}:${second}`;
  const time = new Date(`${iso}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  // A 31st of February would be carried into March.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(iso)) throw fault(`${what}: not a time in UTC`);
  return time;
}

function readLength(cursor: Cursor, at: number, what: string): { readonly end: number; readonly length: number } {
  const first = cursor.u8(at);
  if (first < 0x80) return { end: at + 1, length: first };
  if (first === 0x80) throw new ImgcheckError('unsupported', `${what}: indefinite lengths (BER) are not supported`);
  const size = first & 0x7f;
  if (size > 4) throw fault(`${what}: a length of ${size} bytes at ${at}`);
  const length = cursor.slice(at + 1, size).reduce((number, byte) => number * 256 + byte, 0);
  if (length < 0x80 || length < 256 ** (size - 1)) throw fault(`${what}: a padded length at ${at}`);
  return { end: at + 1 + size, length };
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
