/** Writes rpm headers as a database stores them: an index, then data, big-endian. Written apart from the reader. */
const types = { char: 1, int8: 2, int16: 3, int32: 4, int64: 5, string: 6, binary: 7, strings: 8, i18n: 9 } as const;
const sizes: Readonly<Record<string, number>> = { char: 1, int8: 1, int16: 2, int32: 4, int64: 8 };

export interface TagValue {
  readonly tag: number;
  readonly type: keyof typeof types;
  readonly value: string | readonly string[] | readonly number[] | Uint8Array;
}

export interface HeaderFields {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch?: number;
  readonly arch?: string;
  readonly sourceRpm?: string;
  readonly vendor?: string;
  readonly buildTime?: number;
  /** Written as a dribble, as rpm does. */
  readonly installTime?: number;
  readonly module?: string;
  /** More tags of the signed region. */
  readonly signed?: readonly TagValue[];
  /** More tags outside of it. */
  readonly dribbles?: readonly TagValue[];
  /** False for a header without region, as old keys are. */
  readonly region?: boolean;
}

/** A header blob of the usual tags. */
export function buildRpmHeader(fields: HeaderFields): Uint8Array {
  const text = (tag: number, value: string | undefined): TagValue[] =>
    value === undefined ? [] : [{ tag, type: 'string', value }];
  const int32 = (tag: number, value: number | undefined): TagValue[] =>
    value === undefined ? [] : [{ tag, type: 'int32', value: [value] }];
  const signed = [
    ...[{ tag: 100, type: 'strings', value: ['C'] } as const],
    ...text(1000, fields.name),
    ...text(1001, fields.version),
    ...text(1002, fields.release),
    ...int32(1003, fields.epoch),
    ...int32(1006, fields.buildTime),
    ...text(1011, fields.vendor),
    ...text(1022, fields.arch),
    ...text(1044, fields.sourceRpm),
    ...text(5096, fields.module),
    ...(fields.signed ?? []),
  ].sort((a, b) => a.tag - b.tag);
  const dribbles = [...int32(1008, fields.installTime), ...(fields.dribbles ?? [])];
  return encodeHeader(signed, dribbles, fields.region ?? true);
}

/** A header of exactly these tags in this order; with a region the first ones are within it. */
export function encodeHeader(
  signed: readonly TagValue[],
  dribbles: readonly TagValue[] = [],
  region = true,
): Uint8Array {
  const index: number[][] = [];
  const content: number[] = [];
  const put = ({ tag, type, value }: TagValue): void => {
    while (content.length % (sizes[type] ?? 1) !== 0) content.push(0);
    const [bytes, count] = encodeValue(type, value);
    index.push([tag, types[type], content.length, count]);
    for (const byte of bytes) content.push(byte);
  };
  signed.forEach(put);
  if (region) {
    const trailer = new DataView(new ArrayBuffer(16));
    [63, 7, -16 * (signed.length + 1), 16].forEach((word, i) => trailer.setInt32(4 * i, word));
    index.unshift([63, 7, content.length, 16]);
    content.push(...new Uint8Array(trailer.buffer));
  }
  dribbles.forEach(put);
  const blob = new Uint8Array(8 + 16 * index.length + content.length);
  const view = new DataView(blob.buffer);
  [index.length, content.length, ...index.flat()].forEach((word, i) => view.setUint32(4 * i, word));
  blob.set(content, 8 + 16 * index.length);
  return blob;
}

function encodeValue(type: TagValue['type'], value: TagValue['value']): readonly [Uint8Array, number] {
  if (value instanceof Uint8Array) return [value, value.byteLength];
  if (typeof value === 'string') return [Buffer.from(`${value}\0`), 1];
  const size = sizes[type];
  if (size === undefined) return [Buffer.from(value.map((one) => `${one}\0`).join('')), value.length];
  const view = new DataView(new ArrayBuffer(size * value.length));
  value.forEach((one, i) => {
    if (size === 8) view.setBigUint64(8 * i, BigInt(one));
    else if (size === 4) view.setUint32(4 * i, Number(one));
    else if (size === 2) view.setUint16(2 * i, Number(one));
    else view.setUint8(i, Number(one));
  });
  return [new Uint8Array(view.buffer), value.length];
}

/**
 * What signatures of a header are over, as the package file has it: worked out from the fields, apart from the reader.
 * The region comes first and its data too, so that dribbles change nothing of it.
 */
export function signedBytesOf(fields: HeaderFields): Uint8Array {
  const { installTime: _installTime, dribbles: _dribbles, ...signed } = fields;
  const blob = buildRpmHeader(signed);
  return Buffer.concat([Buffer.from('8eade80100000000', 'hex'), blob]);
}
