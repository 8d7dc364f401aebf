import type { Analyzer, Located } from '../layer/analyzer.js';
import type { SecretHit } from '../secrets/hit.js';
import { publicPlaceOf, type PublicPlace } from '../secrets/public-place.js';
import { searchFile } from '../secrets/search-file.js';

/** A file with secrets in it: where they stand, nothing of what they are. */
export interface SecretFile extends Located {
  readonly hits: readonly SecretHit[];
  /** Hits beyond the ones listed. */
  readonly more?: number;
  /** Set where it is there for everyone to read or try. */
  readonly place?: PublicPlace;
  /** Only on the one fact that stands for the whole layer, at the root. */
  readonly search?: SecretSearch;
}

/** How much of a layer was searched. */
export interface SecretSearch {
  /** Files with secrets beyond those listed, not counting those in public places. */
  readonly unlisted: number;
  /** Files of which only the beginning was searched. */
  readonly partly: number;
  /** Files that are stored sparse: not searched. */
  readonly unread: number;
}

const wholeLimit = 1 << 20;
const startLimit = 65_536;
const hitsLimit = 20;
const filesLimit = 200;

/**
 * Private keys, tokens of known shapes and files that programs keep credentials in: of every file up to 1 MiB, of the
 * first 64 KiB of larger ones; of what is no text only keys in armour and key stores.
 */
export const secrets: Analyzer<SecretFile> = {
  name: 'secrets',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: ({ type, size }) => (type === 'file' && size > 0 ? 'start' : type === 'hardlink' ? 'header' : 'no'),
  startBytes: ({ size }) => (size <= wholeLimit ? size : startLimit),
  create() {
    const kept = new Files();
    let partly = 0;
    let unread = 0;
    return {
      file({ entry, start, error }) {
        if (entry.type === 'hardlink') {
          kept.link(entry.linkname ?? '', entry.path);
        } else if (error) {
          unread++;
        } else if (start) {
          const { hits, complete } = searchFile(entry, start);
          if (!complete) partly++;
          kept.add(entry.path, hits);
        }
      },
      replaced: (path) => kept.remove(path),
      end() {
        const facts = [...kept.files];
        const search: SecretSearch = { unlisted: kept.unlisted, partly, unread };
        if (kept.unlisted + partly + unread > 0) facts.push({ path: '', hits: [], search });
        return facts;
      },
    };
  },
};

/** The files of a layer that have secrets; those in public places cannot crowd out the others. */
class Files {
  readonly #found = new Map<string, SecretFile>();
  readonly #counts = { open: 0, public: 0 };
  unlisted = 0;

  get files(): Iterable<SecretFile> {
    return this.#found.values();
  }

  add(path: string, hits: readonly SecretHit[]): void {
    this.remove(path);
    if (hits.length === 0) return;
    const place = publicPlaceOf(path);
    const kind = place ? 'public' : 'open';
    if (this.#counts[kind] >= filesLimit) {
      if (!place) this.unlisted++;
      return;
    }
    this.#counts[kind]++;
    const more = hits.length - hitsLimit;
    this.#found.set(path, {
      path,
      hits: hits.slice(0, hitsLimit),
      ...(more > 0 ? { more } : {}),
      ...(place ? { place } : {}),
    });
  }

  link(target: string, path: string): void {
    this.add(path, this.#found.get(target)?.hits ?? []);
  }

  remove(path: string): void {
    const fact = this.#found.get(path);
    if (!fact) return;
    this.#counts[fact.place ? 'public' : 'open']--;
    this.#found.delete(path);
  }
}
