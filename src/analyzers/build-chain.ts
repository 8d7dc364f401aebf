import { factsOf, type LayerFacts } from '../layer/facts.js';
import { buildInfo, type BuildInfo } from './build-info.js';

/** One build that left its mark in a layer. */
export interface ChainStep {
  /** With `-` for `/`. */
  readonly name: string;
  readonly version: string;
  readonly release: string;
  /** Index of the layer, bottom is 0. */
  readonly layer: number;
  readonly path: string;
  /** What its Dockerfile's FROM lines say. */
  readonly from: readonly string[];
}

/** The builds whose build info lies in the layers: the bases of a Red Hat image, and itself, the lowest first. */
export interface BuildChain {
  readonly steps: readonly ChainStep[];
  /** Files that tell nothing, in words. */
  readonly problems: readonly string[];
}

const stepLimit = 100;
const problemLimit = 5;
const pathLength = 300;

/**
 * Reads the chain from every layer, whatever the layers above hide: a cleaned up image was built all the same. A file that
 * a higher layer only repeats is of the lowest; within one layer the positions that content manifests say decide.
 */
export function buildChain(layers: readonly LayerFacts[]): BuildChain {
  const steps = new Map<string, PlacedStep>();
  const problems: string[] = [];
  for (const [layer, facts] of layers.entries()) {
    const files = factsOf(facts, buildInfo);
    for (const step of stepsOf(files, layer)) {
      if (!steps.has(nvrOf(step)) && steps.size < stepLimit) steps.set(nvrOf(step), step);
    }
    problems.push(...files.flatMap((file) => problemWords(file, layer)));
  }
  const more = problems.length - problemLimit;
  return {
    steps: [...steps.values()]
      .sort((a, b) => a.layer - b.layer || a.position - b.position)
      .map(({ position: _position, ...step }) => step),
    problems: [
      ...problems.slice(0, problemLimit),
      ...(more > 0 ? [`build info: ${more} more files tell nothing`] : []),
    ],
  };
}

/** `ubi9 9.4-1123`, as far as it is said. */
export function nvrOf({ name, version, release }: Pick<ChainStep, 'name' | 'version' | 'release'>): string {
  return `${name} ${[version, release].filter((part) => part !== '').join('-')}`.trim();
}

/** Whether the last components of a repository are this name, in which `-` may stand for `/`: `ubi9/python-311`. */
export function repositoryIsNamed(repository: string, name: string): boolean {
  const wanted = name.replaceAll('/', '-');
  const parts = repository.split('/');
  return parts.some((_, i) => parts.slice(i).join('-') === wanted);
}

/** With the position of its layer that its content manifest says, or one after all others. */
type PlacedStep = ChainStep & { readonly position: number };

/** Dockerfiles name a build; labels and content manifests add to them, and stand for them where there is none. */
function stepsOf(files: readonly BuildInfo[], layer: number): readonly PlacedStep[] {
  const steps: PlacedStep[] = [];
  for (const kind of ['dockerfile', 'labels', 'content-manifest'] as const) {
    for (const file of files) {
      if (file.kind !== kind || file.name === '') continue;
      const { name, version, release, path, from, layerIndex: position = Number.MAX_SAFE_INTEGER } = file;
      const at = steps.findIndex((step) => isSame(step, file));
      const old = steps[at];
      if (!old) steps.push({ name, version, release, layer, path, from, position });
      else {
        const said = old.version === '' ? { version, release } : {};
        steps[at] = { ...old, ...said, position: Math.min(old.position, position) };
      }
    }
  }
  return steps;
}

/** Labels have the name with its folder (`ubi9/python-311`), and may leave out the rest. */
function isSame(step: ChainStep, file: BuildInfo): boolean {
  const named = [step.name, file.name].sort((a, b) => a.length - b.length);
  const [short = '', long = ''] = named;
  if (short !== long && !long.endsWith(`-${short}`)) return false;
  if (step.version === '' || file.version === '') return true;
  return step.version === file.version && step.release === file.release;
}

function problemWords({ path, problem }: BuildInfo, layer: number): readonly string[] {
  return problem === undefined ? [] : [`build info: /${path.slice(0, pathLength)} in layer ${layer + 1} ${problem}`];
}
