/** Marsaglia's xorshift: the same numbers on every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A copy cut, lengthened or changed in a few bytes, as damage or malice would. */
export function mutate(source: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = Buffer.from(source);
  const at = random(bytes.byteLength);
  const extremes = [0, 0xff, 0x7f, 0x80, 1, 2, 0xc0, 0xfe];
  switch (random(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + random(20), random(256)), bytes.subarray(at)]);
    case 2:
      bytes[at] = extremes[random(extremes.length)] ?? 0;
      return bytes;
    case 3:
      // Versions and lengths come first.
      bytes[random(Math.min(24, bytes.byteLength))] = random(256);
      return bytes;
    default:
      for (let i = 0; i <= random(4); i++) bytes[random(bytes.byteLength)] = random(256);
      return bytes;
  }
}
