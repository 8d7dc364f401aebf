import type * as Library from 'openpgp';
import type { Config, Key, SignaturePacket, Subkey } from 'openpgp';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';
import { isArmored, readArmor } from './armor.js';
import { bitsOf, parametersOf } from './key-parameters.js';
import { Keyring, worstRevocation, type Revocation, type SigningKey, type SkippedKey } from './keyring.js';
import { packetTags, readPackets, type Packet } from './packet.js';

type OpenPgp = typeof Library;

const fileLimit = 16 * 1024 * 1024;
const packetLimit = 100_000;
const textLimit = 1024;
/** RFC 9580, sections 5.2.3.29 and 5.2.3.31. */
const signFlag = 2;
const superseded = 1;
const retired = 3;

/** The library takes it for "at any time", which its types leave out: whether a key is valid is asked of a signature's own time. */
const anyTime = null as unknown as Date;

/**
 * Reads a file of OpenPGP certificates, armored or binary, one or many. A certificate that gives no usable key
 * spoils only itself and is told in `skipped`. `from` names the file.
 * @throws ImgcheckError usage when there is no public key in it at all, or more than 16 MiB
 */
export async function readKeyring(bytes: Uint8Array, from: string): Promise<Keyring> {
  if (bytes.byteLength > fileLimit) {
    throw refusal(`expected at most ${fileLimit} bytes of keys, got ${bytes.byteLength}`, from);
  }
  const library = await import('openpgp');
  const keys: SigningKey[] = [];
  const skipped: SkippedKey[] = [];
  const certificates = splitCertificates(bytes, from, skipped);
  if (certificates.length === 0 && skipped.length === 0) throw refusal('it has no OpenPGP public key', from);
  for (const [i, certificate] of certificates.entries()) {
    const place = `certificate ${i + 1}`;
    try {
      keys.push(
        ...(await readCertificate(library, certificate, (what, reason) => skipped.push({ from, what, reason }))),
      );
    } catch (error) {
      // The library throws nothing but Error, and what it says is of this certificate alone.
      if (!(error instanceof Error)) throw error;
      skipped.push({ from, what: place, reason: error.message });
    }
  }
  return new Keyring(keys, skipped);
}

/** The packets of each certificate: it begins with a key packet. */
function splitCertificates(bytes: Uint8Array, from: string, skipped: SkippedKey[]): readonly Uint8Array[] {
  const certificates: Uint8Array[] = [];
  for (const [i, block] of blocksOf(bytes, from).entries()) {
    try {
      certificates.push(...splitPackets(readPackets(block, packetLimit)));
    } catch (error) {
      if (!isImgcheckError(error, 'hostile')) throw error;
      skipped.push({ from, what: `block ${i + 1}`, reason: error.message });
    }
  }
  return certificates;
}

function blocksOf(bytes: Uint8Array, from: string): readonly Uint8Array[] {
  if (((bytes[0] ?? 0) & 0x80) !== 0) return [bytes];
  const text = new TextDecoder('latin1').decode(bytes);
  if (!isArmored(text)) throw refusal('expected OpenPGP keys, armored or binary', from);
  try {
    const blocks = readArmor(text);
    if (blocks.some(({ label }) => label.includes('PRIVATE'))) throw refusal('it has a private key in it', from);
    return blocks.filter(({ label }) => label === 'PGP PUBLIC KEY BLOCK').map((block) => block.bytes);
  } catch (error) {
    if (!isImgcheckError(error, 'hostile')) throw error;
    throw new ImgcheckError('usage', error.message, { subject: from, cause: error });
  }
}

function splitPackets(packets: readonly Packet[]): readonly Uint8Array[] {
  const groups: Uint8Array[][] = [];
  for (const { tag, whole } of packets) {
    if (tag === packetTags.publicKey || tag === packetTags.secretKey) groups.push([whole]);
    else groups.at(-1)?.push(whole);
  }
  return groups.map((group) => concat(group));
}

/** Old keys are read too: whether one is weak is said where a signature is judged. */
function configOf(library: OpenPgp): Config {
  return {
    ...library.config,
    rejectHashAlgorithms: new Set(),
    rejectMessageHashAlgorithms: new Set(),
    rejectPublicKeyAlgorithms: new Set(),
    rejectCurves: new Set(),
  };
}

type Skip = (what: string, reason: string) => void;
/** What the keys of a certificate have in common: they end with it. */
type Common = Pick<SigningKey, 'primaryFingerprint' | 'userId' | 'certified'> & {
  readonly expires: number;
  readonly revocations: readonly Revocation[];
};

async function readCertificate(library: OpenPgp, bytes: Uint8Array, skip: Skip): Promise<readonly SigningKey[]> {
  const config = configOf(library);
  const key = await library.readKey({ binaryKey: bytes, config });
  const { version } = key.keyPacket;
  if (key.isPrivate()) throw new Error('it is a private key');
  if (version !== 4) throw new Error(`expected a key of version 4, got ${version}`);
  const { user, selfCertification } = await key.getPrimaryUser(anyTime, undefined, config);
  const { signature } = library.enums;
  const revocations = await revocationsOf(key.revocationSignatures, (one) =>
    one.verify(key.keyPacket, signature.keyRevocation, { key: key.keyPacket }, anyTime, false, config),
  );
  const common: Common = {
    primaryFingerprint: key.getFingerprint(),
    userId: (user.userID?.userID ?? '').slice(0, textLimit),
    certified: secondsOf(selfCertification.created),
    expires: endOf(await key.getExpirationTime(undefined, config)),
    revocations,
  };
  const primary = signingKey(key, common, selfCertification.keyFlags === null || maySign(selfCertification));
  const subkeys: SigningKey[] = [];
  for (const subkey of key.subkeys) {
    try {
      const read = await readSubkey(library, key, subkey, common);
      if (read) subkeys.push(read);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      skip(`subkey ${subkey.getKeyID().toHex()}`, error.message);
    }
  }
  return primary ? [primary, ...subkeys] : subkeys;
}

/**
 * A subkey that may sign, when the primary key has bound it and it has signed the primary in turn: without the
 * second anyone could claim another's key as a subkey. Undefined for one that may not sign.
 */
async function readSubkey(library: OpenPgp, key: Key, subkey: Subkey, common: Common): Promise<SigningKey | undefined> {
  const config = configOf(library);
  const { signature } = library.enums;
  const bound = { key: key.keyPacket, bind: subkey.keyPacket };
  const check = (one: SignaturePacket, type: number, by: Key | Subkey): Promise<void> =>
    one.verify(by.keyPacket, type, bound, anyTime, false, config);
  const binding = await latestValid(subkey.bindingSignatures, (one) => check(one, signature.subkeyBinding, key));
  if (!maySign(binding)) return undefined;
  if (!binding.embeddedSignature) throw new Error('it may sign, but has not signed the primary key');
  await check(binding.embeddedSignature, signature.keyBinding, subkey);
  const own = await revocationsOf(subkey.revocationSignatures, (one) => check(one, signature.subkeyRevocation, key));
  const expires = endOf(await subkey.getExpirationTime(anyTime, config));
  return signingKey(
    subkey,
    {
      ...common,
      certified: Math.max(common.certified, secondsOf(binding.created)),
      expires: Math.min(common.expires, expires),
      revocations: [...common.revocations, ...own],
    },
    true,
  );
}

function signingKey(key: Key | Subkey, common: Common, canSign: boolean): SigningKey | undefined {
  const parameters = parametersOf(key.keyPacket);
  if (!parameters) return undefined;
  const { expires, revocations, ...rest } = common;
  const bits = bitsOf(parameters);
  const revoked = worstRevocation(revocations);
  return {
    fingerprint: key.getFingerprint(),
    keyId: key.getKeyID().toHex(),
    ...rest,
    parameters,
    ...(bits === undefined ? {} : { bits }),
    created: secondsOf(key.getCreationTime()),
    ...(expires === Infinity ? {} : { expires }),
    ...(revoked ? { revoked } : {}),
    canSign,
  };
}

type Check = (signature: SignaturePacket) => Promise<void>;

/** The last made of those that hold. @throws Error of the last that does not, when none does */
async function latestValid(signatures: readonly SignaturePacket[], check: Check): Promise<SignaturePacket> {
  let latest: SignaturePacket | undefined;
  let failure = new Error('it is not bound to its primary key');
  for (const one of signatures) {
    try {
      await check(one);
      if (!latest || secondsOf(one.created) >= secondsOf(latest.created)) latest = one;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure = error;
    }
  }
  if (!latest) throw failure;
  return latest;
}

/** The revocations that hold; one that another made, or that is broken, says nothing of the key. */
async function revocationsOf(signatures: readonly SignaturePacket[], check: Check): Promise<readonly Revocation[]> {
  const found: Revocation[] = [];
  for (const one of signatures) {
    const holds = await check(one).then(
      () => true,
      () => false,
    );
    const soft = one.reasonForRevocationFlag === superseded || one.reasonForRevocationFlag === retired;
    if (holds) found.push({ at: secondsOf(one.created), hard: !soft });
  }
  return found;
}

function maySign({ keyFlags }: SignaturePacket): boolean {
  return ((keyFlags?.[0] ?? 0) & signFlag) !== 0;
}

function secondsOf(date: Date | null): number {
  return Math.floor((date?.getTime() ?? 0) / 1000);
}

/** Seconds since 1970, or Infinity. */
function endOf(time: Date | number | null): number {
  if (time === null) throw new Error('no valid signature of its owner says when it ends');
  return time instanceof Date ? secondsOf(time) : Infinity;
}

function refusal(message: string, from: string): ImgcheckError {
  return new ImgcheckError('usage', message, { subject: from, hint: 'give a file of OpenPGP public keys' });
}
