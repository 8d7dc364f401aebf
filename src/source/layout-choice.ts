import { ImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import { isDigest } from '../oci/digest.js';
import { formatPlatform } from '../oci/platform.js';
import type { LocalReference } from '../oci/reference.js';
import { isAttestation } from './attestation.js';
import { choose, parseOrdinal, type Choice } from './choice.js';

const refName = 'org.opencontainers.image.ref.name';
/** Full name that containerd and docker write beside the tag. */
const containerdName = 'io.containerd.image.name';
/** Signatures and referrers lists are kept under the digest of what they are about. */
const companionTag = /^sha256-[0-9a-f]{64}(?:\.|$)/;

/**
 * The entry of index.json that the reference means, as in containers-transports(5): by its
 * org.opencontainers.image.ref.name, by `@N` or by digest; none is needed when there is one image.
 * Throws as choose.
 */
export function chooseInLayout(entries: readonly Descriptor[], reference: LocalReference): Descriptor {
  const { within } = reference;
  const wanted = within?.startsWith('@') ? within.slice(1) : within;
  if (wanted !== undefined && isDigest(wanted)) {
    const found = entries.find(({ digest }) => digest === wanted);
    if (found !== undefined) return found;
  }
  // `@N` counts every entry, as the others' tools do; a bare path means the images alone.
  const all = within === undefined ? distinct(entries.filter(isImage)) : entries;
  const choices = all.map((value): Choice<Descriptor> => ({ value, names: namesOf(value) }));
  const named = within !== undefined && parseOrdinal(within) === undefined;
  return choose(named ? sameOnce(choices) : choices, reference, (name) => name === within);
}

/**
 * The entry whose org.opencontainers.image.ref.name is the tag, and nothing but that.
 * @throws ImgcheckError missing when there is none; hostile when two different ones have it
 */
export function chooseTagged(entries: readonly Descriptor[], tag: string, { path }: LocalReference): Descriptor {
  const [found, second] = distinct(entries.filter(({ annotations }) => annotations?.[refName] === tag));
  if (found === undefined) throw new ImgcheckError('missing', `the layout has no tag ${tag}`, { subject: path });
  if (second !== undefined) {
    throw new ImgcheckError('hostile', `two different manifests have the tag ${tag}`, { subject: path });
  }
  return found;
}

function namesOf(entry: Descriptor): string[] {
  const { annotations } = entry;
  const names = [annotations?.[refName], annotations?.[containerdName]].filter((name) => name !== undefined);
  if (names.length === 0 && entry.platform) names.push(formatPlatform(entry.platform));
  return names;
}

function isImage(entry: Descriptor): boolean {
  const name = entry.annotations?.[refName];
  return !isAttestation(entry) && entry.artifactType === undefined && !(name !== undefined && companionTag.test(name));
}

/** One image under two tags is one image. */
function distinct(entries: readonly Descriptor[]): readonly Descriptor[] {
  const digests = new Set(entries.map(({ digest }) => digest));
  return digests.size === 1 ? entries.slice(0, 1) : entries;
}

/** An entry that says again what another said (same name, same digest) makes no choice necessary. */
function sameOnce(choices: readonly Choice<Descriptor>[]): readonly Choice<Descriptor>[] {
  const seen = new Set<string>();
  return choices.filter(({ value, names }) => {
    const key = JSON.stringify([value.digest, names]);
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
}
