import { createHash } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { ImgcheckError } from '../core/error.js';
import type { HostCertificates } from './certs.js';
import type { TrustOrigins } from './evidence.js';
import { fingerprintOf } from './fingerprint.js';

/** Whom to trust on the way to a host, and how to show who we are. */
export interface Trust {
  /** Of the authorities that were added alone, where they are few: what it does not verify is for `context` to decide. */
  readonly added?: SecureContext;
  /** Of all authorities. Made when it is asked for. */
  readonly context: SecureContext;
  readonly origins: TrustOrigins;
}

/** A folder of certificates has a few; a bundle of the system has what Node brings along as well. */
const few = 16;

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
  const added = [...new Set(authorities.map(({ pem }) => pem))];
  const all = (): SecureContext => contextOf(added.length > 0 ? [...rootCertificates, ...added] : undefined, clients);
  if (added.length === 0 || added.length > few) return { context: all(), origins };
  let context: SecureContext | undefined;
  return {
    added: contextOf(added, clients),
    get context() {
      return (context ??= all());
    },
    origins,
  };
}

/** Without authorities, those that Node brings along: it has its own parsed already. */
function contextOf(authorities: readonly string[] | undefined, clients: HostCertificates['clients']): SecureContext {
  try {
    return createSecureContext({
      ...(authorities ? { ca: [...new Set(authorities)] } : {}),
      ...(clients.length > 0 ? { cert: clients.map(({ cert }) => cert), key: clients.map(({ key }) => key) } : {}),
    });
  } catch (cause) {
    throw new ImgcheckError('usage', 'the client certificate and its key cannot be used', {
      hint: 'the .cert and .key files of the registry in certs.d or --cert-dir must be PEM and belong together',
      cause,
    });
  }
}
