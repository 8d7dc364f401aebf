/** Writes the `-wal` file that turns one SQLite database into another: a frame for each page, committed by the last. */
export function buildWal(database: Uint8Array, pageSize: number): Uint8Array {
  const count = database.byteLength / pageSize;
  const head = Buffer.alloc(32);
  const salts = [0x12345678, 0x9abcdef0] as const;
  [0x377f0683, 3007000, pageSize, 0, ...salts].forEach((word, i) => head.writeUInt32BE(word, 4 * i));
  let sum: readonly [number, number] = addWords([0, 0], head.subarray(0, 24));
  sum.forEach((word, i) => head.writeUInt32BE(word, 24 + 4 * i));
  const parts: Buffer[] = [head];
  for (let number = 1; number <= count; number++) {
    const page = Buffer.from(database.subarray((number - 1) * pageSize, number * pageSize));
    const frame = Buffer.alloc(24);
    [number, number === count ? count : 0, ...salts].forEach((word, i) => frame.writeUInt32BE(word, 4 * i));
    sum = addWords(addWords(sum, frame.subarray(0, 8)), page);
    sum.forEach((word, i) => frame.writeUInt32BE(word, 16 + 4 * i));
    parts.push(frame, page);
  }
  return Buffer.concat(parts);
}

function addWords([a, b]: readonly [number, number], bytes: Buffer): readonly [number, number] {
  let [x, y] = [a, b];
  for (let at = 0; at < bytes.byteLength; at += 8) {
    x = (x + bytes.readUInt32BE(at) + y) >>> 0;
    y = (y + bytes.readUInt32BE(at + 4) + x) >>> 0;
  }
  return [x, y];
}
