import { shippedStages, type Dockerfile, type Stage } from './dockerfile.js';
import type { Instruction } from './dockerfile-instructions.js';
import { changesEachBuild } from './cache-breaker.js';
import { cacheFolders, packageSteps, type PackageFamily, type PackageStep } from '../analyzers/package-step.js';
import { programName, withoutWrappers } from '../core/shell.js';

/** What one RUN does with packages. */
export interface PackageRun {
  readonly run: Instruction;
  /** Whether something before it in its stage is meant to change from build to build, so that no cache is used. */
  readonly fresh: boolean;
  readonly steps: readonly PackageStep[];
  /** The step that leaves something in the layer of this RUN, by family; the last one. */
  readonly left: ReadonlyMap<PackageFamily, PackageStep>;
  /** Whether it does nothing but clean. */
  readonly cleansOnly: boolean;
}

const harmless = new Set(['set', 'echo', 'true', ':', 'cd', 'rm', 'find']);

/** Every RUN of the stages that the image is made of, in their order. Other stages ship no layer. */
export function packageRuns(dockerfile: Dockerfile): PackageRun[] {
  return shippedStages(dockerfile).flatMap((stage) =>
    runsOf(stage).map(({ run, fresh }) => {
      const steps = run.commands.flatMap(packageSteps);
      return {
        run,
        fresh,
        steps,
        left: leftBy(steps, run),
        cleansOnly:
          steps.length > 0 &&
          steps.every(({ action }) => action === 'clean') &&
          run.commands.every(
            (command) =>
              packageSteps(command).length > 0 || harmless.has(programName(withoutWrappers(command)[0]?.text ?? ':')),
          ),
      };
    }),
  );
}

function runsOf({ instructions }: Stage): { run: Instruction; fresh: boolean }[] {
  let fresh = false;
  return instructions.flatMap((one) => {
    fresh ||= changesEachBuild(one);
    return one.keyword === 'RUN' ? [{ run: one, fresh }] : [];
  });
}

function leftBy(steps: readonly PackageStep[], run: Instruction): ReadonlyMap<PackageFamily, PackageStep> {
  const left = new Map<PackageFamily, PackageStep>();
  for (const step of steps) {
    if (step.action === 'clean') left.delete(step.family);
    else if (step.leaves && !isMounted(step.family, run)) left.set(step.family, step);
  }
  return left;
}

/** A cache or tmpfs mount over the folder keeps it out of the layer. */
function isMounted(family: PackageFamily, { flags }: Instruction): boolean {
  return flags.some(({ name, value = '' }) => {
    if (name !== 'mount' || !/(?:^|,)type=(?:cache|tmpfs)(?:,|$)/.test(value)) return false;
    const target = /(?:^|,)(?:target|dst|destination)=([^,]+)/.exec(value)?.[1]?.replace(/\/+$/, '') ?? '';
    return cacheFolders[family].some((folder) => folder === target || folder.startsWith(`${target}/`));
  });
}
