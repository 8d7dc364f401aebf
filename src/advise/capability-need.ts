import type { AdviceEvidence, Confidence, Engine } from './advice.js';

/** One reason to give a capability back. */
export interface CapabilityNeed {
  readonly capability: string;
  readonly engines: readonly Engine[];
  readonly reason: string;
  readonly evidence: readonly AdviceEvidence[];
  readonly confidence: Confidence;
}
