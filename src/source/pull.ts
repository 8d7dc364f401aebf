import { pullSources } from '../containers/pull-sources.js';
import type { RegistriesConf } from '../containers/registries-conf.js';
import { ImgcheckError, isImgcheckError, type ErrorKind } from '../core/error.js';
import type { RegistryReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import { redHatHint } from '../registry/network-failure.js';
import type { PullLocation } from './source.js';

export interface PullSettings {
  /** Closed by its owner. */
  readonly client: RegistryClient;
  /** Names are taken as they are when left out. */
  readonly registries?: RegistriesConf | undefined;
}

/** One place that a reference may be read from, and the client to ask it with. */
export interface Place extends PullLocation {
  /** The name there: a location may move a tag, too. */
  readonly reference: RegistryReference;
  readonly client: RegistryClient;
  /** The prefix of registries.conf that leads there. */
  readonly via: string | undefined;
}

export interface Answer<T> {
  readonly value: T;
  readonly place: Place;
  /** What registries.conf changed, and which mirrors were passed over. */
  readonly notes: readonly string[];
}

/** What a mirror may do without ending it all: somebody else is there to be asked. */
const passable: readonly ErrorKind[] = ['network', 'tls', 'auth', 'missing', 'unsupported', 'integrity'];
/** So many mirrors are named in a hint. */
const mostNamed = 16;

/** Mirrors that could not be reached at all: waiting for them once in a run is enough. */
const unreachableOf = new WeakMap<RegistryClient, Map<string, ImgcheckError>>();

interface Passed {
  readonly place: Place;
  readonly error: ImgcheckError;
}

/**
 * The places of a reference by registries.conf, in the order in which they are asked: mirrors, then the registry itself
 * unless that is blocked.
 * @throws ImgcheckError usage where the registry is blocked, or a location makes no name
 */
export function placesOf(reference: RegistryReference, settings: PullSettings): readonly Place[] {
  const { client, registries } = settings;
  if (!registries) return [placeOf(reference, client, false, false, undefined)];
  return pullSources(registries, reference).map(({ reference: there, insecure, mirror, via }) =>
    placeOf(there, insecure ? client.insecure : client, insecure, mirror, via),
  );
}

/**
 * Asks the places of a reference one after the other until one answers. A mirror that fails, or that gives other bytes than
 * were asked for, is passed over and noted; what the last one, the registry itself, does is final.
 * @throws ImgcheckError what `ask` throws for the last one, with what each mirror said in the hint; usage as placesOf
 */
export async function askInOrder<T>(
  reference: RegistryReference,
  settings: PullSettings,
  ask: (place: Place) => Promise<T>,
): Promise<Answer<T>> {
  const passed: Passed[] = [];
  const places = placesOf(reference, settings);
  for (const place of places) {
    try {
      const value = place.mirror ? await askMirror(place, settings.client, ask) : await ask(place);
      return { value, place, notes: [...passed.map(passedOver), ...rewritten(reference, place)] };
    } catch (error) {
      if (!(error instanceof ImgcheckError)) throw error;
      if (place === places.at(-1)) throw explained(error, reference, place, passed);
      if (!passable.includes(error.kind)) throw error;
      passed.push({ place, error });
    }
  }
  throw new ImgcheckError('missing', 'registries.conf leaves no place to ask', { subject: nameOf(reference) });
}

async function askMirror<T>(place: Place, client: RegistryClient, ask: (place: Place) => Promise<T>): Promise<T> {
  const unreachable = unreachableOf.get(client) ?? new Map<string, ImgcheckError>();
  unreachableOf.set(client, unreachable);
  const key = `${place.registry} ${place.insecure}`;
  const before = unreachable.get(key);
  if (before) throw before;
  try {
    return await ask(place);
  } catch (error) {
    if (isImgcheckError(error, 'network', 'tls')) unreachable.set(key, error);
    throw error;
  }
}

function placeOf(
  reference: RegistryReference,
  client: RegistryClient,
  insecure: boolean,
  mirror: boolean,
  via: string | undefined,
): Place {
  const { registry, repository } = reference;
  return { reference, client, registry, repository, insecure, mirror, via };
}

function passedOver({ place, error }: Passed): string {
  const name = nameOf(place);
  return error.kind === 'integrity'
    ? `the mirror ${name} gave other bytes than were asked for and was passed over: ${error.message}`
    : `the mirror ${name} was passed over: ${error.kind}: ${error.message}`;
}

/** Nothing is rewritten silently. */
function rewritten(reference: RegistryReference, place: Place): string[] {
  const [name, there] = [nameOf(reference), nameOf(place)];
  if (name === there) return [];
  const mirror = place.mirror ? 'the mirror ' : '';
  return [`${name} was read from ${mirror}${there}, as registries.conf${prefixOf(place)} says`];
}

function explained(
  error: ImgcheckError,
  name: RegistryReference,
  place: Place,
  passed: readonly Passed[],
): ImgcheckError {
  const more: string[] = [];
  const redHat = isImgcheckError(error, 'network', 'tls') ? redHatHint(name.registry) : undefined;
  if (redHat !== undefined && error.hint !== redHat) more.push(redHat);
  if (nameOf(name) !== nameOf(place)) more.push(`registries.conf${prefixOf(place)} leads to ${nameOf(place)}`);
  for (const one of passed.slice(0, mostNamed)) more.push(passedOver(one));
  if (passed.length > mostNamed) more.push(`and ${passed.length - mostNamed} more mirrors`);
  if (more.length === 0) return error;
  const hint = [...(error.hint === undefined ? [] : [error.hint]), ...more].join('; ');
  return new ImgcheckError(error.kind, error.message, { subject: error.subject, hint, cause: error });
}

function prefixOf({ via }: Place): string {
  return via === undefined ? '' : ` (prefix ${via})`;
}

function nameOf({ registry, repository }: { readonly registry: string; readonly repository: string }): string {
  return `${registry}/${repository}`;
}
