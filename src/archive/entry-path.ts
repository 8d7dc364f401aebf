/** A member's name in its one canonical form, and what was odd about it. */
export interface CanonicalPath {
  /** Relative to the root, `/` between components, no `.`, `..`, doubled or trailing slash; '' for the root itself. */
  readonly path: string;
  /** Some `..` stepped above the root, or an absolute name held `..`: it would leave a directory it is unpacked in. */
  readonly escapes: boolean;
  readonly absolute: boolean;
}

/** Anything that is not canonical already. */
const uneven = /^[./]|\/[./]|\/$/;

/** The canonical form of a name. `..` is resolved lexically and stops at the root, as the engines do. */
export function canonicalPath(name: string): CanonicalPath {
  if (!uneven.test(name)) return { path: name, escapes: false, absolute: false };
  const absolute = name.startsWith('/');
  const path: string[] = [];
  let escapes = false;
  for (const component of name.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') path.push(component);
    else if (path.pop() === undefined || absolute) escapes = true;
  }
  return { path: path.join('/'), escapes, absolute };
}

export type Whiteout =
  /** `path` of the layers below is gone. */
  | { readonly kind: 'whiteout'; readonly path: string }
  /** What the layers below hold in the directory `path` is gone. */
  | { readonly kind: 'opaque'; readonly path: string }
  /** A name that whites out nothing real, or the rest of an aufs: engines differ on it. */
  | { readonly kind: 'odd' };

/** What a canonical path whites out, if its last component is a whiteout (image-spec layer.md, "Whiteouts"). */
export function whiteoutOf(path: string): Whiteout | undefined {
  const slash = path.lastIndexOf('/');
  if (!path.startsWith('.wh.', slash + 1)) return undefined;
  const hidden = path.slice(slash + 1 + '.wh.'.length);
  if (hidden === '.wh..opq') return { kind: 'opaque', path: path.slice(0, Math.max(slash, 0)) };
  if (hidden === '' || hidden === '.' || hidden === '..' || hidden.startsWith('.wh.')) return { kind: 'odd' };
  return { kind: 'whiteout', path: path.slice(0, slash + 1) + hidden };
}
