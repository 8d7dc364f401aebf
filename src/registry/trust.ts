import { createHash } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { ImgcheckError } from '../core/error.js';
import type { HostCertificates } from './certs.js';
import type { TrustOrigins } from './evidence.js';
import { fingerprintOf } from './fingerprint.js';

/** Whom to trust on the way to a host, and how to show who we are. */
export interface Trust {
  readonly context: SecureContext;
  readonly origins: TrustOrigins;
}

/** Builds TLS contexts, one for each set of certificates: reading all of Node's own authorities takes 20 ms. */
export class TrustStore {
  readonly #known = new Map<string, Trust>();

  /** @throws ImgcheckError usage for a client certificate and key that do not fit */
  trust(certificates: HostCertificates): Trust {
    const key = createHash('sha256').update(JSON.stringify(certificates)).digest('hex');
    const trust = this.#known.get(key) ?? build(certificates);
    this.#known.set(key, trust);
    return trust;
  }
}

function build({ authorities, clients }: HostCertificates): Trust {
  const origins = new Map(authorities.map(({ pem, from }) => [fingerprintOf(pem), from]));
  const authoritySet = new Set([...rootCertificates, ...authorities.map(({ pem }) => pem)]);
  try {
    const context = createSecureContext({
      // Left out when there is nothing to add: Node has its own parsed already.
      ...(authorities.length > 0 ? { ca: [...authoritySet] } : {}),
      ...(clients.length > 0 ? { cert: clients.map(({ cert }) => cert), key: clients.map(({ key }) => key) } : {}),
    });
    return { context, origins };
  } catch (cause) {
    throw new ImgcheckError('usage', 'the client certificate and its key cannot be used', {
      hint: 'the .cert and .key files of the registry in certs.d or --cert-dir must be PEM and belong together',
      cause,
    });
  }
}
