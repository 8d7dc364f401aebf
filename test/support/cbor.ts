/** What the writer takes: numbers are whole, bytes are Uint8Array, maps keep their order. */
export type Encodable =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Encodable[]
  | ReadonlyMap<string | number, Encodable>
  | { readonly tag: number; readonly value: Encodable };

export function tagged(tag: number, value: Encodable): Encodable {
  return { tag, value };
}

/** Writes CBOR (RFC 8949) in its shortest form, from the RFC and apart from the reader under test. */
export function encodeCbor(value: Encodable): Buffer {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.byteLength), value]);
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string | number, Encodable>)];
    return Buffer.concat([head(5, entries.length), ...entries.flatMap((entry) => entry.map(encodeCbor))]);
  }
  if ('tag' in value) return Buffer.concat([head(6, value.tag), encodeCbor(value.value)]);
  const items = value as readonly Encodable[];
  return Buffer.concat([head(4, items.length), ...items.map(encodeCbor)]);
}

/** The head of a value: its major type and its argument. */
export function head(major: number, argument: number): Buffer {
  const top = major << 5;
  if (argument < 24) return Buffer.from([top | argument]);
  if (argument < 0x100) return Buffer.from([top | 24, argument]);
  const bytes = Buffer.alloc(argument < 0x10000 ? 3 : argument < 2 ** 32 ? 5 : 9);
  bytes[0] = top | (bytes.byteLength === 3 ? 25 : bytes.byteLength === 5 ? 26 : 27);
  if (bytes.byteLength === 3) bytes.writeUInt16BE(argument, 1);
  else if (bytes.byteLength === 5) bytes.writeUInt32BE(argument, 1);
  else bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}
