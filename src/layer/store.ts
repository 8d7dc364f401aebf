import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleFlight } from '../core/concurrency.js';
import type { Descriptor } from '../oci/descriptor.js';
import { layerCompression } from '../oci/media-type.js';
import { writeWhole } from '../state/whole-file.js';
import type { Analyzer, Located } from './analyzer.js';
import type { LayerFacts } from './facts.js';

/** Raise when LayerFacts itself changes its shape or meaning. */
const format = 4;

export interface Gathered {
  readonly facts: LayerFacts;
  /** Kept from an earlier run. */
  readonly cached: boolean;
}

/**
 * Facts by verified layer digest and analyzer versions, on disk between runs when a folder is given.
 * Safe for processes side by side: files are written whole under another name and moved into place, and a damaged one
 * is gathered anew.
 */
export class FactsStore {
  readonly #folder: string | undefined;
  readonly #flights = new SingleFlight<Gathered>();
  #writeError: string | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Why facts could not be kept, if so: the answer is right, only the next run will be slower. */
  get writeError(): string | undefined {
    return this.#writeError;
  }

  /**
   * The facts kept for a layer, else those that `gather` brings, which are then kept.
   * @throws ImgcheckError unsupported for a media type that is no layer's, and what `gather` throws
   */
  async facts(
    descriptor: Descriptor,
    analyzers: readonly Analyzer<Located>[],
    gather: () => Promise<LayerFacts>,
  ): Promise<Gathered> {
    const key = keyOf(descriptor, analyzers);
    return this.#flights.run(key, async () => {
      const kept = await this.#read(key);
      if (kept && kept.digest === descriptor.digest) return { facts: kept, cached: true };
      const fresh = await gather();
      await this.#write(key, fresh);
      return { facts: fresh, cached: false };
    });
  }

  async #read(key: string): Promise<LayerFacts | undefined> {
    if (this.#folder === undefined) return undefined;
    let text: string;
    try {
      text = await readFile(this.#file(this.#folder, key), 'utf8');
    } catch {
      // Not there, or not to be read: both mean that the layer is read from the registry.
      return undefined;
    }
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (end < 0 || text.slice(0, end) !== sum(body)) return undefined;
    return JSON.parse(body, revive) as LayerFacts;
  }

  async #write(key: string, facts: LayerFacts): Promise<void> {
    if (this.#folder === undefined || this.#writeError !== undefined) return;
    try {
      const body = JSON.stringify(facts, pack);
      await writeWhole(this.#file(this.#folder, key), `${sum(body)}\n${body}`, { own: true });
    } catch (error) {
      this.#writeError = error instanceof Error ? error.message : String(error);
    }
  }

  #file(folder: string, key: string): string {
    return join(folder, 'facts', key.slice(0, 2), key.slice(2));
  }
}

/** The media type counts too: the same bytes read with another decoder would be other facts. */
function keyOf(descriptor: Descriptor, analyzers: readonly Analyzer<Located>[]): string {
  const versions = analyzers.map(({ name, version }) => `${name}@${version}`).sort();
  return sum(JSON.stringify([format, descriptor.digest, layerCompression(descriptor.mediaType), versions]));
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Sees the value before toJSON, which a Buffer has. */
function pack(this: Readonly<Record<string, unknown>>, key: string): unknown {
  const value = this[key];
  if (value instanceof Float64Array) {
    return { $f64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (value instanceof Uint8Array) return { $u8: Buffer.from(value).toString('base64') };
  return value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$u8' in value && typeof value.$u8 === 'string') return new Uint8Array(Buffer.from(value.$u8, 'base64'));
  if ('$f64' in value && typeof value.$f64 === 'string') {
    return new Float64Array(new Uint8Array(Buffer.from(value.$f64, 'base64')).buffer);
  }
  return value;
}
