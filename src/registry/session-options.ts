import type { RegistryOptions } from './client.js';
import { ConnectionEvidence } from './evidence.js';
import { defaultTimeouts } from './http.js';
import { Secrets } from './redact.js';
import { sleep } from './retry.js';
import type { SessionOptions } from './session.js';
import { Tokens } from './token.js';
import { TrustStore } from './trust.js';

/** What a client's sessions and siblings share, with a default for all that was left out. */
export function sessionOptions(options: RegistryOptions): SessionOptions {
  const now = options.now ?? (() => new Date());
  const secrets = new Secrets();
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  return {
    credentials: options.credentials ?? (() => Promise.resolve(undefined)),
    certificates: options.certificates ?? (() => Promise.resolve({ authorities: [], clients: [] })),
    tokens: new Tokens(now, secrets),
    secrets,
    trust: new TrustStore(),
    timeouts,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    now,
    connect: {
      env: options.env ?? {},
      insecure: options.tlsVerify === false ? '--tls-verify=false' : undefined,
      timeout: timeouts.connect,
      now,
      evidence: new ConnectionEvidence(),
    },
  };
}
