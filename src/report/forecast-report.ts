import type { Examination } from '../examination/examination.js';
import type { ForecastAdvisory } from '../freshness/advisory-forecast.js';
import { countChanges, type Bringer, type ForecastChange } from '../freshness/forecast.js';
import type { RebuildWhen } from '../freshness/rebuild-when.js';
import type { Digest } from '../oci/digest.js';
import type { RpmPackage } from '../rpm/package.js';
import { formatEvr } from '../rpm/version.js';
import type { ReportedChange, ReportedPackage } from './report.js';

export type ReportedNeed = 'needed' | 'not-needed' | 'unknown';

/** Whether a rebuild is needed: by every measure, whichever the policy goes by. */
export interface ReportedRebuild {
  readonly when: RebuildWhen;
  readonly layers: ReportedNeed;
  readonly packages: ReportedNeed;
  readonly advisories: ReportedNeed;
  /** In words, by measure. */
  readonly reasons: Readonly<Record<'layers' | 'packages' | 'advisories', string>>;
}

/** From the image's version to that of today's base. */
export interface ReportedForecastChange extends ReportedChange {
  /** Number of the layer (from 1) that brought the image's version. */
  readonly layer: number;
  readonly broughtBy: Bringer;
}

export interface ReportedForecastAdvisory {
  readonly id: string;
  readonly type: string;
  readonly severity: string;
  readonly issued?: string;
  /** name.arch */
  readonly packages: readonly string[];
}

/** What a rebuild on today's base would change. */
export interface ReportedForecast {
  readonly comparedWith: string;
  readonly upgraded: readonly ReportedForecastChange[];
  /** Older, and kept so by a layer of the image's own. */
  readonly held: readonly ReportedForecastChange[];
  /** Newer by a layer of the image's own: lost unless its step runs anew. */
  readonly lost: readonly ReportedForecastChange[];
  /** Newer by the base's own layers: today's base has gone back. */
  readonly withdrawn: readonly ReportedForecastChange[];
  readonly equal: Readonly<Record<Bringer, number>>;
  /** Packages of the image's own. */
  readonly kept: number;
  readonly dropped: readonly ReportedPackage[];
  readonly brought: readonly ReportedPackage[];
  readonly takenAway: readonly ReportedPackage[];
  /** Layers that bring only packages that today's base has as new or newer. */
  readonly deadWeight: readonly {
    readonly layer: number;
    readonly digest?: Digest;
    readonly packages: number;
    readonly bytes: number;
  }[];
  /** Layers that ship older packages than today's base has. */
  readonly downgrades: readonly {
    readonly layer: number;
    readonly digest?: Digest;
    readonly packages: readonly ReportedChange[];
  }[];
  /** Present where a repository told. */
  readonly advisories?: {
    readonly closed: readonly ReportedForecastAdvisory[];
    readonly open: readonly (ReportedForecastAdvisory & { readonly needs: readonly ('base' | 'own')[] })[];
    readonly opened: readonly ReportedForecastAdvisory[];
    /** Packages that would stay older than in the repositories. */
    readonly behind: { readonly base: number; readonly own: number };
    readonly doubts: readonly string[];
  };
  readonly problem?: string;
}

/** Puts what a rebuild would do, and whether it is needed, into the shape that is reported. */
export function reportRebuild(
  examination: Examination,
  when: RebuildWhen,
): { readonly rebuild?: ReportedRebuild; readonly forecast?: ReportedForecast } {
  const { rebuild } = examination;
  const forecast = reportForecast(examination);
  if (!rebuild) return forecast ? { forecast } : {};
  const [layers, packages, advisories] = [rebuild['layers-differ'], rebuild['packages-differ'], rebuild.advisories];
  return {
    rebuild: {
      when,
      layers: layers.outcome,
      packages: packages.outcome,
      advisories: advisories.outcome,
      reasons: { layers: layers.reason, packages: packages.reason, advisories: advisories.reason },
    },
    ...(forecast ? { forecast } : {}),
  };
}

/** Whether a newer base holds nothing newer: no package of the base's part differs. Undefined where that is not known. */
export function changesNothing({ forecast }: Examination): boolean | undefined {
  if (!forecast) return undefined;
  const none = countChanges(forecast) === 0;
  return none && forecast.problem !== undefined ? undefined : none;
}

function reportForecast({ image, forecast, advisories }: Examination): ReportedForecast | undefined {
  if (!forecast) return undefined;
  const { problem } = forecast;
  const place = (layer: number): { layer: number; digest?: Digest } => {
    const digest = image.layers[layer]?.descriptor.digest;
    return { layer: layer + 1, ...(digest === undefined ? {} : { digest }) };
  };
  return {
    comparedWith: forecast.reference,
    upgraded: forecast.upgraded.map(reportChange),
    held: forecast.held.map(reportChange),
    lost: forecast.lost.map(reportChange),
    withdrawn: forecast.withdrawn.map(reportChange),
    equal: forecast.equal,
    kept: forecast.kept.length,
    dropped: forecast.dropped.map((one) => reportPackage(one.package)),
    brought: forecast.brought.map(reportPackage),
    takenAway: forecast.takenAway.map(reportPackage),
    deadWeight: forecast.deadWeight.map(({ layer, packages, bytes }) => ({ ...place(layer), packages, bytes })),
    downgrades: forecast.downgrades.map(({ layer, packages }) => ({
      ...place(layer),
      packages: packages.map(plainChange),
    })),
    ...(advisories
      ? {
          advisories: {
            closed: advisories.closed.map(reportAdvisory),
            open: advisories.open.map((one) => ({ ...reportAdvisory(one), needs: one.needs })),
            opened: advisories.opened.map(reportAdvisory),
            behind: advisories.behind,
            doubts: advisories.doubts,
          },
        }
      : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

function plainChange({ name, arch, image, other }: ForecastChange): ReportedChange {
  return { name, arch, from: formatEvr(image), to: formatEvr(other) };
}

function reportChange(one: ForecastChange): ReportedForecastChange {
  return { ...plainChange(one), layer: one.layer + 1, broughtBy: one.broughtBy };
}

function reportPackage({ name, epoch, version, release, arch }: RpmPackage): ReportedPackage {
  return { name, epoch, version, release, arch };
}

function reportAdvisory({ id, type, severity, issued, packages }: ForecastAdvisory): ReportedForecastAdvisory {
  const date = issued === undefined ? {} : { issued: new Date(issued * 1000).toISOString() };
  return { id, type, severity, ...date, packages };
}
