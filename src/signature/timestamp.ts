import { createHash, verify } from 'node:crypto';
import { parseChainCertificate, publicKeyOf, type ChainCertificate } from '../x509/chain-certificate.js';
import { renderDistinguishedName } from '../x509/distinguished-name.js';
import { buildChain, chainFault, validityFault } from './notation-certificates.js';
import { parseTimestampToken, type TimestampToken, type TokenSigner } from '../x509/timestamp-token.js';

export type TimestampJudgement =
  | {
      readonly ok: true;
      readonly time: Date;
      /** The time lies between these, whatever the authority's accuracy. */
      readonly earliest: Date;
      readonly latest: Date;
      /** Subject of the authority's certificate. */
      readonly authority: string;
    }
  | { readonly ok: false; readonly outcome: 'invalid' | 'untrusted'; readonly reason: string };

/**
 * Verifies that a timestamp authority under one of the roots stamped the bytes (RFC 3161): imprint, signature, the
 * certificate named in it, its chain and that chain's validity at the time stamped. Revocation is not asked for.
 * @throws ImgcheckError hostile when the token is malformed; unsupported for algorithms and encodings not known
 */
export function verifyTimestamp(
  bytes: Uint8Array,
  stamped: Uint8Array,
  roots: readonly ChainCertificate[],
): TimestampJudgement {
  const token = parseTimestampToken(bytes);
  const { info, signer } = token;
  const { time, accuracyMilliseconds: accuracy } = info;
  if (!isHashOf(info.imprint, info.imprintHash, stamped)) return invalid('the timestamp is of something else');
  if (!isHashOf(signer.messageDigest, signer.hash, token.infoBytes)) {
    return invalid('the signature of the timestamp is of something else');
  }
  const certificates = token.certificates.map(parseChainCertificate);
  const leaf = certificates.find((certificate) => isSigner(certificate, signer));
  if (!leaf) return invalid('the timestamp does not bring the certificate of its signer');
  if (!isHashOf(signer.certificateHash.value, signer.certificateHash.hash, leaf.der)) {
    return invalid('the timestamp names another certificate than its signer’s');
  }
  if (!holds(token, leaf)) return invalid('the signature of the timestamp does not hold');
  const chain = buildChain(leaf, certificates, roots);
  const authority = renderDistinguishedName(leaf.subject);
  if (!chain) return untrusted(`no trusted root stands behind the timestamp authority ${JSON.stringify(authority)}`);
  const fault = chainFault(chain, 'timestamping') ?? validityFault(chain, time, time);
  if (fault !== undefined) return untrusted(`of the timestamp authority, ${fault}`);
  return {
    ok: true,
    time,
    earliest: new Date(time.getTime() - accuracy),
    latest: new Date(time.getTime() + accuracy),
    authority,
  };
}

function isHashOf(hash: Uint8Array, name: string, bytes: Uint8Array): boolean {
  return createHash(name).update(bytes).digest().equals(hash);
}

function isSigner(certificate: ChainCertificate, { id }: TokenSigner): boolean {
  if ('keyId' in id)
    return certificate.subjectKeyId !== undefined && Buffer.from(id.keyId).equals(certificate.subjectKeyId);
  return Buffer.from(id.issuerDer).equals(certificate.issuerDer) && Buffer.from(id.serial).equals(certificate.serial);
}

function holds({ signer }: TimestampToken, leaf: ChainCertificate): boolean {
  const key = publicKeyOf(leaf);
  return key?.asymmetricKeyType === signer.keyType && verify(signer.hash, signer.signedBytes, key, signer.signature);
}

function invalid(reason: string): TimestampJudgement {
  return { ok: false, outcome: 'invalid', reason };
}

function untrusted(reason: string): TimestampJudgement {
  return { ok: false, outcome: 'untrusted', reason };
}
