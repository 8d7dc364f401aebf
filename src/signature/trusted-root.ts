import type { TrustMaterial } from '@sigstore/verify';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { clip } from './refusal.js';

/** Whom a sigstore signature may rest on: authorities, transparency logs, timestamp authorities. From readTrustedRoot alone. */
export interface SigstoreRoot {
  /** The file. */
  readonly from: string;
  readonly material: TrustMaterial;
}

const rootLimit = 4 * 1024 ** 2;
const memberLimit = 1000;
const what = 'the trusted root';
const mediaType = /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;\s?version=0\.[12]|\.v0\.[12]\+json)$/;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads a sigstore trusted root (`trusted_root.json`). Each log and authority must say since when it counts: an open
 * beginning would trust it for signatures of any age.
 * @throws ImgcheckError usage, naming the file, when it is not one
 */
export async function readTrustedRoot(bytes: Uint8Array, from: string): Promise<SigstoreRoot> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ]);
  try {
    if (bytes.byteLength > rootLimit) throw fault(`${what} exceeds ${rootLimit} bytes`);
    const json = parseJson(bytes, what);
    checkRoot(new Fields(json, what));
    return { from, material: toTrustMaterial(TrustedRoot.fromJSON(json)) };
  } catch (cause) {
    const message =
      cause instanceof ImgcheckError
        ? cause.message
        : `${what} has a key or certificate that cannot be read: ${clip(cause instanceof Error ? cause.message : String(cause))}`;
    const hint = 'expected a sigstore trusted_root.json, as of cosign trusted-root create';
    throw new ImgcheckError('usage', message, { subject: from, hint, cause });
  }
}

function checkRoot(root: Fields): void {
  const type = root.string('mediaType');
  if (!mediaType.test(type)) throw fault(`${what} has the media type ${clip(type)}`);
  const lists = { tlogs: 0, ctlogs: 0, certificateAuthorities: 0, timestampAuthorities: 0 };
  for (const name of ['tlogs', 'ctlogs'] as const) {
    for (const [i, json] of root.array(name, memberLimit).entries()) {
      const log = new Fields(json, `${what}.${name}[${i}]`);
      log.string('baseUrl');
      const key = log.object('publicKey');
      key.string('rawBytes');
      checkValidity(key, `${what}.${name}[${i}].publicKey`);
      (log.optionalObject('checkpointKeyId') ?? log.object('logId')).string('keyId');
      lists[name]++;
    }
  }
  for (const name of ['certificateAuthorities', 'timestampAuthorities'] as const) {
    for (const [i, json] of root.array(name, memberLimit).entries()) {
      const path = `${what}.${name}[${i}]`;
      const authority = new Fields(json, path);
      const chain = authority.object('certChain').array('certificates', memberLimit);
      if (chain.length === 0) throw fault(`${path} has no certificate`);
      for (const certificate of chain) new Fields(certificate, `${path}.certChain.certificates`).string('rawBytes');
      checkValidity(authority, path);
      lists[name]++;
    }
  }
  if (lists.tlogs === 0) throw fault(`${what} names no transparency log`);
}

function checkValidity(member: Fields, path: string): void {
  const validity = member.optionalObject('validFor');
  const start = validity?.optionalString('start');
  if (start === undefined) throw fault(`${path} does not say since when it is valid: validFor.start is missing`);
  for (const time of [start, validity?.optionalString('end')]) {
    if (time !== undefined && !(rfc3339.test(time) && !Number.isNaN(Date.parse(time)))) {
      throw fault(`${path}.validFor has a time that is not RFC 3339: ${clip(time)}`);
    }
  }
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
