import type { SigstoreSigned } from '../containers/policy-requirement.js';
import { ImgcheckError } from '../core/error.js';
import { bindIdentity } from './bind-identity.js';
import { readCertificates } from '../x509/certificate-chain.js';
import { verifyCosign, type CosignTrust } from './cosign.js';
import { readKeySource } from './key-source.js';
import { readPublicKeys, type SignerKey } from './public-key.js';
import { indexDoesNotCount, type Rule } from './rule.js';
import type { Judgement } from './signature.js';

/**
 * containers-policy.json(5), sigstoreSigned: one signature of cosign's older form by one of the keys, or certificates, is
 * enough. Signatures under cosign's tags count only where registries.d says `use-sigstore-attachments`.
 * @throws ImgcheckError usage for a key file that cannot be read
 */
export async function loadSigstoreSigned(
  requirement: SigstoreSigned,
  from: string,
  now: Date,
  attachments: boolean,
): Promise<Rule> {
  const name = requirement.type;
  const trust = await loadTrust(requirement);
  return {
    kind: 'verify',
    name,
    from,
    trusts: wordsFor(trust),
    judge: (candidate, { image, reference }) => {
      const { digest } = image.descriptor;
      const { mechanism, origin } = candidate;
      if (mechanism === 'cosign' && origin.subject.digest !== digest) return Promise.resolve(indexDoesNotCount);
      if (mechanism === 'sigstore-bundle') return Promise.resolve(bundlesDoNotCount);
      if (mechanism !== 'cosign') return Promise.resolve(undefined);
      if (origin.place === 'referrers') return Promise.resolve(referrersDoNotCount);
      if (!attachments && origin.place === 'cosign-tag') return Promise.resolve(notEnabled);
      const judgement = verifyCosign(candidate, digest, trust, now);
      return Promise.resolve(bindIdentity(judgement, requirement.identity, reference));
    },
  };
}

/** What a lookaside store, the signature extension or a folder holds counts without (docker_image_src.go of containers/image). */
const notEnabled: Judgement = {
  outcome: 'not-checked',
  reason: 'registries.d does not say use-sigstore-attachments: true for this name, so policy.json does not count it',
};

/** containers/image looks under the tag alone: podman would refuse what this would accept. */
const referrersDoNotCount: Judgement = {
  outcome: 'not-checked',
  reason: 'it is among the referrers: policy.json counts cosign’s signatures under the tag beside the image alone',
};

/** A bundle signs a digest alone, and rules of policy.json are about names: containers/container-libs#1153. */
const bundlesDoNotCount: Judgement = {
  outcome: 'not-checked',
  reason: 'a bundle binds no name, so policy.json does not count it: name its key or identity as a signer of imgcheck',
};

async function loadTrust({ trust, rekor }: SigstoreSigned): Promise<CosignTrust> {
  const log = rekor && (await loadKeys(rekor));
  switch (trust.kind) {
    case 'keys':
      return { kind: 'keys', keys: await loadKeys(trust.keys), ...(log ? { rekor: log } : {}) };
    case 'fulcio': {
      const { oidcIssuer, subjectEmail } = trust;
      if (!log) throw new ImgcheckError('usage', 'fulcio needs the public key of a Rekor log beside it');
      return { kind: 'fulcio', authorities: await loadCertificates(trust.ca), oidcIssuer, subjectEmail, rekor: log };
    }
    case 'pki':
      return {
        kind: 'pki',
        roots: await loadCertificates(trust.roots),
        intermediates: trust.intermediates ? await loadCertificates(trust.intermediates) : [],
        ...(trust.subjectEmail === undefined ? {} : { subjectEmail: trust.subjectEmail }),
        ...(trust.subjectHostname === undefined ? {} : { subjectHostname: trust.subjectHostname }),
      };
  }
}

async function loadKeys(source: Parameters<typeof readKeySource>[0]): Promise<readonly SignerKey[]> {
  const files = await readKeySource(source);
  return files.flatMap(({ bytes, from }) => readPublicKeys(bytes, from));
}

async function loadCertificates(
  source: Parameters<typeof readKeySource>[0],
): Promise<ReturnType<typeof readCertificates>> {
  const files = await readKeySource(source);
  return files.flatMap(({ bytes, from }) => readCertificates(bytes, from));
}

function wordsFor(trust: CosignTrust): string[] {
  switch (trust.kind) {
    case 'keys':
      return trust.keys.map(({ id, from }) => `${id} (${from})`);
    case 'fulcio':
      return [`${trust.subjectEmail}, vouched for by ${trust.oidcIssuer}`];
    case 'pki':
      return [[trust.subjectEmail, trust.subjectHostname].filter((word) => word !== undefined).join(', ')];
  }
}
