import { nvrOf, repositoryIsNamed, type BuildChain, type ChainStep } from '../analyzers/build-chain.js';
import { formatReference, isTag, parseReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import type { BaseVerdict, Freshness } from './freshness.js';
import { identityRemarks } from './inherited-labels.js';
import { concludeBases, doubtParentless, type FreshnessOptions } from './judge.js';
import { judgeClaim, type JudgedClaim } from './judge-claim.js';
import { parseReleaseTag } from './release-tags.js';
import { seamWords } from './seam.js';
import { isProof, withSource } from './sources.js';
import type { Upstream } from './upstream.js';

/** Bases beyond these are not looked at. */
const claimLimit = 8;
/** Of the chain so much is said in a sentence. */
const shownSteps = 8;

/**
 * What the build info that bases have left in the layers adds to the base question, once layers were read: it bears out
 * what others say, or contradicts it; where nobody names a base it leads to one that the policy lists; else it is said.
 */
export async function weighBuildInfo(
  freshness: Freshness,
  chain: BuildChain,
  image: Image,
  upstream: Upstream,
  options: FreshnessOptions,
): Promise<Freshness> {
  const known = { ...freshness, remarks: [...freshness.remarks, ...chain.problems], buildInfo: chain.steps };
  const steps = chain.steps.filter((step) => !isOwn(step, image));
  if (steps.length === 0) return known;
  if (options.base === 'scratch') {
    return { ...known, conflicts: [...known.conflicts, `--base says scratch, but there is ${chainWords(steps)}`] };
  }
  const own = known.bases.filter((one) => one.level === 1);
  if (own.some(({ how, proof }) => isProof(proof) || how.some((one) => one !== 'own-tag' && one !== 'policy'))) {
    return bearOut(known, steps);
  }
  const found = await judgeFitting(steps, image, upstream, options);
  if (found) {
    const { verdict, conflict } = found;
    const rest = own.filter((one) => one.proof !== 'self' && one.reference !== verdict.reference);
    const conflicts = [...known.conflicts, ...(conflict === undefined ? [] : [conflict])];
    const answered = [...seamWords(image), ...identityRemarks(image, own)];
    const remarks = known.remarks.filter((one) => !answered.includes(one));
    const concluded = await concludeBases(image, [verdict, ...rest], conflicts, remarks, upstream, options);
    return { ...concluded, buildInfo: chain.steps };
  }
  const doubt = `${chainWords(steps)}, and no source says where these images are`;
  const bases = known.bases.map((one) => (one.proof === 'self' ? doubtParentless(one, doubt) : one));
  const outcome = known.outcome === 'fresh' ? 'unknown' : known.outcome;
  return { ...known, outcome, bases, remarks: [...known.remarks, doubt] };
}

/** What is in the image's last layer, or bears its own name, is of its own build. */
function isOwn(step: ChainStep, { layers, reference, config }: Image): boolean {
  if (step.layer >= layers.length - 1) return true;
  const { name = '', version, release } = config.run.labels;
  return (
    reference.transport === 'docker' &&
    repositoryIsNamed(reference.repository, step.name) &&
    repositoryIsNamed(name, step.name) &&
    version === step.version &&
    release === step.release
  );
}

/** Sources that say the same are corroborated; one whose version is another is a conflict. */
function bearOut(freshness: Freshness, steps: readonly ChainStep[]): Freshness {
  const conflicts: string[] = [];
  const bases = freshness.bases.map((base): BaseVerdict => {
    if (base.level > 1) return base;
    const proved = isProof(base.proof);
    const within = proved ? steps.filter((step) => step.layer < base.layers) : steps;
    const { repository, tag } = nameOf(base.reference);
    const fitting = within.filter((step) => repositoryIsNamed(repository, step.name));
    const same = fitting.findLast((step) => !contradicts(tag, step));
    const other = fitting.at(-1);
    const refuted = base.proof === 'none' && base.image !== undefined;
    if (same) {
      const says = stepWords(same);
      return {
        ...base,
        sources: withSource(base.sources, { source: 'build-info', trust: proved ? 'proved' : 'claimed', says }),
      };
    }
    const named = `the ${base.how.join(' and ')} names ${base.reference}, but the build info says`;
    if (other) conflicts.push(`${named} ${stepWords(other)}`);
    else if (refuted) conflicts.push(`${named} ${steps.map(stepWords).join(', ')}`);
    return base;
  });
  return { ...freshness, bases, conflicts: [...freshness.conflicts, ...conflicts] };
}

function nameOf(text: string): { readonly repository: string; readonly tag?: string | undefined } {
  const reference = parseReference(text);
  return reference.transport === 'docker' ? reference : { repository: '' };
}

/** A tag that can be compared with the version and says another; `latest` and `9` say nothing against `9.4-1123`. */
function contradicts(tag: string | undefined, { version, release }: ChainStep): boolean {
  if (tag === undefined || tag === version || tag === `${version}-${release}`) return false;
  const [asked, built] = [parseReleaseTag(tag), parseReleaseTag(`${version}-${release}`)];
  if (!asked || !built || asked.shape.startsWith('date') !== built.shape.startsWith('date')) return false;
  return !agree(asked.version, built.version) || (asked.build !== '' && !agree(asked.build, built.build));
}

/** As far as both go. */
function agree(a: string, b: string): boolean {
  const [one, other] = [a.split('.'), b.split('.')];
  return one.every((part, i) => other[i] === undefined || part === other[i]);
}

/** Of the policy's bases the one that a step names, the highest first, by the very release that it names. */
async function judgeFitting(
  steps: readonly ChainStep[],
  image: Image,
  upstream: Upstream,
  options: FreshnessOptions,
): Promise<JudgedClaim | undefined> {
  const claims = [...steps]
    .reverse()
    .flatMap((step) => claimsFor(step, options))
    .slice(0, claimLimit);
  let first: JudgedClaim | undefined;
  for (const claim of claims) {
    const judged = await judgeClaim(claim, image, upstream, options);
    if (isProof(judged.verdict.proof)) return judged;
    first ??= judged;
  }
  return first;
}

function claimsFor(step: ChainStep, { bases }: FreshnessOptions): readonly BaseClaim[] {
  const release = `${step.version}-${step.release}`;
  return bases
    .filter(({ repository }) => repositoryIsNamed(repository, step.name))
    .map((reference): BaseClaim => ({
      reference,
      how: ['build-info', 'policy'],
      said: [
        { source: 'build-info', says: stepWords(step) },
        { source: 'policy', says: formatReference(reference), digest: reference.digest },
      ],
      ...(reference.digest ? { digest: reference.digest } : {}),
      ...(isTag(release) ? { release } : {}),
    }));
}

function stepWords(step: ChainStep): string {
  return `${nvrOf(step)} in layer ${step.layer + 1}`;
}

function chainWords(steps: readonly ChainStep[]): string {
  const shown = steps.slice(0, shownSteps).map(stepWords).join(', ');
  const more = steps.length > shownSteps ? ` and ${steps.length - shownSteps} more` : '';
  return `build info: ${shown}${more}`;
}
