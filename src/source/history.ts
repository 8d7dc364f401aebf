import type { History } from '../oci/config.js';

/** The history line of each layer, bottom first; none where the lines do not add up, and then why. */
export interface AlignedHistory {
  readonly lines: readonly (History | undefined)[];
  readonly remark?: string;
}

/**
 * Matches the history to the layers (image-spec config.md: a line that is not marked empty made a layer).
 * When the counts differ no line is matched at all: a guess would blame the wrong instruction.
 */
export function alignHistory(history: readonly History[], layers: number): AlignedHistory {
  const lines = history.filter((line) => !line.emptyLayer);
  if (lines.length === layers) return { lines };
  const remark =
    history.length === 0
      ? 'the config has no history: which instruction made which layer is not known'
      : `the history has ${lines.length} lines that made a layer for ${layers} layers: no line is matched to a layer`;
  return { lines: new Array<undefined>(layers).fill(undefined), remark };
}
