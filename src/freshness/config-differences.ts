import type { Json, JsonObject } from '../core/json.js';
import type { RunConfig } from '../oci/config.js';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.js';
import type { Image } from '../source/image.js';

/** As the config spells them (image-spec config.md), but for the platform, which is four fields. */
export type ConfigField =
  | 'Cmd'
  | 'Entrypoint'
  | 'Env'
  | 'ExposedPorts'
  | 'Healthcheck'
  | 'Labels'
  | 'Platform'
  | 'StopSignal'
  | 'User'
  | 'Volumes'
  | 'WorkingDir';

export type ConfigValue = string | readonly string[];

/** One setting that two images do not have in common. */
export interface ConfigDifference {
  readonly field: ConfigField;
  /** The variable, label, port, path, or member of the health check; absent for fields that are one value. */
  readonly key?: string;
  /** Absent where the first has none; '' for a port or a volume, which is there or not. */
  readonly from?: ConfigValue;
  readonly to?: ConfigValue;
}

/** The settings of one field by key; without a key where the field is one value. */
type Settings = ReadonlyMap<string | undefined, ConfigValue>;

const fields: readonly (readonly [field: ConfigField, settings: (run: RunConfig) => Settings])[] = [
  ['User', ({ user }) => single(user)],
  ['WorkingDir', ({ workingDir }) => single(workingDir)],
  ['Entrypoint', ({ entrypoint }) => single(entrypoint)],
  ['Cmd', ({ cmd }) => single(cmd)],
  ['StopSignal', ({ stopSignal }) => single(stopSignal)],
  ['ExposedPorts', ({ exposedPorts }) => present(exposedPorts.map(withProtocol))],
  ['Volumes', ({ volumes }) => present(volumes)],
  ['Env', ({ env }) => variables(env)],
  ['Labels', ({ labels }) => new Map(Object.entries(labels))],
  ['Healthcheck', ({ healthcheck }) => members(healthcheck)],
];

/**
 * What two images are for, and ask of the engine, differently: field by field and key by key. What is empty counts as
 * absent; the order of variables, labels, ports and volumes does not count.
 */
export function compareConfigs(from: Image, to: Image): readonly ConfigDifference[] {
  const differences = fields.flatMap(([field, settings]) =>
    compareSettings(field, settings(from.config.run), settings(to.config.run)),
  );
  if (isSamePlatform(from.platform, to.platform)) return differences;
  return [...compareSettings('Platform', platformOf(from.platform), platformOf(to.platform)), ...differences];
}

function compareSettings(field: ConfigField, before: Settings, after: Settings): readonly ConfigDifference[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (isEqual(from, to)) return [];
    return {
      field,
      ...(key === undefined ? {} : { key }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
  });
}

/** A variant that goes without saying is none. */
function isSamePlatform(a: Platform, b: Platform): boolean {
  return matchesPlatform(a, b) && matchesPlatform(b, a);
}

function platformOf(platform: Platform): Settings {
  return single([formatPlatform(platform), platform.osVersion].filter(Boolean).join(' '));
}

function single(value: ConfigValue): Settings {
  return value.length === 0 ? new Map() : new Map([[undefined, value]]);
}

function present(keys: readonly string[]): Settings {
  return new Map(keys.map((key) => [key, '']));
}

/** A port without a protocol is a tcp port (image-spec config.md). */
function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

/** Of a variable that is set twice the last counts, as for the engines. */
function variables(env: readonly string[]): Settings {
  return new Map(
    env.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

function members(healthcheck: JsonObject | undefined): Settings {
  const settings = new Map<string, ConfigValue>();
  for (const [name, value] of Object.entries(healthcheck ?? {})) {
    const empty = value === null || value === 0 || (Array.isArray(value) && value.length === 0);
    if (value !== undefined && !empty) settings.set(name, valueOf(value));
  }
  return settings;
}

function valueOf(value: Json): ConfigValue {
  if (typeof value === 'string') return value;
  const list = Array.isArray(value) ? (value as readonly Json[]) : [];
  const texts = list.filter((item) => typeof item === 'string');
  return list.length > 0 && texts.length === list.length ? texts : JSON.stringify(value);
}

function isEqual(a: ConfigValue | undefined, b: ConfigValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
