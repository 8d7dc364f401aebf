export {
  issueCertificate,
  makeAuthority,
  selfSignedCertificate,
  type Authority,
  type Certificate,
  type CertificateRequest,
} from '../../scripts/lib/certificate.mjs';
