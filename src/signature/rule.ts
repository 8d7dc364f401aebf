import type { IdentityRule } from '../containers/policy-requirement.js';
import type { RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { Candidate, Judgement } from './signature.js';

/** What a rule needs to know of the image besides the signature. */
export interface RuleSubject {
  readonly image: Image;
  /** By the name that was asked for, which is the one that signatures speak of; undefined for local images. */
  readonly reference: RegistryReference | undefined;
}

/** Something that has to hold of an image's signatures, with all that is needed to decide it. */
export type Rule = {
  /** As the file that it comes from calls it: `signedBy`, `signer`. */
  readonly name: string;
  /** File, and scope or place in it. */
  readonly from: string;
} & (
  | { readonly kind: 'accept' | 'reject' }
  /** It refuses whatever lies there, because it cannot be evaluated; the reason says what would have to change. */
  | { readonly kind: 'broken'; readonly reason: string }
  | {
      readonly kind: 'verify';
      /** Whose signatures count, in words: keys by fingerprint, identities with their issuer. */
      readonly trusts: readonly string[];
      /** Undefined for signatures that are none of this rule's business. */
      judge(candidate: Candidate, subject: RuleSubject): Promise<Judgement | undefined>;
    }
  /** The base's own signature counts, once layers prove the base. */
  | { readonly kind: 'base'; readonly identity: IdentityRule }
);

/** containers/image evaluates the instance that was selected; a signature of the index is another's business. */
export const indexDoesNotCount: Judgement = {
  outcome: 'not-checked',
  reason: 'it is of the index: policy.json asks for one of the manifest that was selected from it',
};
