import { isRunLabel } from '../containers/run-label.js';
import type { Container, Text } from './container.js';
import { expandVariables } from './expand.js';
import { readInstructions, type Instruction } from './dockerfile-instructions.js';
import { labelContainers } from './label-container.js';
import type { SourceText } from './source-text.js';

export interface Stage {
  /** As `AS name` gives it, in lower case. */
  readonly name: string | undefined;
  readonly from: Instruction;
  readonly base: Base;
  /** Without its FROM. */
  readonly instructions: readonly Instruction[];
}

/** What an image name in a Dockerfile stands for; `open` when an argument without a default is needed. */
export type Base =
  | { readonly is: 'scratch' | 'open'; readonly written: Text }
  | { readonly is: 'stage'; readonly written: Text; readonly stage: number }
  | { readonly is: 'image'; readonly written: Text; readonly image: string };

export interface Dockerfile {
  readonly source: SourceText;
  /** All, in the order of the file. */
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
  /** Images that are not a FROM: `COPY --from=`, `RUN --mount=from=`. */
  readonly otherImages: readonly Base[];
  /** What the run lines in its labels run. */
  readonly containers: readonly Container[];
}

/** Names of instructions that Docker and Buildah know. */
export const keywords: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/**
 * Reads a Dockerfile or Containerfile.
 * @throws ImgcheckError usage, with file, line and column, for one that is too long or none at all
 */
export async function parseDockerfile(source: SourceText): Promise<Dockerfile> {
  const instructions = await readInstructions(source);
  const known = instructions.filter((one) => keywords.has(one.keyword));
  if (known.length === 0) {
    throw source.fault(instructions[0]?.offset ?? 0, 'the file holds no instruction of a Dockerfile');
  }
  const stages: Stage[] = [];
  const globals = new Map<string, string | undefined>();
  const named = new Map<string, number>();
  const otherImages: Base[] = [];
  let current: Instruction[] = [];
  for (const one of instructions) {
    if (one.keyword === 'FROM' && !one.onbuild) {
      current = [];
      const [image, as, name] = one.words;
      const written = image ?? { text: '', offset: one.offset };
      const base = baseOf(written, globals, named);
      const stageName = as?.text.toLowerCase() === 'as' ? name?.text.toLowerCase() : undefined;
      if (stageName !== undefined) named.set(stageName, stages.length);
      stages.push({ name: stageName, from: one, base, instructions: current });
      continue;
    }
    if (stages.length === 0 && one.keyword === 'ARG') {
      for (const { name, value } of one.properties) {
        globals.set(name, value === undefined ? undefined : expandVariables(value, (each) => globals.get(each)));
      }
    }
    current.push(one);
    for (const written of imagesIn(one)) otherImages.push(baseOf(written, new Map(), named, true));
  }
  const containers = instructions
    .filter((one) => one.keyword === 'LABEL')
    .flatMap((one) => one.properties)
    .filter(({ name }) => isRunLabel(unquote(name)))
    .flatMap(labelContainers);
  return { source, instructions, stages, otherImages, containers };
}

function baseOf(
  written: Text,
  globals: ReadonlyMap<string, string | undefined>,
  named: ReadonlyMap<string, number>,
  byNumber = false,
): Base {
  const image = expandVariables(unquote(written.text), (name) => globals.get(name));
  if (image === undefined) return { is: 'open', written };
  if (image === 'scratch' && !byNumber) return { is: 'scratch', written };
  const stage = named.get(image.toLowerCase());
  if (stage !== undefined) return { is: 'stage', written, stage };
  if (byNumber && /^\d+$/.test(image)) return { is: 'stage', written, stage: Number(image) };
  return { is: 'image', written, image };
}

function unquote(text: string): string {
  return text.replace(/^(["'])([^]*)\1$/, '$2');
}

function imagesIn({ keyword, flags }: Instruction): Text[] {
  return flags.flatMap(({ name, value = '', offset }) => {
    if (keyword === 'COPY' && name === 'from') return [{ text: value, offset: offset + '--from='.length }];
    if (keyword !== 'RUN' || name !== 'mount') return [];
    const from = /(?:^|,)from=([^,]+)/.exec(value);
    if (!from?.[1]) return [];
    const inner = from.index + from[0].length - from[1].length;
    return [{ text: from[1], offset: offset + '--mount='.length + inner }];
  });
}

/** The stages whose layers the last one has: itself, and what it stands on. */
export function shippedStages({ stages }: Dockerfile): readonly Stage[] {
  const shipped: Stage[] = [];
  // A stage stands on an earlier one only: the walk ends.
  for (let stage = stages.at(-1); stage; stage = stage.base.is === 'stage' ? stages[stage.base.stage] : undefined)
    shipped.push(stage);
  return shipped.reverse();
}
