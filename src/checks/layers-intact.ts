import type { Content } from '../examination/examination.js';
import type { Anomaly } from '../layer/facts.js';
import { Squash } from '../layer/squash.js';
import { evidenceLimit, fileEvidence, layerOf, type Check, type Finding } from './check.js';

/** What every engine reads the same way: worth no alarm. */
const harmless: ReadonlySet<Anomaly['kind']> = new Set(['absolute-name', 'missing-end']);

export const layersIntact: Check = {
  id: 'layers-intact',
  asks: 'Are the layers what the manifest and config say, and would every reader see the same files in them?',
  reason:
    'A layer whose tar bytes are not the ones its config lists, whose names step out of the root or come twice, or that goes on after its end can show one thing to a scanner and another to the engine that runs it.',
  remedy: 'Build the image again with a current tool and push it again; do not run it until that is explained.',
  guide: '2',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content, image } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    const findings: Finding[] = [];
    const missing = missingTargets(content);
    for (const [i, facts] of content.layers.entries()) {
      const here: Finding['evidence'] = [{ type: 'layer', ...layerOf(examination, i) }];
      const expected = image.layers[i]?.diffId;
      if (expected?.startsWith('sha256:') !== true) {
        const message = `layer ${i + 1}: its tar bytes cannot be compared, the config lists ${expected ?? 'nothing'} for them`;
        findings.push({ outcome: 'unknown', message, evidence: here, remedy });
      } else if (expected !== facts.diffId) {
        const message = `layer ${i + 1}: its tar bytes hash to ${facts.diffId}, the config lists ${expected}`;
        findings.push({ outcome: 'fail', message, evidence: here, remedy });
      }
      const odd = [...facts.anomalies, ...(missing[i] ?? [])].filter((one) => !harmless.has(one.kind));
      const [first] = odd;
      // What was dropped is of kinds that are listed: nothing else hides behind harmless ones.
      if (!first) continue;
      const more = odd.length + facts.anomaliesDropped - 1;
      findings.push({
        outcome: 'fail',
        message: `layer ${i + 1}: ${first.kind} at /${first.path} (${first.message})${more > 0 ? ` and ${more} more` : ''}`,
        evidence: odd.slice(0, evidenceLimit).map((one) => fileEvidence(examination, i, one.path)),
        remedy,
      });
    }
    const [first, ...rest] = findings;
    if (first) return [first, ...rest];
    const count = content.layers.length;
    return [
      {
        outcome: 'pass',
        message: `${count} ${count === 1 ? 'layer' : 'layers'}, every byte as the manifest and config say`,
        evidence: content.layers.map((_, i) => ({ type: 'layer', ...layerOf(examination, i) })),
      },
    ];
  },
};

/** Of each layer the hard links to what neither the layer before them nor any below shows: no engine can make them. */
function missingTargets({ layers }: Content): readonly (readonly Anomaly[])[] {
  if (layers.every((facts) => facts.links.length === 0)) return [];
  const stack = new Squash(layers);
  return layers.map((facts, i) =>
    facts.links
      .filter(({ target }) => !stack.shows(target, i))
      .map(({ path, target }) => ({
        kind: 'hardlink-target-missing',
        path,
        message: `it is a hard link to /${target.slice(0, 200)}, which is not there`,
      })),
  );
}

const remedy = layersIntact.remedy;
