import type { TarInput } from '../support/build-tar.js';

/** Marsaglia's xorshift: the same numbers on every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What lies at a path so far, as a whole unpacking would have it; only to keep the layers free of what engines differ on. */
interface Node {
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  /** Shared by all names of one file. */
  readonly inode: { names: number };
}

const names = ['a', 'b', 'c', 'd'] as const;
const modes = [0o644, 0o755, 0o4755, 0o2755, 0o6755, 0o666, 0o777, 0o4777] as const;
const directoryModes = [0o755, 0o777, 0o1777, 0o2775, 0o775] as const;

/** Layers of files, directories, links and whiteouts at random, over one another in few names, so that they often meet. */
export function randomStack(seed: number): readonly (readonly TarInput[])[] {
  const random = randomFrom(seed);
  const tree = new Map<string, Node>();
  return Array.from({ length: 2 + random(4) }, () => new LayerMaker(random, tree).make());
}

class LayerMaker {
  readonly #random: (below: number) => number;
  readonly #tree: Map<string, Node>;
  readonly #below: ReadonlyMap<string, Node>;
  readonly #whiteouts: TarInput[] = [];
  readonly #entries: TarInput[] = [];
  readonly #opaques: string[] = [];
  readonly #own: string[] = [];
  readonly #targets: string[] = [];

  constructor(random: (below: number) => number, tree: Map<string, Node>) {
    this.#random = random;
    this.#tree = tree;
    this.#below = new Map(tree);
  }

  make(): readonly TarInput[] {
    this.#fill('', 3);
    const entries = [...this.#whiteouts, ...this.#entries];
    // An opaque mark counts wherever it stands among its siblings, but an engine must have its directory first.
    for (const folder of this.#opaques) {
      const first = entries.findIndex(({ path }) => path === `${folder}/`) + 1;
      entries.splice(first + this.#random(entries.length - first + 1), 0, { path: `${folder}/.wh..wh..opq` });
    }
    return entries;
  }

  #fill(folder: string, depth: number): void {
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const lower = this.#below.get(path);
      switch (this.#random(12)) {
        case 0:
        case 1:
          this.#file(path);
          break;
        case 2:
        case 3:
        case 4:
          if (depth > 0) this.#directory(path, depth);
          break;
        case 5:
          // Implied: no entry of its own.
          if (depth > 0 && lower?.type === 'directory' && this.#tree.has(path)) this.#fill(path, depth - 1);
          break;
        case 6:
          this.#put(path, { type: 'symlink', mode: 0o777, inode: { names: 1 } }, { path, linkname: 'nowhere' });
          break;
        case 7:
        case 8:
          if (lower && this.#tree.has(path)) this.#whiteout(path);
          break;
        case 9:
        case 10:
          this.#hardlink(path);
          break;
        default:
      }
    }
  }

  #file(path: string): void {
    const mode = modes[this.#random(modes.length)] ?? 0;
    this.#put(path, { type: 'file', mode, inode: { names: 1 } }, { path, mode, body: 'x' });
  }

  #directory(path: string, depth: number): void {
    const mode = directoryModes[this.#random(directoryModes.length)] ?? 0;
    if (!this.#put(path, { type: 'directory', mode, inode: { names: 1 } }, { path: `${path}/`, mode })) return;
    if (this.#random(4) === 0) {
      this.#remove(path, false);
      this.#opaques.push(path);
    }
    this.#fill(path, depth - 1);
  }

  #hardlink(path: string): void {
    const files = [...this.#tree].filter(([target, { type }]) => type === 'file' && !target.startsWith(`${path}/`));
    const [target, node] = files[this.#random(Math.max(files.length, 1))] ?? [];
    if (target === undefined || !node || target === path) return;
    // A linked header carries the mode of its file, or says nothing.
    const mode = this.#random(2) === 0 ? node.mode : 0;
    if (this.#put(path, node, { path, type: 'hardlink', linkname: target, mode })) {
      node.inode.names++;
      this.#targets.push(target);
    }
  }

  #whiteout(path: string): void {
    // It will stand before the links of this layer: to what it hides there can be none.
    if (this.#targets.some((target) => target === path || target.startsWith(`${path}/`))) return;
    this.#remove(path, true);
    this.#whiteouts.push({ path: path.replace(/[^/]+$/, '.wh.$&') });
  }

  /** False where engines would differ: a second name of a file is written over in place by some. */
  #put(path: string, node: Node, entry: TarInput): boolean {
    const lower = this.#tree.get(path);
    if (lower && (lower.inode.names > 1 || this.#own.includes(path))) return false;
    if (lower && !(lower.type === 'directory' && node.type === 'directory')) this.#remove(path, true);
    this.#tree.set(path, node);
    this.#own.push(path);
    this.#entries.push(entry);
    return true;
  }

  #remove(path: string, itself: boolean): void {
    for (const [one, node] of [...this.#tree]) {
      if (!(itself && one === path) && !one.startsWith(`${path}/`)) continue;
      node.inode.names--;
      this.#tree.delete(one);
    }
  }
}
