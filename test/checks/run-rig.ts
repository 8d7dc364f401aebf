import type { Check } from '../../src/checks/check.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom } from '../examination/rig.js';
import { answer, examinationOf } from './rig.js';

export interface RunGiven {
  /** The config's `config`. */
  readonly run?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly layers?: readonly (readonly TarInput[])[];
  readonly platform?: string;
}

/** An examination of an image that asks this of its engine. */
export async function runExamination({ run, labels, layers = [[]], platform }: RunGiven) {
  const config = { config: { ...run, ...(labels ? { Labels: labels } : {}) } };
  return examinationOf({ built: buildFrom(layers, { config, ...(platform ? { platform } : {}) }) });
}

export async function askRun(check: Check, given: RunGiven): Promise<string[]> {
  return answer(check, await runExamination(given));
}
