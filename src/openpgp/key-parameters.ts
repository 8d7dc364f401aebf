import type { PublicKeyPacket, PublicSubkeyPacket } from 'openpgp';
import { coordinateBytes } from './ecdsa.js';
import type { EcdsaCurve, KeyParameters } from './keyring.js';
import { bitLength, fromHex } from './modular.js';

type KeyPacket = Pick<PublicKeyPacket | PublicSubkeyPacket, 'getAlgorithmInfo' | 'publicParams'>;

/** What OpenSSL agrees to work with. */
const rsaBits = { least: 512, most: 16384 };
const exponentBits = 64;
const dsaBits = { least: 512, most: 8192 };
const curves: Readonly<Record<string, EcdsaCurve>> = { nistP256: 'P-256', nistP384: 'P-384', nistP521: 'P-521' };
const edwardsBytes = { ed25519: 32, ed448: 57 };

/** What the library read of a key, made plain; undefined for a key that cannot sign. @throws Error for impossible numbers */
export function parametersOf(packet: KeyPacket): KeyParameters | undefined {
  const { algorithm, curve = '' } = packet.getAlgorithmInfo();
  const hex = (name: string): string => hexOf(packet.publicParams, name);
  if (algorithm === 'rsaEncryptSign' || algorithm === 'rsaSign')
    return checkRsa({ kind: 'rsa', n: hex('n'), e: hex('e') });
  if (algorithm === 'dsa') return checkDsa({ kind: 'dsa', p: hex('p'), q: hex('q'), g: hex('g'), y: hex('y') });
  if (algorithm === 'ecdsa') return readPoint(curve, hex('Q'));
  if (algorithm === 'ed25519' || algorithm === 'ed448') return readEdwards(algorithm, hex('A'));
  if (algorithm !== 'eddsaLegacy') return undefined;
  // The older form has the byte 40 before the point.
  if (!hex('Q').startsWith('40')) throw new Error('expected a point that begins with 40');
  return readEdwards('ed25519', hex('Q').slice(2));
}

/** The size that tells how strong a key is, of RSA and DSA. */
export function bitsOf(parameters: KeyParameters): number | undefined {
  if (parameters.kind === 'rsa') return bitLength(fromHex(parameters.n));
  return parameters.kind === 'dsa' ? bitLength(fromHex(parameters.p)) : undefined;
}

function hexOf(parameters: object, name: string): string {
  const value = (parameters as Readonly<Record<string, unknown>>)[name];
  if (!(value instanceof Uint8Array)) throw new Error(`the key has no number ${name}`);
  return Buffer.from(value).toString('hex');
}

function checkRsa(key: Extract<KeyParameters, { kind: 'rsa' }>): KeyParameters {
  const [n, e] = [fromHex(key.n), fromHex(key.e)];
  checkSize('RSA', bitLength(n), rsaBits);
  if (n % 2n === 0n || e % 2n === 0n || e < 3n || bitLength(e) > exponentBits)
    throw new Error('impossible RSA numbers');
  return key;
}

function checkDsa(key: Extract<KeyParameters, { kind: 'dsa' }>): KeyParameters {
  const [p, q, g, y] = [fromHex(key.p), fromHex(key.q), fromHex(key.g), fromHex(key.y)];
  checkSize('DSA', bitLength(p), dsaBits);
  const isSound =
    bitLength(q) >= 160 && bitLength(q) <= 512 && q < p && (p - 1n) % q === 0n && g > 1n && g < p && y > 1n && y < p;
  if (!isSound) throw new Error('impossible DSA numbers');
  return key;
}

function checkSize(kind: string, bits: number, { least, most }: { readonly least: number; readonly most: number }) {
  if (bits < least || bits > most) throw new Error(`expected an ${kind} key of ${least} to ${most} bits, got ${bits}`);
}

function readPoint(name: string, point: string): KeyParameters {
  const curve = curves[name];
  if (curve === undefined) throw new Error(`unsupported curve ${name}`);
  const digits = 2 * coordinateBytes[curve];
  if (!point.startsWith('04') || point.length !== 2 + 2 * digits) throw new Error('expected a point given in full');
  return { kind: 'ecdsa', curve, x: point.slice(2, 2 + digits), y: point.slice(2 + digits) };
}

function readEdwards(kind: 'ed25519' | 'ed448', point: string): KeyParameters {
  if (point.length !== 2 * edwardsBytes[kind]) throw new Error(`expected a point of ${edwardsBytes[kind]} bytes`);
  return { kind, point };
}
