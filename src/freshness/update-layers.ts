import type { PackageStory } from '../analyzers/package-story.js';
import { groupBy } from '../core/group.js';
import type { RpmPackage } from '../rpm/package.js';
import type { Image } from '../source/image.js';
import { plausibleTime } from './created.js';
import { updateStepOf, type UpdateStep } from './update-step.js';

/** When a step really ran, as the packages say that it brought; milliseconds since 1970. */
export interface ContentDate {
  readonly time: number;
  /** `built`: the times of installation are placeholders, and it cannot have run before its newest package was built. */
  readonly by: 'installed' | 'built';
}

/** Something that happened a day or more after a step's packages were installed, though it should have been minutes. */
export interface Gap {
  readonly days: number;
  /** `layer 5 was made`. */
  readonly event: string;
}

/** A step that updates packages, and what its layer proves of when it ran. */
export interface UpdateLayer {
  /** Index of the layer. */
  readonly layer: number;
  readonly step: UpdateStep;
  /** Packages that the layer brought, in whatever version. */
  readonly brought: number;
  /** Undefined where it brought none, or none with a date to be believed. */
  readonly date?: ContentDate;
  /** Evidence that the layer was taken from a build cache. */
  readonly gap?: Gap;
}

const day = 86_400_000;

/**
 * The layers from `first` on whose step updates packages, dated by the packages that each brought and set beside its own
 * line of the history, the layers around it and the image. A layer without packages has no date: there may have been
 * nothing to update.
 */
export function updateLayers(image: Image, story: PackageStory, first: number, now: Date): readonly UpdateLayer[] {
  const dates = new LayerDates(image, story, now);
  return image.layers.flatMap(({ instruction }, layer): UpdateLayer[] => {
    const step = layer < first ? undefined : updateStepOf(instruction);
    if (!step) return [];
    const brought = dates.brought[layer]?.length ?? 0;
    const date = dates.content[layer];
    // A build date only says what came before the step.
    const gap = date?.by === 'installed' ? dates.gapAfter(date.time, layer) : undefined;
    return [{ layer, step, brought, ...(date ? { date } : {}), ...(gap ? { gap } : {}) }];
  });
}

class LayerDates {
  /** What each layer brought: what came, and what is still there that was installed anew in the same version. */
  readonly brought: readonly (readonly RpmPackage[])[];
  readonly content: readonly (ContentDate | undefined)[];
  readonly #image: Image;
  readonly #now: Date;

  constructor(image: Image, story: PackageStory, now: Date) {
    this.#image = image;
    this.#now = now;
    const kept = groupBy(story.packages, (one) => one.layer);
    this.brought = image.layers.map((_, layer) => {
      const { added = [], upgraded = [], downgraded = [] } = story.layers[layer] ?? {};
      const changed = [...added, ...[...upgraded, ...downgraded].map(({ to }) => to)];
      const all = [...changed, ...(kept.get(layer) ?? []).map((one) => one.package)];
      return [...new Map(all.map((one) => [one.headerDigest, one])).values()];
    });
    this.content = this.brought.map((packages) => this.#contentDate(packages));
  }

  /** The first that comes a day or more later: the layers above in their order, the image, the layers below, its own line. */
  gapAfter(time: number, layer: number): Gap | undefined {
    const numbers = [...this.#image.layers.keys()];
    const above = numbers.slice(layer + 1).map((i) => ({ time: this.#made(i), event: `layer ${i + 1} was made` }));
    const below = numbers.slice(0, layer).reverse();
    const events = [
      ...above,
      { time: this.#believed(this.#image.config.created), event: 'the image was made' },
      ...below.map((i) => ({ time: this.#made(i), event: `layer ${i + 1} below it was made` })),
      { time: this.#created(layer), event: 'the history says that it ran' },
    ];
    for (const { time: later, event } of events) {
      if (later !== undefined && later - time >= day) return { days: Math.floor((later - time) / day), event };
    }
    return undefined;
  }

  #contentDate(packages: readonly RpmPackage[]): ContentDate | undefined {
    const installed = this.#newest(packages.map((one) => one.installTime));
    const built = this.#newest(packages.map((one) => one.buildTime));
    // Nothing is installed before it is built: such a time was set (SOURCE_DATE_EPOCH), not taken from a clock.
    if (installed !== undefined && installed >= (built ?? 0)) return { time: installed, by: 'installed' };
    return built === undefined ? undefined : { time: built, by: 'built' };
  }

  /** What a layer’s packages say is better than what its history says. */
  #made(layer: number): number | undefined {
    const date = this.content[layer];
    return date?.by === 'installed' ? date.time : (this.#created(layer) ?? date?.time);
  }

  #created(layer: number): number | undefined {
    return this.#believed(this.#image.layers[layer]?.created);
  }

  #newest(seconds: readonly (number | undefined)[]): number | undefined {
    let newest: number | undefined;
    for (const one of seconds) {
      const date = one === undefined ? undefined : new Date(one * 1000);
      if (!date || Number.isNaN(date.getTime())) continue;
      const time = this.#believed(date.toISOString());
      if (time !== undefined && time > (newest ?? 0)) newest = time;
    }
    return newest;
  }

  #believed(text: string | undefined): number | undefined {
    return plausibleTime(text, this.#now);
  }
}
