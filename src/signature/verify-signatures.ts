import type { WebClient } from '../registry/web.js';
import type { FoundAttestation } from '../source/attestations.js';
import type { Image } from '../source/image.js';
import { verifyAttestations, type AttestationResult } from './attestation.js';
import { discoverSignatures } from './discover.js';
import type { Place } from './discovery.js';
import { evaluate, type BaseJudge, type Evaluation } from './evaluate.js';
import { loadRules, type RuleSet } from './rules.js';
import type { Trust } from './trust.js';

export interface SignatureSettings {
  readonly trust: Trust;
  readonly web: WebClient;
  readonly now: Date;
  /** Decides whether the base is signed, where a rule asks for that. */
  readonly judgeBase: BaseJudge;
}

/** What was found out about who signed an image, and whether the rules that cover it are satisfied. */
export interface SignatureFindings extends Evaluation {
  readonly attestations: readonly AttestationResult[];
  readonly places: readonly Place[];
  readonly selected: RuleSet['selected'];
  /** Whether any rule but "accept anything" covers the image. */
  readonly covered: boolean;
}

/**
 * Discovers an image's signatures, wherever they may lie, and decides by the rules that cover it. Never throws for what
 * a store does: that leaves the question open.
 */
export async function verifySignatures(
  image: Image,
  built: readonly FoundAttestation[],
  settings: SignatureSettings,
): Promise<SignatureFindings> {
  const { trust, web, now, judgeBase } = settings;
  const { reference, source } = image;
  const { rules, selected } = await loadRules(reference, source.location(), trust, now);
  const { registriesD, defaultLookaside } = trust;
  const discovery = await discoverSignatures(image, { web, registriesD, defaultLookaside });
  const subject = { image, reference: reference.transport === 'docker' ? reference : undefined };
  const evaluation = await evaluate(discovery, rules, subject, judgeBase);
  const attestations = await verifyAttestations(image, discovery.attestations, built, trust.signers, now);
  const covered = rules.some((rule) => rule.kind !== 'accept');
  return { ...evaluation, attestations, places: discovery.places, selected, covered };
}
