export interface BdbOptions {
  /** 512 to 65536; 4096 unless told. */
  readonly pageSize?: number;
  readonly bigEndian?: boolean;
}

const bucketCount = 2;

/** A Berkeley DB hash (`Packages`, version 9) with these header blobs; those below a quarter page are stored inline. */
export function buildBdb(blobs: readonly Uint8Array[], options: BdbOptions = {}): Uint8Array {
  const { pageSize = 4096, bigEndian = false } = options;
  const pages: Page[] = [];
  const newPage = (type: number): Page => {
    const page = new Page(pages.length, type, pageSize, bigEndian);
    pages.push(page);
    return page;
  };
  const meta = newPage(8);
  const buckets = Array.from({ length: bucketCount }, () => newPage(13));
  const offPage = (blob: Uint8Array): Uint8Array => {
    const parts: Page[] = [];
    for (let at = 0; at < blob.byteLength; at += pageSize - 26) {
      const page = newPage(7);
      const part = blob.subarray(at, at + pageSize - 26);
      page.bytes.set(part, 26);
      page.u16(22, part.byteLength);
      if (parts.length > 0) parts.at(-1)?.u32(16, page.number);
      parts.push(page);
    }
    const item = new Page(0, 0, 26, bigEndian);
    item.bytes[0] = 3;
    item.u32(4, parts[0]?.number ?? 0);
    item.u32(8, blob.byteLength);
    return item.bytes.subarray(0, 12);
  };
  const key = (number: number): Uint8Array => {
    const item = new Page(0, 0, 26, bigEndian);
    item.bytes[0] = 1;
    item.u32(1, number);
    return item.bytes.subarray(0, 5);
  };
  const counter = Uint8Array.from(key(blobs.length).subarray(1));
  [counter, ...blobs].forEach((blob, number) => {
    const value = blob.byteLength < pageSize / 4 ? Uint8Array.of(1, ...blob) : offPage(blob);
    const bucket = number % bucketCount;
    let page = buckets[bucket];
    if (!page?.hasRoom(5 + value.byteLength + 4)) {
      const next = newPage(13);
      page?.u32(16, next.number);
      next.u32(12, page?.number ?? 0);
      buckets[bucket] = page = next;
    }
    page.add(key(number));
    page.add(value);
  });
  meta.u32(12, 0x061561);
  meta.u32(16, 9);
  meta.u32(20, pageSize);
  meta.u32(32, pages.length - 1);
  meta.u32(72, bucketCount - 1);
  meta.u32(76, bucketCount - 1);
  meta.u32(80, 0);
  meta.u32(88, blobs.length + 1);
  // The first page of bucket b is b + spares[..]: both buckets lie right behind the head.
  for (let i = 0; i < 32; i++) meta.u32(96 + 4 * i, 1);
  return Buffer.concat(pages.map((page) => page.bytes));
}

class Page {
  readonly number: number;
  readonly bytes: Buffer;
  readonly #bigEndian: boolean;
  #entries = 0;
  #low: number;

  constructor(number: number, type: number, size: number, bigEndian: boolean) {
    this.number = number;
    this.bytes = Buffer.alloc(size);
    this.#bigEndian = bigEndian;
    this.#low = size;
    if (type === 0) return;
    this.u32(4, 1);
    this.u32(8, number);
    this.u16(22, size === 65536 ? 0 : size);
    this.bytes[25] = type;
  }

  u16(at: number, value: number): void {
    if (this.#bigEndian) this.bytes.writeUInt16BE(value, at);
    else this.bytes.writeUInt16LE(value, at);
  }

  u32(at: number, value: number): void {
    if (this.#bigEndian) this.bytes.writeUInt32BE(value, at);
    else this.bytes.writeUInt32LE(value, at);
  }

  hasRoom(length: number): boolean {
    return this.#low - length >= 26 + 2 * this.#entries;
  }

  add(item: Uint8Array): void {
    this.#low -= item.byteLength;
    this.bytes.set(item, this.#low);
    this.u16(26 + 2 * this.#entries++, this.#low);
    this.u16(20, this.#entries);
    this.u16(22, this.#low);
  }
}
