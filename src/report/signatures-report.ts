import type { AttestationResult } from '../signature/attestation.js';
import type { SignatureResult } from '../signature/evaluate.js';
import type { SignatureFindings } from '../signature/verify-signatures.js';

/** One image signature, as product and schema name its parts. */
export interface ReportedSignature {
  readonly kind: string;
  readonly outcome: SignatureResult['outcome'];
  readonly reason: string;
  readonly from: string;
  /** Digest of the manifest or index that was signed. */
  readonly subject: string;
  readonly signer?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly time?: string;
  readonly timeSource?: string;
  readonly bound: readonly string[];
  readonly reference?: string;
  readonly notes: readonly string[];
}

export interface ReportedAttestation {
  readonly predicateType?: string;
  readonly outcome: SignatureResult['outcome'];
  readonly reason: string;
  readonly from: string;
  readonly signer?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly time?: string;
  readonly timeSource?: string;
}

/** The rules that cover the image, and what became of each. */
export interface ReportedTrust {
  readonly policy?: { readonly path: string; readonly transport: string; readonly scope: string };
  readonly rules: readonly {
    readonly name: string;
    readonly from: string;
    readonly outcome: 'satisfied' | 'refused' | 'unknown';
    readonly verified: boolean;
    readonly reason: string;
    readonly signer?: string;
  }[];
  /** Where signatures were looked for. */
  readonly places: readonly {
    readonly kind: string;
    readonly name: string;
    readonly outcome: 'found' | 'none' | 'failed';
    readonly error?: string;
    readonly notes: readonly string[];
  }[];
}

export interface ReportedSignatures {
  readonly signatures: readonly ReportedSignature[];
  readonly attestations: readonly ReportedAttestation[];
  readonly trust: ReportedTrust;
}

/** Puts what was found out about signatures into the shape that is reported. */
export function reportSignatures({
  results,
  attestations,
  rules,
  places,
  selected,
}: SignatureFindings): ReportedSignatures {
  return {
    signatures: results.map(reportSignature),
    attestations: attestations.map(reportAttestation),
    trust: {
      ...(selected ? { policy: { path: selected.path, transport: selected.transport, scope: selected.scope } } : {}),
      rules,
      places: places.map(({ kind, name, outcome, error, notes }) => ({
        kind,
        name,
        outcome,
        ...(error ? { error: `${error.kind}: ${error.message}` } : {}),
        notes,
      })),
    },
  };
}

function reportSignature(result: SignatureResult): ReportedSignature {
  const { mechanism, notes = [], ...rest } = result;
  return { kind: mechanism, ...rest, notes };
}

function reportAttestation(result: AttestationResult): ReportedAttestation {
  const { statement: _statement, notes: _notes, ...rest } = result;
  return rest;
}
