import type { Examination } from '../examination/examination.js';
import { layerOf } from './check.js';

/** `layer 4 (RUN dnf -y update)`, by the layer's index; as much of the instruction as fits into a sentence. */
export function layerWords(examination: Examination, layer: number): string {
  const { instruction = '' } = layerOf(examination, layer);
  const text = instruction
    .replace(/\s+/g, ' ')
    .replace(/^((?:RUN )?)\/bin\/sh -c (?:#\(nop\) ?)?/, '$1')
    .trim();
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `layer ${layer + 1}${shown === '' ? '' : ` (${shown})`}`;
}
