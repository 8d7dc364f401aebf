/** The inverse of `value` modulo a prime; `value` is no multiple of it. */
export function invertMod(value: bigint, prime: bigint): bigint {
  let [a, b] = [((value % prime) + prime) % prime, prime];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    // A modulus that is no prime, out of a broken key, would otherwise go on for ever.
    if (b === 0n) return 0n;
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % prime) + prime) % prime;
}

/** The number that the first bits of a digest make, as many as `order` has (FIPS 186-4, section 4.6). */
export function leftmostBits(digest: string, order: bigint): bigint {
  const excess = digest.length * 4 - bitLength(order);
  const value = fromHex(digest);
  return excess > 0 ? value >> BigInt(excess) : value;
}

export function bitLength(value: bigint): number {
  return value.toString(2).length;
}

export function fromHex(hex: string): bigint {
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}
