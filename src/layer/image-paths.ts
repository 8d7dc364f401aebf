/** A symbolic link that an image shows. */
export interface PathLink {
  readonly path: string;
  /** As written. */
  readonly target: string;
}

/** As many as the kernel follows before it says ELOOP. */
const followLimit = 40;
/** Names of one path; a merged /usr has two. */
const nameLimit = 32;

/** A component of the paths of links: beyond the last one nothing is a link. */
interface Place {
  target?: string;
  readonly below: Map<string, Place>;
}

/** Where paths lead once an image's own links are followed, and by which other names what lies there is known. */
export class ImagePaths {
  readonly #root: Place = { below: new Map() };
  readonly #links: readonly PathLink[];
  readonly #followed = new Map<string, string | undefined>();
  #leading: readonly { readonly path: string; readonly place: string }[] | undefined;

  constructor(links: readonly PathLink[]) {
    this.#links = links;
    for (const { path, target } of links) {
      let place = this.#root;
      for (const component of path.split('/')) {
        const next: Place = place.below.get(component) ?? { below: new Map() };
        place.below.set(component, next);
        place = next;
      }
      place.target = target;
    }
  }

  /** The path with all links above it followed, but not itself; undefined where they go round in circles. */
  resolve(path: string): string | undefined {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return path;
    const directory = this.follow(path.slice(0, slash));
    return directory === '' ? path.slice(slash + 1) : directory && directory + path.slice(slash);
  }

  /** The path with all links followed, itself too; undefined where they go round in circles. */
  follow(path: string): string | undefined {
    if (this.#links.length === 0) return path;
    if (this.#followed.has(path)) return this.#followed.get(path);
    const place = this.#walk(path);
    this.#followed.set(path, place);
    return place;
  }

  /** The names of what lies at a path: the one without links first, then those through links to directories. */
  names(path: string): readonly string[] {
    const names = new Set([this.resolve(path) ?? path, path]);
    for (const name of names) {
      for (const link of this.#linksToDirectories()) {
        if (names.size >= nameLimit) return [...names];
        if (name.startsWith(`${link.place}/`)) names.add(link.path + name.slice(link.place.length));
      }
    }
    return [...names];
  }

  /** Those that lead somewhere, and not to the root: nobody lists files under such names. */
  #linksToDirectories(): readonly { readonly path: string; readonly place: string }[] {
    this.#leading ??= this.#links.flatMap(({ path }) => {
      const place = this.follow(path);
      return place === undefined || place === '' || place === path ? [] : [{ path, place }];
    });
    return this.#leading;
  }

  #walk(path: string): string | undefined {
    const rest = path.split('/').reverse();
    let follows = 0;
    let names: string[] = [];
    let places: (Place | undefined)[] = [this.#root];
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        names.pop();
        if (places.length > 1) places.pop();
        continue;
      }
      const place = places.at(-1)?.below.get(name);
      if (place?.target === undefined) {
        names.push(name);
        places.push(place);
        continue;
      }
      if (++follows > followLimit) return undefined;
      if (place.target.startsWith('/')) [names, places] = [[], [this.#root]];
      rest.push(...place.target.split('/').reverse());
    }
    return names.join('/');
  }
}
