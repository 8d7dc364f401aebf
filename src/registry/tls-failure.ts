import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { ImgcheckError } from '../core/error.js';
import { namesOf, oneLine, peerChain } from './evidence.js';

/** Thrown when the other side of a TLS handshake answers without TLS. */
export class PlainHttpError extends ImgcheckError {
  constructor(host: string, cause: unknown) {
    super('tls', 'the server speaks plain HTTP where TLS was expected', {
      subject: host,
      hint: '--tls-verify=false allows it for this run',
      cause,
    });
  }
}

const trustHint =
  'trust its authority: a .crt file in certs.d/HOST of the containers configuration, --cert-dir, or SSL_CERT_FILE';

/** Why the certificate that a finished handshake showed is not trusted, in words. */
export function explainDistrust(socket: TLSSocket, host: string, now: Date): ImgcheckError {
  const chain = peerChain(socket);
  // Node puts the code here when it has one, though its types say Error.
  const code = String(socket.authorizationError);
  const [message, hint] = distrust(code, chain, host.replace(/:\d+$/, ''), now);
  return new ImgcheckError('tls', message, { subject: host, hint });
}

function distrust(code: string, chain: X509Certificate[], name: string, now: Date): [string, string] {
  const [leaf] = chain;
  const issuer = oneLine(chain.at(-1)?.issuer ?? 'nobody');
  switch (code) {
    case 'CERT_HAS_EXPIRED': {
      const old = chain.find((certificate) => Date.parse(certificate.validTo) < now.getTime()) ?? leaf;
      const whose = old === undefined || old === leaf ? 'the certificate' : `${oneLine(old.subject)} in its chain`;
      return [`${whose} expired on ${dayOf(old?.validTo)}`, 'the registry must renew its certificate'];
    }
    case 'CERT_NOT_YET_VALID':
      return [`the certificate is not valid before ${dayOf(leaf?.validFrom)}`, 'check the clock of this machine'];
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = leaf ? namesOf(leaf).slice(0, 8).join(', ') : '';
      return [`the certificate is for ${names || 'no name'}, not for ${name}`, 'use the name the certificate is for'];
    }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return ['the certificate is self-signed and not trusted', trustHint];
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return [`the certificate is signed by an unknown authority: ${issuer}`, trustHint];
    case 'CERT_REVOKED':
      return ['the certificate is revoked', 'the registry must replace its certificate'];
    default:
      return [`the certificate is not trusted: ${code.slice(0, 200)}`, trustHint];
  }
}

function dayOf(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? 'an unknown date' : new Date(time).toISOString().slice(0, 10);
}

const plainAnswers = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'];
const clientAlerts = /CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_CERTIFICATE_UNKNOWN/;

/** A failed handshake, or an alert after it, in words; undefined when the error is not of TLS. */
export function explainTlsFailure(error: unknown, host: string): ImgcheckError | undefined {
  const code = errorCode(error);
  if (plainAnswers.includes(code)) return new PlainHttpError(host, error);
  if (clientAlerts.test(code)) {
    return new ImgcheckError('tls', 'the server requires a client certificate that it trusts', {
      subject: host,
      hint: 'put a .cert and .key pair in certs.d/HOST of the containers configuration, or in --cert-dir',
      cause: error,
    });
  }
  if (!/^ERR_(SSL|TLS|OSSL)_|^EPROTO$/.test(code)) return undefined;
  const reason = (error as { reason?: unknown }).reason;
  const words = typeof reason === 'string' ? reason : code;
  return new ImgcheckError('tls', `the TLS handshake failed: ${words.slice(0, 200)}`, { subject: host, cause: error });
}

/** The `code` of an error of Node or undici; '' without one. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
