import { ImgcheckError } from '../core/error.js';
import { isDigest } from '../oci/digest.js';
import { parseRegistryReference } from '../oci/reference.js';
import type { Mirror, RegistriesConf, RegistryEntry } from './registries-conf.js';

export type TomlTable = Readonly<Record<string, unknown>>;

const shortNameModes = ['enforcing', 'permissive', 'disabled'] as const;
const mirrorModes = ['all', 'digest-only', 'tag-only'] as const;
const v2Keys = ['unqualified-search-registries', 'registry', 'aliases', 'short-name-mode', 'credential-helpers'];

/** Reads the parsed TOML of a registries.conf. @throws ImgcheckError usage with the file and the key */
export function readConfTable(table: TomlTable, path: string): RegistriesConf {
  const read = new Reader(path);
  const old = read.table(table, 'registries', '');
  if (old) {
    if (v2Keys.some((key) => table[key] !== undefined)) {
      throw read.wrong('registries', 'keys of version 1 and of version 2 stand in one file');
    }
    return readVersion1(old, read);
  }
  const registries = read.tables(table, 'registry', '').map((entry, i) => readRegistry(entry, `registry[${i}]`, read));
  refuseConflicts(registries, read);
  return {
    search: read.strings(table, 'unqualified-search-registries', '')?.map((entry) => searchRegistry(entry, read)),
    shortNameMode: read.word(table, 'short-name-mode', '', shortNameModes),
    aliases: readAliases(read.table(table, 'aliases', ''), read),
    registries: firstOfEach(registries),
  };
}

/** Its three lists, in terms of version 2. */
function readVersion1(table: TomlTable, read: Reader): RegistriesConf {
  const list = (name: string): string[] | undefined => {
    const section = read.table(table, name, 'registries.');
    return section && read.strings(section, 'registries', `registries.${name}.`);
  };
  const clean = (name: string): string[] =>
    (list(name) ?? []).map((entry) => location(entry, `registries.${name}`, read));
  const blocked = clean('block');
  const insecure = clean('insecure');
  const registries = [...new Set([...blocked, ...insecure])].map((prefix) => ({
    from: read.path,
    prefix,
    location: prefix,
    blocked: blocked.includes(prefix),
    insecure: insecure.includes(prefix),
    mirrors: [],
  }));
  const search = list('search')?.map((entry) => searchRegistry(entry, read));
  return { search, shortNameMode: undefined, aliases: new Map(), registries };
}

function readRegistry(table: TomlTable, at: string, read: Reader): RegistryEntry {
  const written = read.string(table, 'location', `${at}.`) ?? '';
  const asPrefix = read.string(table, 'prefix', `${at}.`) || written;
  if (asPrefix === '') throw read.wrong(at, 'neither prefix nor location is set');
  const prefix = location(asPrefix, `${at}.prefix`, read);
  if (prefix.startsWith('*') && !/^\*(?:\.[^*/:@]+)+$/.test(prefix)) {
    throw read.wrong(`${at}.prefix`, 'a wildcard is written *.DOMAIN, without port or path');
  }
  if (table['pull-from-mirror'] !== undefined) {
    throw read.wrong(`${at}.pull-from-mirror`, 'it belongs into a mirror table');
  }
  const byDigest = read.flag(table, 'mirror-by-digest-only', `${at}.`);
  const mirrors = read.tables(table, 'mirror', `${at}.`).map((mirror, i) => {
    return readMirror(mirror, `${at}.mirror[${i}]`, byDigest, read);
  });
  return {
    from: read.path,
    prefix,
    location: written === '' ? (prefix.startsWith('*') ? '' : prefix) : location(written, `${at}.location`, read),
    blocked: read.flag(table, 'blocked', `${at}.`),
    insecure: read.flag(table, 'insecure', `${at}.`),
    mirrors,
  };
}

function readMirror(table: TomlTable, at: string, byDigest: boolean, read: Reader): Mirror {
  const mode = read.word(table, 'pull-from-mirror', `${at}.`, mirrorModes);
  if (byDigest && mode !== undefined) {
    throw read.wrong(`${at}.pull-from-mirror`, 'mirror-by-digest-only of the registry excludes it');
  }
  return {
    location: location(read.string(table, 'location', `${at}.`) ?? '', `${at}.location`, read),
    insecure: read.flag(table, 'insecure', `${at}.`),
    pullFromMirror: byDigest ? 'digest-only' : (mode ?? 'all'),
  };
}

function readAliases(table: TomlTable | undefined, read: Reader): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const name of Object.keys(table ?? {})) {
    const value = read.string(table ?? {}, name, 'aliases.') ?? '';
    if (/[:@]/.test(name) || name === '') throw read.wrong(`aliases.${name}`, 'the short name has a tag or a digest');
    if (value !== '' && !isQualified(value)) {
      throw read.wrong(`aliases.${name}`, 'the value is not a repository with its registry, without tag and digest');
    }
    aliases.set(name, value);
  }
  return aliases;
}

function isQualified(name: string): boolean {
  try {
    const { tag, digest } = parseRegistryReference(name);
    return tag === undefined && digest === undefined;
  } catch (error) {
    if (error instanceof ImgcheckError) return false;
    throw error;
  }
}

/** One location must not be both trusted and not, whichever prefix leads there. */
function refuseConflicts(registries: readonly RegistryEntry[], read: Reader): void {
  const known = new Map<string, RegistryEntry>();
  for (const entry of registries) {
    const place = entry.location || entry.prefix;
    const other = known.get(place) ?? entry;
    known.set(place, other);
    for (const key of ['insecure', 'blocked'] as const) {
      if (entry[key] !== other[key]) throw read.wrong(`registry of ${place}`, `${key} is set in two ways`);
    }
  }
}

function firstOfEach(registries: readonly RegistryEntry[]): readonly RegistryEntry[] {
  const first = new Map<string, RegistryEntry>();
  for (const entry of registries) if (!first.has(entry.prefix)) first.set(entry.prefix, entry);
  return [...first.values()];
}

function searchRegistry(entry: string, read: Reader): string {
  const name = location(entry, 'unqualified-search-registries', read);
  if (name.includes('/') || isDigest(name)) {
    throw read.wrong('unqualified-search-registries', `${name} is not a host, with or without a port`);
  }
  return name;
}

function location(text: string, key: string, read: Reader): string {
  const name = text.replace(/\/+$/, '');
  if (name === '') throw read.wrong(key, 'a location is missing');
  if (/^https?:\/\//.test(name)) throw read.wrong(key, 'a location has no https:// or http://');
  return name;
}

/** Typed reads, each error naming file and key. */
class Reader {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  wrong(key: string, message: string): ImgcheckError {
    return new ImgcheckError('usage', `${key}: ${message}`, {
      subject: this.path,
      hint: 'see containers-registries.conf(5)',
    });
  }

  string(table: TomlTable, key: string, at: string): string | undefined {
    return this.#typed(table, key, at, 'a string', (value): value is string => typeof value === 'string');
  }

  flag(table: TomlTable, key: string, at: string): boolean {
    return (
      this.#typed(table, key, at, 'true or false', (value): value is boolean => typeof value === 'boolean') ?? false
    );
  }

  word<W extends string>(table: TomlTable, key: string, at: string, words: readonly W[]): W | undefined {
    const isWord = (value: unknown): value is W => words.includes(value as W);
    return this.#typed(table, key, at, words.join(', '), isWord);
  }

  strings(table: TomlTable, key: string, at: string): string[] | undefined {
    return this.#typed(table, key, at, 'a list of strings', (value): value is string[] => {
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    });
  }

  table(table: TomlTable, key: string, at: string): TomlTable | undefined {
    return this.#typed(table, key, at, 'a table', isTable);
  }

  tables(table: TomlTable, key: string, at: string): readonly TomlTable[] {
    const isList = (value: unknown): value is TomlTable[] => Array.isArray(value) && value.every(isTable);
    return this.#typed(table, key, at, 'a list of tables', isList) ?? [];
  }

  #typed<T>(
    table: TomlTable,
    key: string,
    at: string,
    wanted: string,
    is: (value: unknown) => value is T,
  ): T | undefined {
    const value = Object.hasOwn(table, key) ? table[key] : undefined;
    if (value === undefined || is(value)) return value;
    throw this.wrong(`${at}${key}`, `expected ${wanted}`);
  }
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
