import { dirname, join, resolve } from 'node:path';
import { ImgcheckError } from '../core/error.js';
import type { Policy, PolicySigner } from '../policy/policy.js';
import { checkIdentity, type CertificateIdentity } from '../signature/certificate-identity.js';
import { readKeyFile } from '../signature/key-source.js';
import { loadNotationTrust } from '../signature/notation-trust-files.js';
import { defaultLookaside, loadRegistriesD, loadTrustPolicy } from '../signature/policy-files.js';
import { readPublicKeys } from '../signature/public-key.js';
import type { Signers } from '../signature/signer-rule.js';
import type { Trust } from '../signature/trust.js';
import { readTrustedRoot } from '../signature/trusted-root.js';
import type { TrustOptions as AllTrustOptions } from './options.js';

/** Without the options of commands that take only some. */
type TrustOptions = Omit<AllTrustOptions, 'key'> & Partial<Pick<AllTrustOptions, 'key'>>;

/**
 * Everything that the command line, the policy file and the files in the standard places say of whose signatures count.
 * @throws ImgcheckError usage naming the option or file at fault
 */
export async function loadTrust(options: TrustOptions, policy: Policy): Promise<Trust> {
  const { env } = process;
  const notation = options.notationDir ?? notationFolder();
  const trust = notation === undefined ? undefined : await loadNotationTrust(notation);
  if (options.notationDir !== undefined && !trust) {
    throw new ImgcheckError('usage', 'the folder has no trustpolicy.json', { subject: options.notationDir });
  }
  return {
    policy: await loadTrustPolicy(env, { file: options.policyJson }),
    registriesD: await loadRegistriesD(env, { directory: options.registriesD }),
    defaultLookaside: defaultLookaside(env, process.getuid?.() === 0),
    signers: await loadSigners(options, policy),
    notation: trust,
  };
}

function notationFolder(): string | undefined {
  const base = process.env['XDG_CONFIG_HOME'] || (process.env['HOME'] && join(process.env['HOME'], '.config'));
  return base ? join(base, 'notation') : undefined;
}

/** Options stand in for what the policy file says, as everywhere. */
async function loadSigners(options: TrustOptions, policy: Policy): Promise<Signers | undefined> {
  const identity = optionIdentity(options);
  const { key: named = [] } = options;
  const asked = named.length > 0 || identity !== undefined;
  const beside = (path: string): string => resolve(dirname(policy.from), path);
  const keyFiles = asked ? named : policy.signers.flatMap((signer) => ('key' in signer ? [beside(signer.key)] : []));
  const identities = asked
    ? identity === undefined
      ? []
      : [identity]
    : policy.signers.flatMap((signer) => ('key' in signer ? [] : [identityOf(signer, policy.from)]));
  if (options.trustedRoot !== undefined && keyFiles.length === 0 && identities.length === 0) {
    throw new ImgcheckError('usage', 'a trusted root alone names nobody whose signatures count', {
      subject: options.trustedRoot,
      hint: 'say who with --certificate-identity and --certificate-oidc-issuer',
    });
  }
  if (keyFiles.length === 0 && identities.length === 0) return undefined;
  const rootFile = options.trustedRoot ?? (policy.trustedRoot === undefined ? undefined : beside(policy.trustedRoot));
  const keys = await Promise.all(keyFiles.map(async (path) => readPublicKeys(await readKeyFile(path), path)));
  return {
    from: asked ? 'the command line' : policy.from,
    keys: keys.flat(),
    identities,
    root: rootFile === undefined ? undefined : await readTrustedRoot(await readKeyFile(rootFile), rootFile),
  };
}

function optionIdentity(options: TrustOptions): CertificateIdentity | undefined {
  const {
    certificateIdentity: identity,
    certificateIdentityRegexp: identityPattern,
    certificateOidcIssuer: issuer,
  } = options;
  if (identity === undefined && identityPattern === undefined && issuer === undefined) return undefined;
  if ((identity === undefined) === (identityPattern === undefined)) {
    throw new ImgcheckError('usage', 'give one of --certificate-identity and --certificate-identity-regexp');
  }
  if (issuer === undefined) {
    throw new ImgcheckError('usage', 'an identity needs the issuer that vouches for it', {
      hint: 'give it with --certificate-oidc-issuer: anybody can be called anything by an issuer of their own',
    });
  }
  return identityOf(
    identity === undefined ? { identityPattern: identityPattern ?? '', issuer } : { identity, issuer },
    'the command line',
  );
}

function identityOf(signer: Exclude<PolicySigner, { key: string }>, from: string): CertificateIdentity {
  const { issuer } = signer;
  const identity = 'identity' in signer ? { exact: signer.identity } : { pattern: signer.identityPattern };
  return checkIdentity({ identity, issuer }, from);
}
