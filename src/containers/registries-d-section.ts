import { ImgcheckError } from '../core/error.js';
import type { RegistriesD, RegistriesDSection } from './registries-d.js';

type YamlMap = Readonly<Record<string, unknown>>;

const fileKeys = ['default-docker', 'docker'];
const sectionKeys = [
  'lookaside',
  'lookaside-staging',
  'sigstore',
  'sigstore-staging',
  'use-sigstore-attachments',
] as const;

/** Reads the parsed YAML of one file of registries.d; null is absence. @throws ImgcheckError usage naming file and key */
export function readRegistriesD(value: unknown, path: string): RegistriesD {
  const file = asMap(value, 'the file', path);
  const docker = new Map<string, RegistriesDSection>();
  const ignored = unknownKeys(file, fileKeys, '', path);
  const scopes = asMap(file['docker'], 'docker', path);
  for (const scope of Object.keys(scopes)) {
    docker.set(scope, readSection(scopes[scope], `docker.${scope}`, path, ignored));
  }
  const fallback = file['default-docker'];
  return {
    defaultDocker: isAbsent(fallback) ? undefined : readSection(fallback, 'default-docker', path, ignored),
    docker,
    ignored,
  };
}

function readSection(value: unknown, at: string, path: string, ignored: string[]): RegistriesDSection {
  const section = asMap(value, at, path);
  ignored.push(...unknownKeys(section, sectionKeys, `${at}.`, path));
  const text = (key: (typeof sectionKeys)[number]): string | undefined => {
    const found = section[key];
    if (isAbsent(found) || found === '') return undefined;
    if (typeof found !== 'string') throw wrong(`${at}.${key}`, 'expected a URL', path);
    return found;
  };
  const attachments = section['use-sigstore-attachments'];
  if (!isAbsent(attachments) && typeof attachments !== 'boolean') {
    throw wrong(`${at}.use-sigstore-attachments`, 'expected true or false', path);
  }
  // The stores for writing are nothing to a reader, but must be of the right form.
  for (const key of ['lookaside-staging', 'sigstore-staging'] as const) text(key);
  // sigstore is the name that lookaside had before.
  return { path, lookaside: text('lookaside') ?? text('sigstore'), attachments: attachments ?? undefined };
}

function unknownKeys(map: YamlMap, known: readonly string[], at: string, path: string): string[] {
  return Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => `${path}: ${at}${key}`);
}

function asMap(value: unknown, at: string, path: string): YamlMap {
  if (isAbsent(value)) return {};
  const isMap = typeof value === 'object' && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
  if (!isMap) throw wrong(at, 'expected a map', path);
  return value as YamlMap;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function wrong(at: string, message: string, path: string): ImgcheckError {
  return new ImgcheckError('usage', `${at}: ${message}`, { subject: path, hint: 'see containers-registries.d(5)' });
}
