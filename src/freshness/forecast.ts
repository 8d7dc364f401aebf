import type { OwnedPackage, PackageStory } from '../analyzers/package-story.js';
import type { RpmPackage } from '../rpm/package.js';
import type { Image } from '../source/image.js';
import { newestByKey, packageKey, type PackageChange, type PackageDifferences } from './compare.js';
import { deadWeight, type DeadLayer } from './dead-weight.js';
import { holdsVersions, type HoldsVersion } from './held-version.js';

/** Whose layers brought a package; `unknown` where no base is proved. */
export type Bringer = 'base' | 'own' | 'unknown';

/** A package that the image has in another version than today's base. */
export interface ForecastChange extends PackageChange {
  /** Index of the layer that brought the image's version. */
  readonly layer: number;
  readonly broughtBy: Bringer;
}

/** A layer of the image's own that ships older packages than today's base has. */
export interface DowngradingLayer {
  /** Index of the layer. */
  readonly layer: number;
  readonly packages: readonly ForecastChange[];
}

/** What a rebuild on today's base would change, package by package, by name, architecture and module stream. */
export interface Forecast {
  /** The base's release of today. */
  readonly reference: string;
  /** Whether the layers tell which packages are the base's. */
  readonly proved: boolean;
  /** Behind: today's base brings a newer version. */
  readonly upgraded: readonly ForecastChange[];
  /** Behind, and would stay so: a layer of the image's own ships the older version. */
  readonly held: readonly ForecastChange[];
  /** Ahead by a layer of the image's own: lost unless the rebuild runs that step anew. */
  readonly lost: readonly ForecastChange[];
  /** Ahead though the base's own layers brought it: today's base has gone back. */
  readonly withdrawn: readonly ForecastChange[];
  readonly equal: Readonly<Record<Bringer, number>>;
  /** In the image only, and the image's own (or nobody's) doing: its steps bring them again. */
  readonly kept: readonly OwnedPackage[];
  /** In the image only, from the base, which has them no more. */
  readonly dropped: readonly OwnedPackage[];
  /** In today's base only, and new in it. */
  readonly brought: readonly RpmPackage[];
  /** In today's base only: the image's own layers took away what the base had. */
  readonly takenAway: readonly RpmPackage[];
  readonly deadWeight: readonly DeadLayer[];
  readonly downgrades: readonly DowngradingLayer[];
  /** What the image would hold, none of its steps having found anything newer: from the base, and by its own layers. */
  readonly rebuilt: { readonly base: readonly RpmPackage[]; readonly own: readonly RpmPackage[] };
  /** Why not all of it may be known. */
  readonly problem?: string;
}

export interface ForecastInput {
  readonly image: Pick<Image, 'layers'>;
  readonly story: PackageStory;
  /** How many layers are the base's: all of an image that is a base itself, undefined where no base is proved. */
  readonly baseLayers: number | undefined;
  /** What the base's layers held as it was built on. */
  readonly built: readonly RpmPackage[];
  /** What the base holds today. */
  readonly today: readonly RpmPackage[];
  readonly reference: string;
  /** The image beside the base of today. */
  readonly differences: PackageDifferences;
  readonly problem?: string | undefined;
}

/** Sorts every package of the image and of today's base by what a rebuild would do to it. */
export function forecastRebuild(input: ForecastInput): Forecast {
  const { image, story, baseLayers, differences, reference, problem } = input;
  const owners = new Map(story.packages.map((one) => [one.package.headerDigest, one.layer]));
  const layerOf = (one: RpmPackage): number => owners.get(one.headerDigest) ?? 0;
  const bringerOf = (one: RpmPackage): Bringer =>
    baseLayers === undefined ? 'unknown' : layerOf(one) < baseLayers ? 'base' : 'own';
  const owned = (one: RpmPackage): OwnedPackage => ({ package: one, layer: layerOf(one) });
  const changed = (one: PackageChange): ForecastChange => ({
    ...one,
    layer: layerOf(one.image),
    broughtBy: bringerOf(one.image),
  });
  const built = newestByKey(input.built);
  const today = newestByKey(input.today);
  const steps = new Map<number, HoldsVersion>();
  const isHeld = ({ image: one, layer, broughtBy }: ForecastChange): boolean => {
    if (broughtBy !== 'own') return false;
    const holds = steps.get(layer) ?? holdsVersions(image.layers[layer]?.instruction, built);
    steps.set(layer, holds);
    return holds(one);
  };
  const behind = differences.behind.map(changed);
  const ahead = differences.ahead.map(changed);
  const [held, upgraded] = split(behind, isHeld);
  const [withdrawn, lost] = split(ahead, (one) => one.broughtBy === 'base');
  const [dropped, kept] = split(differences.added.map(owned), (one) => bringerOf(one.package) === 'base');
  const [takenAway, brought] = split(differences.removed, (one) => built.has(packageKey(one)));
  const heldKeys = new Set(held.map((one) => packageKey(one.image)));
  const gone = new Set(takenAway.map(packageKey));
  const sizes = image.layers.map((one) => one.descriptor.size);
  return {
    reference,
    proved: baseLayers !== undefined,
    upgraded,
    held,
    lost,
    withdrawn,
    equal: countEqual(newestByKey(story.packages.map((one) => one.package)), differences, bringerOf),
    kept,
    dropped,
    brought,
    takenAway,
    deadWeight: baseLayers === undefined ? [] : deadWeight(story.layers, baseLayers, today, sizes),
    downgrades: downgradesOf(behind),
    rebuilt: {
      base: [...today].flatMap(([key, one]) => (heldKeys.has(key) || gone.has(key) ? [] : [one])),
      own: [...held.map((one) => one.image), ...kept.map((one) => one.package)],
    },
    ...(problem === undefined ? {} : { problem }),
  };
}

/**
 * How many packages of the base's part a rebuild would change. Where no base is proved, what only one of them has, or the
 * image has newer, may be the image's own doing: then only the older ones count.
 */
export function countChanges({ proved, upgraded, withdrawn, dropped, brought }: Forecast): number {
  return upgraded.length + (proved ? withdrawn.length + dropped.length + brought.length : 0);
}

function countEqual(
  packages: ReadonlyMap<string, RpmPackage>,
  { behind, ahead, added }: PackageDifferences,
  bringerOf: (one: RpmPackage) => Bringer,
): Record<Bringer, number> {
  const others = new Set([...[...behind, ...ahead].map((one) => one.image), ...added].map(packageKey));
  const equal = { base: 0, own: 0, unknown: 0 };
  for (const [key, one] of packages) if (!others.has(key)) equal[bringerOf(one)]++;
  return equal;
}

function downgradesOf(behind: readonly ForecastChange[]): readonly DowngradingLayer[] {
  const own = behind.filter((one) => one.broughtBy === 'own');
  const layers = [...new Set(own.map((one) => one.layer))].sort((a, b) => a - b);
  return layers.map((layer) => ({ layer, packages: own.filter((one) => one.layer === layer) }));
}

/** Those that fit, and the others. */
function split<T>(all: readonly T[], fits: (one: T) => boolean): [T[], T[]] {
  return [all.filter(fits), all.filter((one) => !fits(one))];
}
