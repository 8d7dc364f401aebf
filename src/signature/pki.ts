import type { ChainCertificate } from '../x509/chain-certificate.js';
import { namesHost, type CertificateNames } from './certificate-names.js';
import { describeName } from './certification-path.js';
import { refuseName, type VouchedIdentity } from './fulcio.js';
import { passed, type Step } from './refusal.js';

/** Whom a certificate must be for (containers-policy.json(5), pki): all that is given. */
export interface PkiIdentity {
  readonly subjectEmail?: string;
  readonly subjectHostname?: string;
}

/** Judges whether a certificate of one's own authority, whose path holds, is for the e-mail address and the host. */
export function judgePkiIdentity(
  certificate: ChainCertificate,
  names: CertificateNames,
  { subjectEmail, subjectHostname }: PkiIdentity,
): Step<VouchedIdentity> {
  if (subjectEmail !== undefined && !names.emails.includes(subjectEmail)) {
    return refuseName('e-mail address', subjectEmail, names.emails);
  }
  if (subjectHostname !== undefined && !namesHost(names, subjectHostname)) {
    return refuseName('host', subjectHostname, [...names.hosts, ...names.addresses]);
  }
  const identity = [subjectEmail, subjectHostname].filter((name) => name !== undefined).join(', ');
  return passed({ identity, issuer: describeName(certificate.issuer) });
}
