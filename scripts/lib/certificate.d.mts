/** A certificate and its key (PKCS #8), both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  readonly name: string;
}

export interface CertificateRequest {
  /** DNS names; the first is the common name unless `commonName` is given. */
  readonly names?: readonly string[];
  readonly ips?: readonly string[];
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** For client authentication instead of server authentication. */
  readonly client?: boolean;
}

export function makeAuthority(name: string): Authority;
export function issueCertificate(authority: Authority, request: CertificateRequest): Certificate;
export function selfSignedCertificate(request: CertificateRequest): Certificate;
