import { ImgcheckError } from '../core/error.js';
import { spellOut } from '../oci/docker-name.js';
import { readConfTable, type TomlTable } from './registries-table.js';

/** Where else a registry's images lie (containers-registries.conf(5), registry.mirror). */
export interface Mirror {
  readonly location: string;
  readonly insecure: boolean;
  readonly pullFromMirror: 'all' | 'digest-only' | 'tag-only';
}

/** One [[registry]] table. */
export interface RegistryEntry {
  /** The file it stands in. */
  readonly from: string;
  /** `host[:port][/path]`, or `*.domain`. */
  readonly prefix: string;
  /** What the prefix is replaced by; '' leaves the name as it is. */
  readonly location: string;
  readonly blocked: boolean;
  /** No verification of certificates, and plain HTTP, for this location. */
  readonly insecure: boolean;
  readonly mirrors: readonly Mirror[];
}

export interface RegistriesConf {
  /** Undefined when the file does not say. */
  readonly search: readonly string[] | undefined;
  readonly shortNameMode: 'enforcing' | 'permissive' | 'disabled' | undefined;
  /** By short name; '' takes an alias of another file away. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly registries: readonly RegistryEntry[];
}

export const noRegistriesConf: RegistriesConf = {
  search: undefined,
  shortNameMode: undefined,
  aliases: new Map(),
  registries: [],
};

/**
 * Parses a registries.conf, of version 2 or of the old version 1. Keys that are not known are left aside.
 * @throws ImgcheckError usage with the file, and the line where the text is not TOML
 */
export async function parseRegistriesConf(text: string, path: string): Promise<RegistriesConf> {
  const { parse, TomlError } = await import('smol-toml');
  let table: TomlTable;
  try {
    table = parse(text) as TomlTable;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.split('\n');
    const message = `line ${error.line}, column ${error.column}: ${what?.replace(/^Invalid TOML document: /, '')}`;
    throw new ImgcheckError('usage', message, { subject: path, hint: 'see containers-registries.conf(5)' });
  }
  return readConfTable(table, path);
}

/** The main file with its drop-ins laid over it, in their order: tables of one prefix and lists are replaced whole. */
export function mergeRegistriesConf(main: RegistriesConf, dropIns: readonly RegistriesConf[]): RegistriesConf {
  return dropIns.reduce((under, over) => {
    const replaced = new Map(under.registries.map((entry) => [entry.prefix, entry]));
    for (const entry of over.registries) replaced.set(entry.prefix, entry);
    return {
      search: over.search ?? under.search,
      shortNameMode: over.shortNameMode ?? under.shortNameMode,
      aliases: new Map([...under.aliases, ...over.aliases]),
      registries: [...replaced.values()],
    };
  }, main);
}

/**
 * What a name without a registry may stand for, as references in full: its alias first, then each search registry.
 * A tag or digest stays.
 */
export function qualifiedCandidates(conf: RegistriesConf, name: string): string[] {
  const [, bare = name, suffix = ''] = /^([^:@]*)(.*)$/.exec(name) ?? [];
  const alias = conf.aliases.get(bare);
  const searched = (conf.search ?? []).map((registry) =>
    registry === 'docker.io' ? spellOut(`docker.io/${bare}`) : `${registry}/${bare}`,
  );
  return [...new Set([...(alias ? [alias] : []), ...searched])].map((candidate) => `${candidate}${suffix}`);
}

/** The entry for a reference: of the matching prefixes the longest. */
export function findRegistry(conf: RegistriesConf, reference: string): RegistryEntry | undefined {
  let best: RegistryEntry | undefined;
  for (const entry of conf.registries) {
    if (entry.prefix.length > (best?.prefix.length ?? 0) && prefixLength(reference, entry.prefix) >= 0) best = entry;
  }
  return best;
}

/** How much of the reference a prefix covers, at a boundary of its parts; -1 when it does not match. */
export function prefixLength(reference: string, prefix: string): number {
  if (!prefix.startsWith('*.')) {
    const next = reference.charAt(prefix.length);
    return reference.startsWith(prefix) && (next === '' || '/:@'.includes(next)) ? prefix.length : -1;
  }
  const host = /^[^/:@]*/.exec(reference)?.[0] ?? '';
  const domain = prefix.slice(1);
  return host.endsWith(domain) && host.length > domain.length && !domain.includes('*') ? host.length : -1;
}
