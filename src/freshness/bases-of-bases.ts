import { readAttestations } from '../source/attestations.js';
import type { Image } from '../source/image.js';
import { gatherClaims, type StatedProvenance } from './claims.js';
import { concludeLevel, type BaseVerdict } from './freshness.js';
import { judgeParents, notAskedReason, type JudgedParents, type ParentOptions } from './judge-parents.js';
import { followedBase } from './rebuild-order.js';
import { seamDoubt, seamWords, suspectedSeam } from './seam.js';
import { isProof } from './sources.js';
import type { Upstream } from './upstream.js';

/** What was found below the image's own base. */
export interface DeeperBases {
  readonly verdicts: readonly BaseVerdict[];
  readonly remarks: readonly string[];
}

export type DeeperOptions = Pick<ParentOptions, 'bases' | 'releases' | 'now'>;

/** An image, its base, the base of that: nobody builds on more. */
const levelLimit = 5;

/**
 * Follows bases of bases to the bottom, from the image's own verdicts on: each proved base is judged, as it is today, by
 * the same rules as the image, at most five levels deep and none twice. A base that names none, and in which nothing points
 * to one, is the bottom and costs nothing more: its tag is what the level above has judged, and no release is searched for.
 * A level costs three documents (index, manifest, config); as many again where the digest that was noted is not today's;
 * besides these the provenance of a base that says nothing else, and the policy's bases where nothing explains its layers.
 */
export async function followBases(
  image: Image,
  own: readonly BaseVerdict[],
  upstream: Upstream,
  options: DeeperOptions,
): Promise<DeeperBases> {
  const seen = new Set([image.descriptor.digest]);
  const verdicts: BaseVerdict[] = [];
  const remarks: string[] = [];
  let below = followedBase(own);
  for (let level = 2; below?.image && !seen.has(below.image.descriptor.digest); level++) {
    const { image: base, reference: of } = below;
    seen.add(base.descriptor.digest);
    if (level > levelLimit) {
      if (mayHaveBase(base)) remarks.push(notKnown(of, `bases are followed ${levelLimit} levels deep`));
      break;
    }
    const parents = await judgeBase(base, below, upstream, options);
    const found = parents.judged.map(({ verdict }) => placed(verdict, level, of, seen));
    verdicts.push(...found);
    remarks.push(
      ...parents.judged.flatMap(({ conflict }) => (conflict === undefined ? [] : [`of ${of}: ${conflict}`])),
    );
    remarks.push(...doubtsOf(base, found, parents).map((doubt) => notKnown(of, doubt)));
    below = followedBase(found);
  }
  return { verdicts, remarks };
}

async function judgeBase(
  base: Image,
  { how }: BaseVerdict,
  upstream: Upstream,
  options: DeeperOptions,
): Promise<JudgedParents> {
  const { claims, remarks } = gatherClaims(base, undefined);
  const provenances = claims.length + remarks.length === 0 ? await provenancesOf(base) : [];
  // One layer is on nothing else. Older releases are searched where there is a reason to, or they have been already.
  const bases = base.layers.length > 1 ? options.bases : [];
  const searched = suspectedSeam(base) !== undefined || how.includes('policy');
  const listed = { bases, releases: options.releases && searched };
  return judgeParents(base, upstream, { ...options, base: undefined, listed, provenances });
}

async function provenancesOf(base: Image): Promise<readonly StatedProvenance[]> {
  const found = await readAttestations(base);
  return found.flatMap((one) =>
    one.statement && one.provenance ? [{ provenance: one.provenance, signed: false }] : [],
  );
}

/** The verdict in its place; one on an image that was judged before would go round for ever. */
function placed(verdict: BaseVerdict, level: number, of: string, seen: ReadonlySet<string>): BaseVerdict {
  const { image, proof, remedy: _ofTheImageItself, ...rest } = verdict;
  const one: BaseVerdict = {
    ...rest,
    proof,
    level,
    of,
    reason: `of ${of}: ${rest.reason}`,
    ...(image ? { image } : {}),
  };
  if (rest.reason === notAskedReason)
    return { ...one, remedy: `list ${rest.reference} under bases in the policy file` };
  if (!isProof(proof) || !image || !seen.has(image.descriptor.digest)) return one;
  const reason = `of ${of}: it is the image itself, or one that is built on it: bases name each other in a circle`;
  return { ...one, outcome: 'unknown', reason, remedy: 'correct the bases that these images name', circular: true };
}

/** Why it is not known whether the base must be rebuilt itself; nothing where it is, or where it is the bottom. */
function doubtsOf(base: Image, found: readonly BaseVerdict[], { doubts }: JudgedParents): readonly string[] {
  if (concludeLevel(found) !== 'unknown') return [];
  const open = found.filter((one) => one.outcome === 'unknown').map((one) => `${one.reference}: ${one.reason}`);
  const reasons = [...open, ...doubts];
  if (reasons.length > 0) return reasons;
  const doubt = seamDoubt(base);
  return doubt === undefined ? seamWords(base) : [`no source names its base, and ${doubt}`];
}

function mayHaveBase(base: Image): boolean {
  const { claims, remarks } = gatherClaims(base, undefined);
  return claims.length + remarks.length > 0 || suspectedSeam(base) !== undefined;
}

function notKnown(of: string, reason: string): string {
  return `whether ${of} itself must be rebuilt is not known: ${reason}`;
}
