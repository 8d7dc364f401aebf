import { canonicalPath } from '../archive/entry-path.js';
import { sniffCodec } from '../archive/sniff.js';
import type { TarEntry } from '../archive/tar-entry.js';
import type { TarHandler } from '../archive/tar.js';
import { ImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';
import { Digester, type Digest } from '../oci/digest.js';

/** Members an archive may have: forty times what the largest image needs. */
const mostMembers = 100_000;
/** A member up to this size is kept when the archive is compressed (documents; the limit is that of manifests), */
const keepBytes = 4 * 1024 * 1024;
/** and all that is kept together. */
const keepTotal = 64 * 1024 * 1024;
/** Longest magic that sniffCodec knows. */
const headBytes = 6;

/** A member of an outer archive that can be asked for. */
export interface Member {
  readonly path: string;
  readonly type: 'file' | 'symlink' | 'hardlink' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly linkname?: string;
  /** How many members come before it. */
  readonly ordinal: number;
  /** Where its content starts in an archive that is not compressed. */
  readonly start: number;
  /** Found in the pass over a compressed archive, where looking again is dear. */
  readonly seen?: { readonly head: Uint8Array; readonly digest?: Digest; readonly content?: Uint8Array };
}

/**
 * What the first pass over an outer archive keeps: where each member lies, and of a compressed archive also
 * its small members and the digests of those that are compressed themselves.
 */
export class MemberIndex implements TarHandler {
  /** By canonical path, in order; as tar has it the last of equal names is the one meant. */
  readonly members = new Map<string, Member[]>();
  /** The entry that was announced last: whoever feeds an archive block by block may pass over its content. */
  last: TarEntry | undefined;
  /** Where the content of the next entry starts; set by whoever can tell. */
  start = 0;
  readonly #bodies: boolean;
  readonly #what: string;
  #count = 0;
  #kept = 0;
  #body: BodySight | undefined;

  constructor(what: string, options: { readonly bodies: boolean }) {
    this.#what = what;
    this.#bodies = options.bodies;
  }

  entry(entry: TarEntry): boolean {
    this.last = entry;
    if (this.#count >= mostMembers) {
      throw new ImgcheckError('hostile', `${this.#what} has more than ${mostMembers} members`);
    }
    const ordinal = this.#count++;
    const { path, escapes } = canonicalPath(entry.name);
    // Nothing refers to a name outside, so nothing can be had by it.
    if (escapes) return false;
    const type = entry.type === 'file' ? (entry.sparse === true ? 'other' : 'file') : linkType(entry);
    const member: Member = {
      path,
      type,
      size: entry.size,
      ordinal,
      start: this.start,
      ...(entry.linkname === undefined ? {} : { linkname: entry.linkname }),
    };
    const sight = type === 'file' && this.#bodies ? new BodySight(this.#mayKeep(entry.size)) : undefined;
    this.#add(path, sight ? { ...member, seen: sight } : member);
    this.#body = entry.size > 0 ? sight : undefined;
    return this.#body !== undefined;
  }

  body(chunk: Uint8Array): void {
    this.#body?.take(chunk);
  }

  endBody(): void {
    this.#body?.end();
    this.#body = undefined;
  }

  /** What is odd about the outer archive alters nothing: each byte taken out of it is proved by a digest. */
  odd(): void {}

  #add(path: string, member: Member): void {
    const same = this.members.get(path);
    if (same) same.push(member);
    else this.members.set(path, [member]);
  }

  #mayKeep(size: number): boolean {
    if (size > keepBytes || this.#kept + size > keepTotal) return false;
    this.#kept += size;
    return true;
  }
}

function linkType({ type }: TarEntry): 'symlink' | 'hardlink' | 'other' {
  return type === 'symlink' || type === 'hardlink' ? type : 'other';
}

/** What is remembered of a body that passes by. */
class BodySight {
  head: Uint8Array = new Uint8Array(0);
  digest?: Digest;
  content?: Uint8Array;
  readonly #parts: Uint8Array[] = [];
  readonly #keep: boolean;
  #digester: Digester | undefined;

  constructor(keep: boolean) {
    this.#keep = keep;
    if (keep) this.content = new Uint8Array(0);
  }

  take(chunk: Uint8Array): void {
    if (this.head.byteLength < headBytes) {
      const before = this.head;
      this.head = concat([before, chunk.subarray(0, headBytes - before.byteLength)]);
      if (this.head.byteLength === headBytes && sniffCodec(this.head) !== 'none') {
        this.#digester = new Digester('sha256');
        this.#digester.update(before);
      }
    }
    this.#digester?.update(chunk);
    if (this.#keep) this.#parts.push(new Uint8Array(chunk));
  }

  end(): void {
    if (this.#digester) this.digest = this.#digester.digest();
    if (this.#keep) this.content = concat(this.#parts);
  }
}
