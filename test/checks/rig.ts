import { expect } from 'chai';
import type { Check, Finding } from '../../src/checks/check.js';
import { contentOf } from '../../src/examination/content.js';
import type { Content, Examination } from '../../src/examination/examination.js';
import type { BaseVerdict, Freshness, Outcome } from '../../src/freshness/freshness.js';
import type { RebuildWhen } from '../../src/freshness/rebuild-when.js';
import type { BuiltImage } from '../support/build-image.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom, openBuilt, readerOf } from '../examination/rig.js';

export const now = new Date('2024-06-01T00:00:00Z');

export interface Given {
  /** Layers of the image, read through the whole pass. */
  readonly layers?: readonly (readonly (TarInput | Uint8Array)[])[];
  readonly built?: BuiltImage;
  readonly baseLayers?: number;
  /** False for an examination that read no layer. */
  readonly read?: boolean;
  readonly also?: Partial<Examination>;
  /** Changes what was read. */
  readonly content?: (content: Content) => Content;
}

/** An examination as it is gathered from real layers, then changed as told. */
export async function examinationOf(given: Given = {}): Promise<Examination> {
  const built = given.built ?? buildFrom((given.layers ?? [[]]) as readonly (readonly TarInput[])[]);
  const { image } = await openBuilt(built);
  const { facts } = await readerOf().gather(image);
  const content = contentOf(facts, given.baseLayers);
  return {
    image,
    content: given.read === false ? undefined : (given.content?.(content) ?? content),
    freshness: undefined,
    base: undefined,
    comparison: undefined,
    tls: [],
    coverage: {
      layersRead: facts.length,
      layersCached: 0,
      layersTotal: facts.length,
      bytesFetched: 0,
      entries: 0,
      requests: { manifests: 0, blobs: 0, tags: 0, referrers: 0, auth: 0 },
      skipped: [],
    },
    now,
    ...given.also,
  };
}

/** `outcome[ idle]: message` a finding; there is always one, and it always says something. */
export function answer(check: Check, examination: Examination, rebuildWhen?: RebuildWhen): string[] {
  const findings: readonly Finding[] = check.evaluate(examination, rebuildWhen);
  expect(findings.length).to.be.greaterThan(0);
  for (const { message, outcome, remedy } of findings) {
    expect(message).to.match(/\S/);
    if (outcome === 'fail') expect(remedy, message).to.match(/\S/);
  }
  return findings.map(({ outcome, message, idle }) => `${outcome}${idle ? ' idle' : ''}: ${message}`);
}

export function verdictOf(outcome: Outcome, more: Partial<BaseVerdict> = {}): BaseVerdict {
  return {
    reference: 'r.test/base:latest',
    level: 1,
    how: ['annotation'],
    sources: [],
    proof: outcome === 'unknown' ? 'none' : 'layers',
    outcome,
    reason: 'because',
    remedy: 'rebuild it',
    layers: 1,
    behind: {},
    ...more,
  };
}

export function freshnessOf(outcome: Outcome, bases: readonly BaseVerdict[], more: Partial<Freshness> = {}): Freshness {
  return { outcome, bases, conflicts: [], remarks: [], ...more };
}
