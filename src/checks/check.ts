import type { Examination } from '../examination/examination.js';
import type { RebuildWhen } from '../freshness/rebuild-when.js';
import type { Thresholds } from './thresholds.js';

export type Outcome = 'pass' | 'fail' | 'unknown';

/** What a second tool can look at to see whether a finding is true. */
export type Evidence =
  | {
      readonly type: 'file';
      readonly layer: string;
      readonly path: string;
      /** From 1, where the finding is about a line of it. */
      readonly line?: number;
      readonly instruction?: string;
    }
  | { readonly type: 'layer'; readonly layer: string; readonly instruction?: string }
  | { readonly type: 'package'; readonly name: string; readonly image?: string; readonly other?: string }
  | { readonly type: 'upstream'; readonly reference: string; readonly digest: string }
  | {
      readonly type: 'signature';
      readonly mechanism: string;
      readonly from: string;
      /** What was signed. */
      readonly digest: string;
      readonly outcome: string;
      readonly signer?: string;
    }
  /** A field of the manifest or config, by that document's digest: `config.Labels.run`, `history[3].comment`. */
  | { readonly type: 'document'; readonly digest: string; readonly field: string }
  | { readonly type: 'connection'; readonly host: string; readonly protocol: string };

/** One answer of a check. */
export interface Finding {
  readonly outcome: Outcome;
  /** One sentence: what was found. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** What the user can do about it. */
  readonly remedy?: string;
  /** True where the question did not arise (nothing to compare with): then it never binds, whatever the policy says. */
  readonly idle?: true;
  /** True where the evidence does not list all that the message counts: an exception for what is listed leaves the rest. */
  readonly partial?: true;
}

/** A question that is put to an examination. */
export interface Check {
  readonly id: string;
  /** The question itself: the report's heading. */
  readonly asks: string;
  /** Why one should care. */
  readonly reason: string;
  readonly remedy: string;
  /** Chapter of the Container Security Guide, where it has one. */
  readonly guide?: string;
  /** Whether a rebuild on today's base mends a failure: then it is exit code 4, not 1. */
  readonly mendedByRebuild: boolean;
  /** Never empty: silence cannot pass. Only what asks for a rebuild looks at what one is wanted for. */
  evaluate(
    examination: Examination,
    rebuildWhen?: RebuildWhen,
    thresholds?: Thresholds,
  ): readonly [Finding, ...Finding[]];
}

/** At most so many pieces of evidence are attached to one finding; the message says how many there are. */
export const evidenceLimit = 200;

/** Of an instruction as much is repeated in every piece of evidence; the report's layers have it whole. */
const instructionLimit = 500;

/** Evidence about a file in a layer, by the layer's index. */
export function fileEvidence(examination: Examination, layer: number, path: string, line?: number): Evidence {
  const place = { path: `/${path}`, ...(line === undefined ? {} : { line }) };
  return { type: 'file', ...place, ...layerOf(examination, layer) };
}

/** The digest of a layer and the instruction that made it, by the layer's index. */
export function layerOf(examination: Examination, layer: number): { layer: string; instruction?: string } {
  const one = examination.image.layers[layer];
  return {
    layer: one?.descriptor.digest ?? '',
    ...(one?.instruction === undefined ? {} : { instruction: one.instruction.slice(0, instructionLimit) }),
  };
}

/** Evidence about a field of the image's config. */
export function configEvidence({ image }: Examination, field: string): Evidence {
  return { type: 'document', digest: image.manifest.config.digest, field };
}
