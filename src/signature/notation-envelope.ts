import { ImgcheckError } from '../core/error.js';
import type { SignatureAlgorithm } from './notation-certificates.js';

/** Names of notation's own headers (signature-envelope-jws.md, signature-envelope-cose.md). */
export const notationHeaders = {
  scheme: 'io.cncf.notary.signingScheme',
  signingTime: 'io.cncf.notary.signingTime',
  authenticSigningTime: 'io.cncf.notary.authenticSigningTime',
  expiry: 'io.cncf.notary.expiry',
  plugin: 'io.cncf.notary.verificationPlugin',
  pluginMinVersion: 'io.cncf.notary.verificationPluginMinVersion',
  timestamp: 'io.cncf.notary.timestampSignature',
} as const;

export const payloadType = 'application/vnd.cncf.notary.payload.v1+json';

/** signature-specification.md: who says when it was signed, the signer or an authority that signs for others. */
export type SigningScheme = 'notary.x509' | 'notary.x509.signingAuthority';

/** A signature envelope of either form, taken apart. Nothing in it is believed, the attributes least of all. */
export interface NotationEnvelope {
  readonly algorithm: SignatureAlgorithm;
  readonly attributes: SignedAttributes;
  /** In DER, the signer's first. */
  readonly chain: readonly Uint8Array[];
  /** A TimeStampToken of RFC 3161 over the signature. */
  readonly timestamp?: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** What the signature was made over. */
  readonly signedBytes: Uint8Array;
}

export interface SignedAttributes {
  readonly scheme: SigningScheme;
  /** Of the scheme notary.x509: the signer's word. Of notary.x509.signingAuthority: the authority's. */
  readonly signingTime: Date;
  readonly expiry?: Date;
  /** Why nobody without a certain plugin can verify it: a plugin is named, or a critical header is not known. */
  readonly beyond?: string;
}

/** The protected headers of either form, once their values have been read. */
export interface ProtectedHeaders {
  readonly names: readonly string[];
  readonly critical: readonly string[];
  readonly scheme: string;
  readonly signingTime: Date | undefined;
  readonly authenticSigningTime: Date | undefined;
  readonly expiry: Date | undefined;
  readonly plugin: string | undefined;
}

/** More certificates than any chain has. */
export const chainLimit = 10;

/**
 * Puts the protected headers to the rules that both forms share: the scheme's own time and no other, what must be
 * critical, nothing critical that is not there.
 * @throws ImgcheckError hostile when they break one; unsupported for another scheme
 */
export function readSignedAttributes(headers: ProtectedHeaders): SignedAttributes {
  const { names, critical, scheme, expiry } = headers;
  if (scheme !== 'notary.x509' && scheme !== 'notary.x509.signingAuthority') {
    throw new ImgcheckError('unsupported', `the signing scheme ${JSON.stringify(scheme.slice(0, 80))} is not known`);
  }
  const byAuthority = scheme === 'notary.x509.signingAuthority';
  const [own, other] = byAuthority
    ? ([notationHeaders.authenticSigningTime, notationHeaders.signingTime] as const)
    : ([notationHeaders.signingTime, notationHeaders.authenticSigningTime] as const);
  const signingTime = byAuthority ? headers.authenticSigningTime : headers.signingTime;
  if (!signingTime) throw fault(`the header ${own} of the scheme ${scheme} is missing`);
  if (names.includes(other)) throw fault(`the header ${other} is not of the scheme ${scheme}`);
  if (expiry && expiry <= signingTime) throw fault('it expires before it was signed');
  const required = [notationHeaders.scheme, ...(byAuthority ? [own] : []), ...(expiry ? [notationHeaders.expiry] : [])];
  for (const name of required) if (!critical.includes(name)) throw fault(`the header ${name} is not marked critical`);
  for (const [i, name] of critical.entries()) {
    const shown = JSON.stringify(name.slice(0, 80));
    if (!names.includes(name)) throw fault(`the header ${shown} is marked critical but not there`);
    if (critical.indexOf(name) !== i) throw fault(`the header ${shown} is marked critical twice`);
  }
  const beyond = reasonBeyond(headers);
  return { scheme, signingTime, ...(expiry && { expiry }), ...(beyond !== undefined && { beyond }) };
}

const understood: readonly string[] = [
  notationHeaders.scheme,
  notationHeaders.signingTime,
  notationHeaders.authenticSigningTime,
  notationHeaders.expiry,
];

function reasonBeyond({ names, critical, plugin }: ProtectedHeaders): string | undefined {
  if (plugin !== undefined) return `it can be verified only by the plugin ${JSON.stringify(plugin.slice(0, 80))}`;
  if (names.includes(notationHeaders.plugin) || names.includes(notationHeaders.pluginMinVersion)) {
    return 'it can be verified only by a plugin';
  }
  const unknown = critical.find((name) => !understood.includes(name));
  return unknown && `its critical header ${JSON.stringify(unknown.slice(0, 80))} is not known`;
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
