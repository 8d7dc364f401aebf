import { ImgcheckError } from '../core/error.js';
import { Fields, type Json } from '../core/json.js';
import type { Platform } from '../oci/platform.js';

const stepLimit = 10_000;

/** An output of a step. */
export interface Edge {
  readonly step: string;
  readonly output: number;
}

/** A step of a build, as far as it tells what its file system is made on (BuildKit, solver/pb/ops.proto). */
export interface BuildStep {
  readonly id: string;
  readonly inputs: readonly Edge[];
  /** What is fetched, for steps that fetch: `docker-image://...`, `git://...`, `local://...`. */
  readonly source?: string;
  readonly platform?: Platform;
  /** For each output the input that it is made on; `nothing` for an empty file system. */
  readonly lower: ReadonlyMap<number, number>;
}

/** The number that BuildKit writes where a file system is made on nothing. */
const nothing = -1;

/**
 * Reads `llbDefinition` of BuildKit's provenance (docs/attestations/slsa-definitions.md): the last step is the result.
 * @throws ImgcheckError hostile for what is malformed, for two steps of one id, and for more than 10,000 steps
 */
export function readBuildSteps(fields: Fields, key: string): readonly BuildStep[] {
  const seen = new Set<string>();
  return fields.array(key, stepLimit).map((json, i) => {
    const step = readStep(json, `${key}[${i}]`);
    if (seen.has(step.id)) throw new ImgcheckError('hostile', `${key} has two steps ${step.id.slice(0, 80)}`);
    seen.add(step.id);
    return step;
  });
}

function readStep(json: Json, path: string): BuildStep {
  const fields = new Fields(json, path);
  const inputs = fields.stringList('inputs').map(readEdge);
  const outer = fields.optionalObject('op');
  const op = outer?.optionalObject('Op');
  const source = op?.optionalObject('source')?.string('identifier');
  const platform = readStepPlatform(outer?.optionalObject('platform'));
  return {
    id: fields.string('id'),
    inputs,
    ...(source === undefined ? {} : { source }),
    ...(platform ? { platform } : {}),
    lower: readLower(op, inputs.length),
  };
}

function readEdge(text: string): Edge {
  const [, step, output] = /^([^:]{1,100}):(\d{1,9})$/.exec(text) ?? [];
  if (step === undefined) throw new ImgcheckError('hostile', `not an input of a step: ${text.slice(0, 80)}`);
  return { step, output: Number(output) };
}

function readStepPlatform(fields: Fields | undefined): Platform | undefined {
  const [os, architecture] = [fields?.optionalString('OS'), fields?.optionalString('Architecture')];
  if (!os || !architecture) return undefined;
  const variant = fields?.optionalString('Variant');
  return { os, architecture, ...(variant ? { variant } : {}) };
}

function readLower(op: Fields | undefined, inputs: number): ReadonlyMap<number, number> {
  const exec = op?.optionalObject('exec');
  if (exec) return readMounts(exec);
  const file = op?.optionalObject('file');
  if (file) return readActions(file, inputs);
  const merge = op?.optionalObject('merge');
  if (merge) return new Map([[0, firstMerged(merge)]]);
  const diff = op?.optionalObject('diff');
  if (diff) return new Map([[0, readDiff(diff)]]);
  // The result itself has no operation; a fetched file system is made on none, and a nested build is not looked into.
  return op && op.keys.length > 0 ? new Map() : new Map([[0, 0]]);
}

/** Each mount that is written to gives an output, made on what was mounted. */
function readMounts(exec: Fields): ReadonlyMap<number, number> {
  const lower = new Map<number, number>();
  for (const [i, json] of exec.array('mounts').entries()) {
    const mount = new Fields(json, `mounts[${i}]`);
    const output = readNumber(mount, 'output');
    if (output >= 0 && !lower.has(output)) lower.set(output, readNumber(mount, 'input'));
  }
  return lower;
}

/** An action is made on an input, or on an action before it (numbered after the inputs); what it copies from does not count. */
function readActions(file: Fields, inputs: number): ReadonlyMap<number, number> {
  const lower = new Map<number, number>();
  const made: number[] = [];
  for (const [i, json] of file.array('actions').entries()) {
    const action = new Fields(json, `actions[${i}]`);
    const input = readNumber(action, 'input');
    const below = input < inputs ? input : made[input - inputs];
    if (below === undefined)
      throw new ImgcheckError('hostile', `actions[${i}] is made on an action that is not before it`);
    made.push(below);
    const output = readNumber(action, 'output');
    if (output >= 0) lower.set(output, below);
  }
  return lower;
}

/** The layers of the first input come first. */
function firstMerged(merge: Fields): number {
  const [first] = merge.array('inputs');
  return first === undefined ? nothing : readNumber(new Fields(first, 'merge.inputs[0]'), 'input');
}

/** The difference to a file system holds none of its layers; that to nothing is the upper one itself. */
function readDiff(diff: Fields): number {
  const [lower, upper] = [diff.optionalObject('lower'), diff.optionalObject('upper')];
  const fromNothing = lower === undefined || readNumber(lower, 'input') === nothing;
  return fromNothing && upper ? readNumber(upper, 'input') : nothing;
}

/** Zero where it is left out, as protocol buffers do. */
function readNumber(fields: Fields, key: string): number {
  const value = fields.raw(key) ?? 0;
  if (!Number.isSafeInteger(value) || (value as number) < nothing)
    throw new ImgcheckError('hostile', `${key} is not the number of an input or output`);
  return value as number;
}

/** What the result is made on: a step that fetches; `nothing`; undefined where the steps do not tell (or go in a circle). */
export function followToSource(steps: readonly BuildStep[]): BuildStep | 'nothing' | undefined {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  let [step, output]: [BuildStep | undefined, number] = [steps.at(-1), 0];
  while (step && !seen.has(`${step.id}:${output}`)) {
    if (step.source !== undefined) return step;
    seen.add(`${step.id}:${output}`);
    const input = step.lower.get(output);
    if (input === nothing) return 'nothing';
    const edge: Edge | undefined = input === undefined ? undefined : step.inputs[input];
    [step, output] = [edge && byId.get(edge.step), edge?.output ?? 0];
  }
  return undefined;
}
