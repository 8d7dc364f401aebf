import { ImgcheckError } from '../core/error.js';

/** Who may sign, by the name in a certificate and by who vouched for that name. */
export interface CertificateIdentity {
  /** `pattern` is a regular expression for the whole name, anchored here. */
  readonly identity: { readonly exact: string } | { readonly pattern: string };
  /** URL of the OIDC issuer, equal to the last character. */
  readonly issuer: string;
}

/** Longer names are not matched: a pattern may take its time over them. */
const nameLimit = 2048;

/**
 * The identity, when it is one that can be checked: an empty one would be satisfied by anybody.
 * @throws ImgcheckError usage, with where it is from
 */
export function checkIdentity(identity: CertificateIdentity, from: string): CertificateIdentity {
  const wanted = 'exact' in identity.identity ? identity.identity.exact : identity.identity.pattern;
  if (wanted === '') throw new ImgcheckError('usage', 'the identity of a signer is empty', { subject: from });
  if (identity.issuer === '') {
    const hint = 'name the OIDC issuer that vouches for it, as https://accounts.google.com';
    throw new ImgcheckError('usage', `the issuer of the signer ${wanted} is empty`, { subject: from, hint });
  }
  if ('pattern' in identity.identity) compile(identity.identity.pattern, from);
  return identity;
}

/** True when the certificate's name and issuer are the ones named: all of the name, not a part of it. */
export function isIdentity({ identity, issuer }: CertificateIdentity, name: string, vouchedBy: string): boolean {
  if (issuer === '' || issuer !== vouchedBy || name.length > nameLimit) return false;
  if ('exact' in identity) return identity.exact !== '' && identity.exact === name;
  return identity.pattern !== '' && compile(identity.pattern, 'the identity of a signer').test(name);
}

/** For people: `a@example.com, vouched for by https://issuer.example`. */
export function formatIdentity({ identity, issuer }: CertificateIdentity): string {
  return `${'exact' in identity ? identity.exact : `/${identity.pattern}/`}, vouched for by ${issuer}`;
}

function compile(pattern: string, from: string): RegExp {
  try {
    // Alone first: `a)|(b` is a pattern only inside the brackets that anchor it.
    const { source } = new RegExp(pattern, 'u');
    return new RegExp(`^(?:${source})$`, 'u');
  } catch (cause) {
    throw new ImgcheckError('usage', `the pattern ${JSON.stringify(pattern)} is not a regular expression`, {
      subject: from,
      cause,
    });
  }
}
