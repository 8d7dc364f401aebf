import { ImgcheckError } from '../core/error.js';

/** purl-spec: `pkg:type/namespace/name@version?qualifiers#subpath`, each part decoded. */
export interface PackageUrl {
  /** Lower case. */
  readonly type: string;
  /** Its segments. */
  readonly namespace: readonly string[];
  readonly name: string;
  readonly version?: string;
  /** By lower-case key; empty ones are left out. */
  readonly qualifiers: ReadonlyMap<string, string>;
}

const longest = 4096;

/** True for text that claims to be a package URL. */
export function isPackageUrl(text: string): boolean {
  return /^pkg:/i.test(text);
}

/** Reads a package URL (purl-spec, "How to parse a purl string"); the subpath is dropped. @throws ImgcheckError hostile */
export function parsePackageUrl(text: string): PackageUrl {
  if (text.length > longest) throw fault(text, `it has more than ${longest} characters`);
  if (!isPackageUrl(text)) throw fault(text, 'it does not begin with pkg:');
  const [whole = ''] = text.slice('pkg:'.length).replace(/^\/+/, '').split('#');
  const query = whole.indexOf('?');
  const path = query < 0 ? whole : whole.slice(0, query);
  const slash = path.indexOf('/');
  const type = path.slice(0, Math.max(slash, 0)).toLowerCase();
  if (!/^[a-z][a-z0-9.+-]*$/.test(type)) throw fault(text, 'it has no type');
  const rest = path.slice(slash + 1);
  const at = rest.lastIndexOf('@');
  const segments = (at < 0 ? rest : rest.slice(0, at))
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => decode(segment, text));
  const name = segments.pop();
  if (name === undefined) throw fault(text, 'it has no name');
  const version = at < 0 ? '' : decode(rest.slice(at + 1), text);
  const qualifiers = readQualifiers(query < 0 ? '' : whole.slice(query + 1), text);
  return { type, namespace: segments, name, ...(version === '' ? {} : { version }), qualifiers };
}

function readQualifiers(query: string, text: string): ReadonlyMap<string, string> {
  const qualifiers = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1), text);
    if (value === '') continue;
    const key = pair.slice(0, equals).toLowerCase();
    if (qualifiers.has(key)) throw fault(text, `it has the qualifier ${key.slice(0, 80)} twice`);
    qualifiers.set(key, value);
  }
  return qualifiers;
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw fault(text, 'its percent-encoding is broken', cause);
  }
}

function fault(text: string, message: string, cause?: unknown): ImgcheckError {
  return new ImgcheckError('hostile', `not a package URL: ${message}`, { subject: text.slice(0, 200), cause });
}
