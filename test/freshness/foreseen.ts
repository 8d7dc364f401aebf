import { packageState } from '../../src/analyzers/package-state.js';
import { packageStory } from '../../src/analyzers/package-story.js';
import { comparePackages } from '../../src/freshness/compare.js';
import { forecastRebuild, type Forecast, type ForecastChange } from '../../src/freshness/forecast.js';
import { Squash } from '../../src/layer/squash.js';
import { formatEvr } from '../../src/rpm/version.js';
import { buildFrom, database, openBuilt, readerOf } from '../examination/rig.js';
import { packageOf } from '../support/packages.js';

/** One layer: what its database lists, and the line of the history that made it. */
export interface LayerSpec {
  /** `name evr`, separated by commas; '' for a layer without a database. */
  readonly has: string;
  readonly by?: string;
}

export const listOf = (text: string): readonly string[] => (text === '' ? [] : text.split(', '));

export const packagesOf = (text: string) =>
  listOf(text).map((one) => {
    const [name = '', evr = ''] = one.split(' ');
    return packageOf(evr, { name });
  });

/** What is foreseen of an image with these layers, the first ones its base's, once the base holds what it does today. */
export async function foreseen(
  layers: readonly LayerSpec[],
  baseLayers: number | undefined,
  today: string,
  problem?: string,
): Promise<Forecast> {
  const history = layers.map(({ by = 'RUN /bin/sh -c dnf -y update' }) => ({ created_by: by }));
  const entries = layers.map(({ has }) => (has === '' ? [] : [database(...listOf(has))]));
  const { image } = await openBuilt(buildFrom(entries, { history }));
  const { facts } = await readerOf().gather(image);
  const story = packageStory(new Squash(facts));
  const theirs = packagesOf(today);
  return forecastRebuild({
    image,
    story,
    baseLayers,
    built: packageState(new Squash(facts.slice(0, baseLayers ?? 0))).packages,
    today: theirs,
    reference: 'r.test/base:latest',
    differences: comparePackages(story.state.packages, theirs),
    problem,
  });
}

/** `a 1-1 < 1-2 (base 1)`: versions, whose it is, and the number of the layer. */
export function changeWords({ name, image, other, broughtBy, layer }: ForecastChange): string {
  return `${name} ${formatEvr(image)} -> ${formatEvr(other)} (${broughtBy} ${layer + 1})`;
}

/** Every group that is not empty, in words. */
export function forecastWords(forecast: Forecast): readonly string[] {
  const { upgraded, held, lost, withdrawn, equal, kept, dropped, brought, takenAway, deadWeight, downgrades } =
    forecast;
  const groups: Readonly<Record<string, readonly string[]>> = {
    upgraded: upgraded.map(changeWords),
    held: held.map(changeWords),
    lost: lost.map(changeWords),
    withdrawn: withdrawn.map(changeWords),
    equal: Object.entries(equal).flatMap(([who, count]) => (count > 0 ? [`${count} ${who}`] : [])),
    kept: kept.map((one) => one.package.name),
    dropped: dropped.map((one) => one.package.name),
    brought: brought.map((one) => one.name),
    'taken away': takenAway.map((one) => one.name),
    dead: deadWeight.map((one) => `layer ${one.layer + 1} of ${one.packages}`),
    downgrades: downgrades.map((one) => `layer ${one.layer + 1}: ${one.packages.map(({ name }) => name).join(' ')}`),
  };
  return Object.entries(groups).flatMap(([word, all]) => (all.length > 0 ? [`${word}: ${all.join(', ')}`] : []));
}
