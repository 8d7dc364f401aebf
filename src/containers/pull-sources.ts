import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { formatReference, type RegistryReference } from '../oci/reference.js';
import { canonicalReference, parseDockerName } from '../oci/docker-name.js';
import { findRegistry, prefixLength, type RegistriesConf, type RegistryEntry } from './registries-conf.js';

/** One place to fetch an image from. */
export interface PullSource {
  /** The name there; its tag and digest are those that were asked for. */
  readonly reference: RegistryReference;
  /** No verification of certificates, and plain HTTP. Said for this place alone: mirrors do not inherit it. */
  readonly insecure: boolean;
  readonly mirror: boolean;
  /** The prefix in registries.conf that decided; absent when none did. */
  readonly via?: string;
}

/**
 * Where an image is to be fetched from, in order: the mirrors that may be used, then the registry itself under its
 * location (containers-registries.conf(5), Remapping and mirroring registries). A place that another table blocks is
 * left out.
 * @throws ImgcheckError usage when registries.conf blocks the name or every place it leads to, or when a location does
 *   not make a reference of the same tag and digest
 */
export function pullSources(conf: RegistriesConf, reference: RegistryReference): readonly PullSource[] {
  const asked = canonicalReference(reference);
  const entry = findRegistry(conf, formatReference(asked));
  if (!entry) return [{ reference, insecure: false, mirror: false }];
  if (entry.blocked) throw blocked(entry, reference);
  const usable = entry.mirrors.filter(({ pullFromMirror }) => {
    return pullFromMirror === 'all' || (pullFromMirror === 'digest-only') === (asked.digest !== undefined);
  });
  const places = [
    ...usable.map(({ location, insecure }) => ({ location, insecure, mirror: true })),
    { location: entry.location, insecure: entry.insecure, mirror: false },
  ];
  const sources: PullSource[] = [];
  let barrier: RegistryEntry | undefined;
  for (const { location, insecure, mirror } of places) {
    const moved = rewrite(asked, entry, location);
    const there = findRegistry(conf, formatReference(moved));
    if (there?.blocked) barrier = there;
    else sources.push({ reference: moved, insecure, mirror, via: entry.prefix });
  }
  if (sources.length === 0 && barrier) throw blocked(barrier, reference);
  return sources;
}

function rewrite(asked: RegistryReference, entry: RegistryEntry, location: string): RegistryReference {
  // Only a wildcard may leave out its location: the name stays.
  if (location === '') return asked;
  const text = formatReference(asked);
  const moved = parseMoved(location + text.slice(prefixLength(text, entry.prefix)), entry, location);
  // A prefix may reach into the tag or digest: it must not turn one image into another.
  if (moved.digest !== asked.digest || (moved.tag === undefined && asked.tag !== undefined)) {
    throw wrongLocation(entry, location, `it loses the tag or digest of ${text}`);
  }
  return moved;
}

function parseMoved(text: string, entry: RegistryEntry, location: string): RegistryReference {
  try {
    const moved = parseDockerName(text);
    if (formatReference(moved) === text) return moved;
  } catch (error) {
    if (!isImgcheckError(error, 'usage')) throw error;
    throw wrongLocation(entry, location, `it makes ${text}, which is not an image reference`, error);
  }
  throw wrongLocation(entry, location, `it makes ${text}, which is short for another name`);
}

function blocked(entry: RegistryEntry, reference: RegistryReference): ImgcheckError {
  return new ImgcheckError('usage', 'the registry is blocked by registries.conf', {
    subject: formatReference(reference),
    hint: `prefix ${entry.prefix} in ${entry.from} says blocked = true`,
  });
}

function wrongLocation(entry: RegistryEntry, location: string, message: string, cause?: unknown): ImgcheckError {
  return new ImgcheckError('usage', `location ${location} of prefix ${entry.prefix}: ${message}`, {
    subject: entry.from,
    hint: 'see containers-registries.conf(5)',
    cause,
  });
}
