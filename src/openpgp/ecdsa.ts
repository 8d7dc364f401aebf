import type { DigestVerifier } from './dsa.js';
import { FixedBase } from './fixed-base.js';
import type { EcdsaCurve, KeyParameters } from './keyring.js';
import { bitLength, fromHex, invertMod, leftmostBits } from './modular.js';

interface Curve {
  /** The field's prime, the constant b (a is -3), the base point and its order: SP 800-186, section 3.2.1. */
  readonly p: bigint;
  readonly b: bigint;
  readonly base: Point;
  readonly n: bigint;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const curves: Readonly<Record<EcdsaCurve, Curve>> = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    base: {
      x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    },
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    base: {
      x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    },
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    base: {
      x: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
      y: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    },
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};

/** How many bytes a coordinate of each curve takes. */
export const coordinateBytes: Readonly<Record<EcdsaCurve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** Multiples of the base point of each curve, made when they are first wanted. */
const bases = new Map<EcdsaCurve, FixedBase<Jacobian>>();

/**
 * The checks of ECDSA signatures by one key (FIPS 186-4, section 6.4); node:crypto wants the message, not its digest.
 * A key that is no point of its curve verifies nothing.
 */
export function ecdsaVerifier(key: Extract<KeyParameters, { kind: 'ecdsa' }>): DigestVerifier {
  const curve = curves[key.curve];
  const { n, p } = curve;
  const point = { x: fromHex(key.x), y: fromHex(key.y) };
  if (!isOnCurve(curve, point)) return () => false;
  const multiplesOf = (one: Point) =>
    new FixedBase({ identity: infinity, add: (a: Jacobian, b) => add(a, b, p) }, { ...one, z: 1n }, bitLength(n));
  const base = bases.get(key.curve) ?? multiplesOf(curve.base);
  bases.set(key.curve, base);
  const own = multiplesOf(point);
  return (digest, rHex, sHex) => {
    const [r, s] = [fromHex(rHex), fromHex(sHex)];
    if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
    const w = invertMod(s, n);
    const sum = add(base.times((leftmostBits(digest, n) * w) % n), own.times((r * w) % n), p);
    if (sum.z === 0n) return false;
    const inverse = invertMod(sum.z, p);
    return ((sum.x * inverse * inverse) % p) % n === r;
  };
}

function isOnCurve({ p, b }: Curve, { x, y }: Point): boolean {
  if (x >= p || y >= p) return false;
  return (y * y - (x * x * x - 3n * x + b)) % p === 0n;
}

/** A point as (x / z^2, y / z^3); z is 0 at infinity. */
interface Jacobian extends Point {
  readonly z: bigint;
}

const infinity: Jacobian = { x: 1n, y: 1n, z: 0n };

/** Doubling for a = -3, and addition: Guide to Elliptic Curve Cryptography, section 3.2.2. */
function double({ x, y, z }: Jacobian, p: bigint): Jacobian {
  if (z === 0n || y === 0n) return infinity;
  const zz = (z * z) % p;
  const slope = (3n * (x - zz) * (x + zz)) % p;
  const yy = (y * y) % p;
  const middle = (4n * x * yy) % p;
  const newX = mod(slope * slope - 2n * middle, p);
  return { x: newX, y: mod(slope * (middle - newX) - 8n * yy * yy, p), z: mod(2n * y * z, p) };
}

function add(a: Jacobian, b: Jacobian, p: bigint): Jacobian {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const [az, bz] = [(a.z * a.z) % p, (b.z * b.z) % p];
  const [left, right] = [(a.x * bz) % p, (b.x * az) % p];
  const [low, high] = [(a.y * bz * b.z) % p, (b.y * az * a.z) % p];
  const across = mod(right - left, p);
  const rise = mod(high - low, p);
  if (across === 0n) return rise === 0n ? double(a, p) : infinity;
  const square = (across * across) % p;
  const cube = (square * across) % p;
  const part = (left * square) % p;
  const x = mod(rise * rise - cube - 2n * part, p);
  return { x, y: mod(rise * (part - x) - low * cube, p), z: mod(a.z * b.z * across, p) };
}

function mod(value: bigint, p: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}
