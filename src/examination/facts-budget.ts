import { ImgcheckError } from '../core/error.js';
import type { LayerFacts } from '../layer/facts.js';
import { tableNames } from './table-budget.js';

/**
 * What all layers of an image together may hold: each is bounded, but there may be a thousand of them.
 * Facts are counted once for each layer above that could hide them; tables have a budget of their own.
 */
const limits = { entries: 20_000_000, weight: 256 * 1024 ** 2, comparisons: 50_000_000 } as const;

/** Adds up the facts of an image's layers as they come in. */
export class FactsBudget {
  readonly #layers: number;
  /** A layer that comes again need not be weighed again. */
  readonly #weights = new Map<LayerFacts, number>();
  #entries = 0;
  #weight = 0;
  #facts = 0;

  constructor(layers: number) {
    this.#layers = layers;
  }

  /** @throws ImgcheckError hostile when the layers so far hold too much */
  spend(layer: LayerFacts): void {
    this.#entries += layer.entries;
    const { found, whiteouts, opaques, links } = layer;
    const lists = Object.entries(found).filter(([name]) => !tableNames.includes(name));
    const weight = this.#weights.get(layer) ?? weightOf([lists, whiteouts, opaques, links]);
    this.#weights.set(layer, weight);
    this.#weight += weight;
    for (const facts of Object.values(layer.found)) this.#facts += facts.length;
    this.check();
  }

  /** Throws as spend: no further layer need be read. */
  check(): void {
    if (this.#entries > limits.entries) throw tooMuch(`${limits.entries} entries`);
    if (this.#weight > limits.weight) throw tooMuch(`${limits.weight} bytes of facts`);
    if (this.#facts * this.#layers > limits.comparisons) {
      throw tooMuch(`${Math.floor(limits.comparisons / this.#layers)} facts in ${this.#layers} layers`);
    }
  }
}

/** About as many bytes as the value takes. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length;
  if (ArrayBuffer.isView(value)) return 16 + value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 16;
  for (const member of Object.values(value)) weight += weightOf(member);
  return weight;
}

function tooMuch(what: string): ImgcheckError {
  return new ImgcheckError('hostile', `the layers hold more than ${what}`);
}
