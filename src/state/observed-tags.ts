import type { Digest } from '../oci/digest.js';
import type { TagMemory, TagPast } from './tag-memory.js';

/** A tag that was looked up, what it named, and what earlier runs saw there. */
export interface TagObservation {
  /** `registry/repository:tag`, where it was really asked for. */
  readonly tag: string;
  /** Of this run so far, in the order in which they came, each once: more than one is never right. */
  readonly digests: readonly Digest[];
  readonly past: TagPast;
}

/** What a place is asked through where tags are remembered. */
export interface TagLog {
  /** The digest that earlier runs saw last under the tag. */
  lastDigest(tag: string): Promise<Digest | undefined>;
  hear(tag: string, digest: Digest): void;
  note(tag: string, digest: Digest): void;
}

/** The tags that one examination looks up, out of the memory that it shares with others of the run. */
export class ObservedTags implements TagLog {
  readonly #memory: TagMemory;
  readonly #tags = new Set<string>();

  constructor(memory: TagMemory) {
    this.#memory = memory;
  }

  async lastDigest(tag: string): Promise<Digest | undefined> {
    const { seen } = await this.#memory.recall(tag);
    const [first, ...rest] = seen;
    return rest.reduce((latest, one) => (one.last >= (latest?.last ?? '') ? one : latest), first)?.digest;
  }

  hear(tag: string, digest: Digest): void {
    this.#tags.add(tag);
    this.#memory.hear(tag, digest);
  }

  note(tag: string, digest: Digest): void {
    this.#tags.add(tag);
    this.#memory.note(tag, digest);
  }

  /** In the order in which they were looked up first. */
  async observations(): Promise<readonly TagObservation[]> {
    return Promise.all(
      [...this.#tags].map(async (tag) => ({
        tag,
        digests: this.#memory.heard(tag),
        past: await this.#memory.recall(tag),
      })),
    );
  }
}
