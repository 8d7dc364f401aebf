import type { Advice, AdviceEvidence, Hardening } from '../advise/advice.js';
import type { Examination } from '../examination/examination.js';
import { formatPlatform } from '../oci/platform.js';
import { formatReference, type ImageReference } from '../oci/reference.js';
import { commandWithoutSecrets } from './without-secrets.js';

/** Layers by their number, from 1. */
export type ReportedAdviceEvidence =
  | Extract<AdviceEvidence, { readonly type: 'config' }>
  | {
      readonly type: 'file' | 'package';
      readonly path?: string;
      readonly package?: string;
      readonly layer: number;
    };

export type ReportedAdvice = Omit<Advice, 'evidence'> & { readonly evidence: readonly ReportedAdviceEvidence[] };

/** What `imgcheck harden` says; every format shows this and nothing else. docs/harden.schema.json describes it. */
export interface HardenReport {
  readonly schemaVersion: 1;
  readonly image: {
    readonly reference: string;
    readonly digest: string;
    readonly platform: string;
    /** What an engine is told to run: the very manifest that was examined. Absent where only a file has it. */
    readonly pinned?: string;
    /** A short name of its own, for pods and volumes. */
    readonly name: string;
  };
  /** ENTRYPOINT and CMD, three stars in place of secrets. */
  readonly command: readonly string[];
  /** False when a layer or the packages were not read: advice may be missing then. */
  readonly complete: boolean;
  readonly advice: readonly ReportedAdvice[];
  readonly withheld: readonly {
    readonly capability: string;
    readonly reason: string;
    readonly evidence: readonly ReportedAdviceEvidence[];
  }[];
  readonly unknown: readonly string[];
  readonly left: readonly string[];
  readonly coverage: {
    readonly layersRead: number;
    readonly layersTotal: number;
    readonly packages: 'read' | 'incomplete' | 'removed' | 'none';
    readonly skipped: readonly string[];
  };
}

/** Puts advice beside what it rests on. */
export function buildHardenReport({ image, content, coverage }: Examination, hardening: Hardening): HardenReport {
  if (!content) throw new TypeError('the layers were not read');
  const { reference, descriptor, platform, config } = image;
  const { state } = content.packages;
  const foreign = state.outcome === 'none' ? content.managers.map((one) => `packages of ${one} are not read`) : [];
  const pinned =
    reference.transport === 'docker'
      ? { pinned: `${reference.registry}/${reference.repository}@${descriptor.digest}` }
      : {};
  return {
    schemaVersion: 1,
    image: {
      reference: formatReference(reference),
      digest: descriptor.digest,
      platform: formatPlatform(platform),
      ...pinned,
      name: shortName(reference),
    },
    command: commandWithoutSecrets([...config.run.entrypoint, ...config.run.cmd]),
    complete:
      coverage.layersRead >= coverage.layersTotal &&
      (state.outcome === 'read' || (state.outcome === 'none' && foreign.length === 0)),
    advice: hardening.advice.map((one) => ({ ...one, evidence: one.evidence.map(reportEvidence) })),
    withheld: hardening.withheld.map((one) => ({ ...one, evidence: one.evidence.map(reportEvidence) })),
    unknown: hardening.unknown,
    left: hardening.left,
    coverage: {
      layersRead: coverage.layersRead,
      layersTotal: coverage.layersTotal,
      packages: state.outcome,
      skipped: [...coverage.skipped, ...state.problems, ...foreign],
    },
  };
}

function reportEvidence(one: AdviceEvidence): ReportedAdviceEvidence {
  return one.type === 'config' ? one : { ...one, layer: one.layer + 1 };
}

/** A DNS label (RFC 1123) that Kubernetes and volumes take: of the repository's last part, or `app`. */
function shortName(reference: ImageReference): string {
  const place = reference.transport === 'docker' ? reference.repository : reference.path;
  const last = place.slice(place.lastIndexOf('/') + 1).toLowerCase();
  const label = last
    .slice(0, 200)
    .replace(/\.(?:tar|oci)(?:\.\w+)?$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return label === '' ? 'app' : label;
}
