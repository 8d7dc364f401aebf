import { ImgcheckError } from '../core/error.js';
import { isDigest, type Digest } from './digest.js';

/** `registry/repository[:tag][@digest]`: the distribution reference (distribution/reference grammar), fully qualified. */
export interface RegistryReference {
  readonly transport: 'docker';
  /** Host, with its port if one was written. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** containers-transports(5): an image in a directory or a file. */
export interface LocalReference {
  readonly transport: 'oci' | 'oci-archive' | 'docker-archive' | 'dir';
  readonly path: string;
  /** A tag or reference within it, or `@N`, the Nth image. */
  readonly within?: string;
}

export type ImageReference = RegistryReference | LocalReference;

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryForm = new RegExp(`^${component}(?:/${component})*$`);
const host = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*';
const registryForm = new RegExp(`^(?:${host}|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const localTransports = ['oci', 'oci-archive', 'docker-archive', 'dir'] as const;

/** Thrown for a name without a registry: the caller knows the candidates (registries.conf). */
export class NakedNameError extends ImgcheckError {
  readonly bareName: string;

  constructor(name: string) {
    super('usage', 'the name does not say which registry it comes from', { subject: name });
    this.bareName = name;
  }
}

export function isTag(text: string): boolean {
  return tagForm.test(text);
}

/**
 * Reads an image reference; `formatReference` gives the same text back (but for `docker://`).
 * @throws NakedNameError for a name without a registry; ImgcheckError usage for anything else that is wrong.
 */
export function parseReference(text: string): ImageReference {
  const local = localTransports.find((name) => text.startsWith(`${name}:`));
  if (local) return parseLocal(local, text.slice(local.length + 1), text);
  const unknown = /^([a-z][a-z0-9+.-]*):\/\//.exec(text);
  if (unknown && unknown[1] !== 'docker') {
    throw wrong(text, `unknown transport ${unknown[1]}`, 'known: docker://, oci:, oci-archive:, docker-archive:, dir:');
  }
  return parseRegistryReference(unknown ? text.slice('docker://'.length) : text);
}

/** A reference to a registry, without transport. Throws as parseReference. */
export function parseRegistryReference(text: string): RegistryReference {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const name = at < 0 ? text : text.slice(0, at);
  if (digest !== undefined && !isDigest(digest)) {
    throw wrong(text, 'the digest is not sha256: and 64, or sha512: and 128, lower-case hex digits');
  }
  const slash = name.indexOf('/');
  const first = slash < 0 ? name : name.slice(0, slash);
  if (slash < 0 || !(first.includes('.') || first.includes(':') || first === 'localhost' || /[A-Z]/.test(first))) {
    if (slash < 0 && !/^[^:]+(?::[^:]+)?$/.test(name)) throw wrong(text, 'not an image reference');
    const bare = name.replace(/:[^:/]*$/, '');
    if (!repositoryForm.test(bare)) throw wrong(text, notRepository(bare));
    throw new NakedNameError(text);
  }
  if (!registryForm.test(first)) throw wrong(text, `not a registry host: ${first}`);
  const rest = name.slice(slash + 1);
  const colon = rest.indexOf(':');
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const repository = colon < 0 ? rest : rest.slice(0, colon);
  if (!repositoryForm.test(repository)) throw wrong(text, notRepository(repository));
  if (name.length > 255 + 129) throw wrong(text, 'the name is longer than 255 characters');
  if (tag !== undefined && !tagForm.test(tag)) throw wrong(text, `not a tag: ${tag}`);
  return {
    transport: 'docker',
    registry: first,
    repository: first === 'docker.io' && !repository.includes('/') ? refuseShortHub(text, repository) : repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function refuseShortHub(text: string, repository: string): never {
  throw wrong(text, 'docker.io/NAME leaves out its namespace', `write docker.io/library/${repository}`);
}

function notRepository(repository: string): string {
  return /[A-Z]/.test(repository) ? 'the repository must be lower case' : 'not a repository name';
}

function parseLocal(transport: LocalReference['transport'], rest: string, text: string): LocalReference {
  if (transport === 'dir') {
    if (rest === '') throw wrong(text, 'no path after dir:');
    return { transport, path: rest };
  }
  const { path, within } = splitLocal(transport, rest);
  if (path === '') throw wrong(text, `no path after ${transport}:`);
  if (within === '') throw wrong(text, 'nothing after the last colon');
  return { transport, path, ...(within === undefined ? {} : { within }) };
}

/** The first colon ends the path, as in containers-transports(5); a Windows drive letter does not. */
function splitLocal(transport: string, rest: string): { path: string; within?: string } {
  const from = /^[A-Za-z]:[\\/]/.test(rest) ? 2 : 0;
  const colon =
    transport === 'docker-archive' || transport === 'oci-archive' || transport === 'oci' ? rest.indexOf(':', from) : -1;
  return colon < 0 ? { path: rest } : { path: rest.slice(0, colon), within: rest.slice(colon + 1) };
}

export function formatReference(reference: ImageReference): string {
  if (reference.transport !== 'docker') {
    return `${reference.transport}:${reference.path}${reference.within === undefined ? '' : `:${reference.within}`}`;
  }
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The same reference with the tag that is asked for when none is written. */
export function withDefaultTag(reference: RegistryReference): RegistryReference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

function wrong(subject: string, message: string, hint?: string): ImgcheckError {
  return new ImgcheckError('usage', message, { subject, ...(hint ? { hint } : {}) });
}
