import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../oci/digest.js';
import { filesByAge } from './folder-files.js';
import { readBounded } from './read-bounded.js';
import { formatTagRecord, mergeSeen, parseTagRecord, type SeenDigest } from './tag-record.js';
import { writeWhole } from './whole-file.js';

/** Bytes: far more than a record of the most digests takes. */
const recordLimit = 64 * 1024;
const mostTags = 10_000;
/** When there are more, so many are left: looking through all of them is rare then. */
const tagsLeft = 9_000;

/** What earlier runs saw under a tag. */
export interface TagPast {
  /** In the order of their first appearance; empty the first time. */
  readonly seen: readonly SeenDigest[];
  /** False where nothing is kept between runs. */
  readonly kept: boolean;
  /** Why what was kept does not count: it is started anew. */
  readonly damage?: string;
}

/**
 * Which digests each tag had when it was looked up, over all runs: for 10,000 tags, 50 digests each. Tags are written out
 * in full: `registry/repository:tag`. Safe for processes side by side; of two that write one tag at the same instant, the
 * observation of one may be lost.
 */
export class TagMemory {
  readonly #folder: string | undefined;
  readonly #now: string;
  readonly #pasts = new Map<string, Promise<TagPast>>();
  readonly #heard = new Map<string, Digest[]>();
  readonly #judged = new Map<string, Digest[]>();
  #writeError: string | undefined;

  /** Remembers within the run only, without a folder. */
  constructor(folder: string | undefined, now: Date) {
    this.#folder = folder === undefined ? undefined : join(folder, 'tags');
    this.#now = now.toISOString();
  }

  /** Why something could not be kept, if so. */
  get writeError(): string | undefined {
    return this.#writeError;
  }

  /** What was seen before this run, whatever it has noted since. */
  recall(tag: string): Promise<TagPast> {
    const past = this.#pasts.get(tag) ?? this.#read(tag);
    this.#pasts.set(tag, past);
    return past;
  }

  /** The digests of this run, in the order in which they came, each once. */
  heard(tag: string): readonly Digest[] {
    return this.#heard.get(tag) ?? [];
  }

  /** The registry named this digest; nobody has seen its bytes. It is not kept. */
  hear(tag: string, digest: Digest): void {
    add(this.#heard, tag, digest);
  }

  /** The tag named these very bytes. */
  note(tag: string, digest: Digest): void {
    add(this.#heard, tag, digest);
    add(this.#judged, tag, digest);
  }

  /** Writes what was noted beside what has been written meanwhile. Never throws: see `writeError`. */
  async settle(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    try {
      let added = false;
      for (const [tag, digests] of this.#judged) {
        const meanwhile = await this.#read(tag);
        added ||= meanwhile.seen.length === 0;
        const record = formatTagRecord({ tag, seen: mergeSeen(meanwhile.seen, digests, this.#now) });
        await writeWhole(fileOf(folder, tag), record, { own: true });
      }
      this.#judged.clear();
      if (added) await trim(folder);
    } catch (error) {
      this.#writeError = error instanceof Error ? error.message : String(error);
    }
  }

  async #read(tag: string): Promise<TagPast> {
    if (this.#folder === undefined) return { seen: [], kept: false };
    const read = await readBounded(fileOf(this.#folder, tag), recordLimit);
    if (!read.ok) return { seen: [], kept: true, ...(read.reason === undefined ? {} : { damage: read.reason }) };
    const record = parseTagRecord(read.bytes, tag);
    return record.ok ? { seen: record.value.seen, kept: true } : { seen: [], kept: true, damage: record.error.message };
  }
}

function add(map: Map<string, Digest[]>, tag: string, digest: Digest): void {
  const digests = map.get(tag) ?? [];
  if (!digests.includes(digest)) map.set(tag, [...digests, digest]);
}

function fileOf(folder: string, tag: string): string {
  return join(folder, createHash('sha256').update(tag).digest('hex'));
}

/** Tags that nobody has asked for the longest go first. */
async function trim(folder: string): Promise<void> {
  if ((await readdir(folder)).length <= mostTags) return;
  const files = await filesByAge(folder);
  for (const { path } of files.slice(0, Math.max(0, files.length - tagsLeft))) await rm(path, { force: true });
}
