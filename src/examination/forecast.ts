import { packageState } from '../analyzers/package-state.js';
import { forecastAdvisories, type AdvisoryForecast } from '../freshness/advisory-forecast.js';
import { baseDoubt } from '../freshness/base-doubt.js';
import { forecastRebuild, type Forecast } from '../freshness/forecast.js';
import type { BaseVerdict, Freshness } from '../freshness/freshness.js';
import { concludeRebuild, type Rebuild } from '../freshness/rebuild.js';
import { Squash } from '../layer/squash.js';
import type { Image } from '../source/image.js';
import type { ComparedBase } from './base-comparison.js';
import type { Content } from './examination.js';
import { compareWithRepositories, type RepositoryChoice, type RepositoryFindings } from './repositories.js';

/** What is known of an image before anybody asks what a rebuild would change. */
export interface Examined {
  readonly image: Image;
  readonly content: Content | undefined;
  readonly freshness: Freshness | undefined;
  readonly base: BaseVerdict | undefined;
  readonly compared: ComparedBase | undefined;
}

/** What a rebuild on today's base would change, and whether it is needed. */
export interface RebuildFindings {
  /** Undefined where packages of image and base could not be compared. */
  readonly forecast: Forecast | undefined;
  /** Undefined where no repository told. */
  readonly advisories: AdvisoryForecast | undefined;
  /** Undefined where the base was not asked for. */
  readonly rebuild: Rebuild | undefined;
}

/** Forecasts a rebuild, and asks the repositories of what the image holds and of what it would hold then. */
export async function foresee(
  examined: Examined,
  choices: readonly RepositoryChoice[],
): Promise<RebuildFindings & { readonly repositories: RepositoryFindings | undefined }> {
  const { content, freshness, base } = examined;
  const known = forecastOf(examined);
  const forecast = typeof known === 'string' ? undefined : known;
  const rebuilt = forecast && [...forecast.rebuilt.base, ...forecast.rebuilt.own];
  const repositories = content ? await compareWithRepositories(content, choices, rebuilt) : undefined;
  const advised = advisoriesOf(repositories, forecast);
  const advisories = typeof advised === 'string' ? undefined : advised;
  const rebuild =
    freshness &&
    concludeRebuild({
      freshness,
      base,
      forecast,
      unforeseen: typeof known === 'string' ? known : '',
      advisories,
      unadvised: typeof advised === 'string' ? advised : '',
    });
  return { forecast, advisories, rebuild, repositories };
}

/** The forecast, or why there is none. */
function forecastOf({ image, content, base, compared }: Examined): Forecast | string {
  if (!content) return 'packages were not read';
  const { comparison, today } = compared ?? {};
  const { state } = content.packages;
  if (!comparison)
    return state.outcome === 'none' ? 'it has no RPM database' : 'there is no base to compare its packages with';
  const { differences, problem, reference } = comparison;
  if (!base || !today || !differences) return problem ?? 'its packages could not be compared';
  const doubt = baseDoubt(base, reference);
  if (doubt !== undefined) return doubt;
  const baseLayers = layersOf(base, image);
  return forecastRebuild({
    image,
    story: content.packages,
    baseLayers,
    built: packageState(new Squash(content.layers.slice(0, baseLayers ?? 0))).packages,
    today: today.packages,
    reference,
    differences,
    problem,
  });
}

/** An image that is a base itself is replaced as a whole. */
function layersOf({ proof, layers }: BaseVerdict, image: Image): number | undefined {
  if (proof === 'none') return undefined;
  return proof === 'self' ? image.layers.length : layers;
}

/** The forecast of advisories, or why there is none. */
function advisoriesOf(
  repositories: RepositoryFindings | undefined,
  forecast: Forecast | undefined,
): AdvisoryForecast | string {
  if (!repositories) return 'no repository was named for it';
  const { asked, comparison, rebuilt, unadvised = [] } = repositories;
  const lost = asked.flatMap((one) => (one.problem === undefined ? [] : [`${one.location}: ${one.problem}`]));
  if (!comparison) return `no repository could be read: ${lost.join('; ')}`;
  if (!forecast || !rebuilt) return 'its packages were not compared with a base';
  const upgraded = new Set(forecast.upgraded.map((one) => one.image.headerDigest));
  const silent = unadvised.filter((location) =>
    comparison.behind.some((one) => one.repository === location && upgraded.has(one.package.headerDigest)),
  );
  const doubts = [...lost, ...silent.map((location) => `${location} tells of no advisories`)];
  return forecastAdvisories(comparison, rebuilt, forecast, doubts);
}
