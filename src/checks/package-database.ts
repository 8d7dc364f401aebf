import type { PackageState } from '../analyzers/package-state.js';
import type { Examination } from '../examination/examination.js';
import { fileEvidence, type Check, type Finding } from './check.js';
import { isRpmDistribution } from './rpm-distribution.js';

export const packageDatabase: Check = {
  id: 'package-database',
  asks: 'Is there one RPM database, whole, and where rpm looks for it?',
  reason:
    'A database that was removed, moved, damaged or doubled makes every list of packages, and every verdict built on it, a guess.',
  remedy: 'Keep the database in the image, and let rpm alone write it.',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    const { state, packages } = content.packages;
    const findings: Finding[] = [];
    if (state.outcome === 'none') {
      const rpm = isRpmDistribution(content.osRelease);
      const name = content.osRelease?.prettyName ?? '';
      const message = rpm
        ? `${name} is an RPM distribution, but no layer has an RPM database`
        : `no RPM database${name ? `: ${name}` : ''}${content.managers.length > 0 ? `, packages by ${content.managers.join(', ')}` : ''}`;
      return [{ outcome: rpm ? 'fail' : 'pass', message, evidence: [], ...(rpm ? {} : { idle: true }) }];
    }
    const { place } = state;
    const evidence = place ? [fileEvidence(examination, place.layer, place.path)] : [];
    for (const message of state.problems)
      findings.push({ outcome: state.outcome === 'removed' ? 'fail' : 'unknown', message, evidence: [], remedy });
    for (const path of state.others) {
      findings.push({
        outcome: 'fail',
        message: `/${path} is a second database, which rpm does not read`,
        evidence: [],
        remedy,
      });
    }
    const shadowed = packages.filter((one) => one.package.shadowed.length > 0);
    if (shadowed.length > 0) {
      findings.push({
        outcome: 'fail',
        message: `${shadowed.length} headers say something outside their signed region that contradicts it: ${shadowed
          .slice(0, 3)
          .map((one) => one.package.name)
          .join(', ')}`,
        evidence,
        remedy,
      });
    }
    if (state.outcome === 'read' && packages.length === 0) {
      findings.push({ outcome: 'unknown', message: `/${place?.path ?? ''} holds no package`, evidence, remedy });
    }
    const [first, ...rest] = findings;
    if (first) return [first, ...rest];
    const message = `${packages.length} packages in /${place?.path ?? ''} (${place?.kind ?? ''}) of layer ${(place?.layer ?? 0) + 1}`;
    return [{ outcome: 'pass', message, evidence }, ...leftBehind(examination, state)];
  },
};

const { remedy } = packageDatabase;

/** No fault of the image as it is shown, but said: it still ships, and once was the list that counted. */
function leftBehind(examination: Examination, state: PackageState): Finding[] {
  return state.leftBehind.map(({ path, layer, hiddenBy }) => ({
    outcome: 'pass',
    message: `an older one, /${path} of layer ${layer + 1}, still ships, hidden since layer ${hiddenBy + 1}`,
    evidence: [fileEvidence(examination, layer, path)],
  }));
}
