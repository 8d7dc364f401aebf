import type { ReportedBaseLayer } from '../../src/report/base-layers.js';
import type { Report, ReportedBase, ReportedLayer } from '../../src/report/report.js';

export const plain = { color: false, unicode: true } as const;

type Same = ReportedBaseLayer['same'];

/** Layers of an image: `base` or `own` and the instruction, or the instruction alone where no base is proved. */
export function ownLayers(...texts: readonly string[]): readonly ReportedLayer[] {
  return texts.map((text, i) => {
    const [, part, instruction = ''] = /^(?:(base|own) )?([^]*)$/.exec(text) ?? [];
    return {
      number: i + 1,
      digest: `sha256:${'a'.repeat(63)}${i % 10}`,
      size: 1_000_000 * (i + 1),
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      instruction,
      ...(part === undefined ? {} : { base: part === 'base' }),
    };
  });
}

/** Layers of today's base: `= text` is the image's layer of this height, `~ text` the same compressed otherwise. */
export function todayLayers(...texts: readonly string[]): readonly ReportedBaseLayer[] {
  return texts.map((text, i) => {
    const same: Same = text.startsWith('= ') ? 'digest' : text.startsWith('~ ') ? 'diff-id' : undefined;
    return {
      number: i + 1,
      digest: `sha256:${'b'.repeat(63)}${i % 10}`,
      size: 2_000_000 * (i + 1),
      instruction: text.replace(/^[=~] /, ''),
      ...(same === undefined ? {} : { same }),
    };
  });
}

/** A report of an image whose base is `r.test/base:1.0`, today `r.test/base:latest`. */
export function reportOf(
  layers: readonly ReportedLayer[],
  today: readonly ReportedBaseLayer[] | undefined,
  more: Partial<ReportedBase> = {},
): Report {
  const release = (tag: string) =>
    ({
      reference: `r.test/base:${tag}`,
      digest: `sha256:${'c'.repeat(64)}`,
      createdFrom: 'config',
      createdTrust: 'none',
    }) as const;
  const base: ReportedBase = {
    reference: 'r.test/base:latest',
    level: 1,
    outcome: 'stale',
    reason: 'because',
    how: ['option'],
    sources: [],
    proof: 'layers',
    builtFrom: release('1.0'),
    current: release('latest'),
    behind: {},
    ...(today ? { layers: today } : {}),
    ...more,
  };
  return {
    schemaVersion: 1,
    image: { reference: 'r.test/app:1', platform: 'linux/amd64' },
    verdict: { outcome: 'fail', exitCode: 4, rebuild: true },
    freshness: { outcome: 'stale', bases: [base] },
    signatures: [],
    tls: [],
    layers,
    findings: [],
    remarks: [],
  };
}
