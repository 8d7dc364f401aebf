import { repositoryIsNamed } from '../analyzers/build-chain.js';
import type { Image } from '../source/image.js';
import { baseNameKey } from './claims.js';
import type { BaseVerdict } from './freshness.js';
import type { JudgedClaim } from './judge-claim.js';
import { followedBase } from './rebuild-order.js';

/** Labels by which Red Hat's builds say which image this is; every child image inherits them. */
const identityLabels = ['name', 'version', 'release', 'com.redhat.component'] as const;
/** Of a label so much is repeated. */
const shownLength = 100;

/**
 * Claims without those of a label that the image has inherited: it says what its base was built on. The level below
 * judges that.
 */
export function withoutInherited(
  image: Image,
  judged: readonly JudgedClaim[],
): { readonly kept: readonly JudgedClaim[]; readonly remarks: readonly string[] } {
  const base = followedBase(judged.map(({ verdict }) => verdict));
  if (!base || !isInherited(image, base, baseNameKey)) return { kept: judged, remarks: [] };
  const kept = judged.filter(({ verdict }) => verdict === base || verdict.how.some((one) => one !== 'label'));
  if (kept.length === judged.length) return { kept, remarks: [] };
  return {
    kept,
    remarks: [`the label ${baseNameKey} is inherited from ${base.reference}, and speaks of that image’s base`],
  };
}

/**
 * What the labels name, version and release are worth: inherited where they are those of the proved base; where no base is
 * known a hint at one, unless they name the image's own repository.
 */
export function identityRemarks(image: Image, verdicts: readonly BaseVerdict[]): readonly string[] {
  const { labels } = image.config.run;
  const present = identityLabels.filter((key) => labels[key]);
  const [proved] = verdicts
    .filter((one) => one.level === 1 && (one.proof === 'layers' || one.proof === 'diff-ids'))
    .sort((a, b) => b.layers - a.layers);
  if (proved) {
    const inherited = present.filter((key) => isInherited(image, proved, key));
    if (inherited.length === 0) return [];
    const [are, own] = inherited.length === 1 ? ['label', 'is'] : ['labels', 'are'];
    return [`the ${are} ${listed(inherited)} (${shown(labels, inherited)}) ${own} inherited from ${proved.reference}`];
  }
  const { name } = labels;
  if (!name || !labels['version'] || verdicts.some((one) => one.proof === 'none')) return [];
  const { reference } = image;
  if (reference.transport === 'docker' && repositoryIsNamed(reference.repository, name)) return [];
  return [`its labels say ${shown(labels, present)}: its own, or inherited from a base that no source names`];
}

/** As the base was when it was built on, or as it is today. */
function isInherited(image: Image, { image: today, origin }: BaseVerdict, key: string): boolean {
  const value = image.config.run.labels[key];
  return value !== undefined && [origin, today].some((one) => one?.config.run.labels[key] === value);
}

function listed(keys: readonly string[]): string {
  return keys.length < 2 ? keys.join('') : `${keys.slice(0, -1).join(', ')} and ${keys.at(-1) ?? ''}`;
}

function shown(labels: Readonly<Record<string, string>>, keys: readonly string[]): string {
  return keys.map((key) => `${key} ${(labels[key] ?? '').slice(0, shownLength)}`).join(', ');
}
