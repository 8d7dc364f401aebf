import { ImgcheckError } from '../core/error.js';
import {
  formatReference,
  withDefaultTag,
  type ImageReference,
  type LocalReference,
  type RegistryReference,
} from '../oci/reference.js';
import { canonicalReference } from '../oci/docker-name.js';
import type { TrustPolicy } from './policy-json.js';
import type { Requirement } from './policy-requirement.js';
import { isScopePath } from './scope-form.js';

/** Where a set of requirements stands in the policy. */
export interface PolicyPlace {
  /** '' is the default of the transport, or of the policy. */
  readonly scope: string;
  readonly from: 'scope' | 'transport default' | 'default';
}

/** The requirements that an image must satisfy, all of them, and where they come from. */
export interface SelectedRequirements extends PolicyPlace {
  readonly transport: string;
  readonly requirements: readonly Requirement[];
  /** A second place whose requirements were added, where the reference can be read in two ways. */
  readonly also?: PolicyPlace;
}

/**
 * The scopes that may speak of an image, the most specific first: the full name, repository, namespaces, host, then
 * wildcards (containers-policy.json(5), Supported transports). A port belongs to the host, but not to its wildcards.
 *
 * A reference with tag and digest, which containers/image refuses, has the full text first, then the digest's, then the
 * tag's. One without either asks for `latest`. An image in an oci layout has its tag's scope before its directory's.
 * @throws ImgcheckError usage for a local path that is not absolute and canonical: the caller resolves links
 */
export function policyScopes(reference: ImageReference): readonly string[] {
  const { names, parents } = namesOf(reference);
  return [...names, ...parents];
}

/**
 * The requirements of the most specific scope, nothing inherited; else of the transport's default, else of the policy's.
 *
 * Where a reference can be read in two ways (by its tag and by its digest; an oci layout by a scope `directory:tag`,
 * which the manual has and containers/image never looks up), each is looked up for itself and what both find must be
 * satisfied, so that no reading escapes the stricter one.
 * @throws ImgcheckError usage, as policyScopes
 */
export function selectRequirements(policy: TrustPolicy, reference: ImageReference): SelectedRequirements {
  const { transport } = reference;
  const scopes = policy.transports.get(transport);
  if (!scopes || scopes.size === 0) return { transport, ...defaultOf(policy) };
  const { reading, otherReading, parents } = namesOf(reference);
  const first = selectFrom(policy, scopes, [...reading, ...parents]);
  const second = otherReading ? selectFrom(policy, scopes, [...otherReading, ...parents]) : first;
  if (second.scope === first.scope && second.from === first.from) return { transport, ...first };
  return {
    transport,
    scope: first.scope,
    from: first.from,
    requirements: [...first.requirements, ...second.requirements],
    also: { scope: second.scope, from: second.from },
  };
}

type Found = PolicyPlace & { readonly requirements: readonly Requirement[] };

function selectFrom(
  policy: TrustPolicy,
  scopes: ReadonlyMap<string, readonly Requirement[]>,
  candidates: readonly string[],
): Found {
  for (const scope of candidates) {
    const requirements = scopes.get(scope);
    if (requirements) return { scope, from: 'scope', requirements };
  }
  const requirements = scopes.get('');
  return requirements ? { scope: '', from: 'transport default', requirements } : defaultOf(policy);
}

function defaultOf(policy: TrustPolicy): Found {
  return { scope: '', from: 'default', requirements: policy.default };
}

interface Names {
  /** All full names, the most specific first. */
  readonly names: readonly string[];
  /** Those of them that the reference has when it is read in one way, and in the other if there is one. */
  readonly reading: readonly string[];
  readonly otherReading?: readonly string[];
  readonly parents: readonly string[];
}

function namesOf(reference: ImageReference): Names {
  return reference.transport === 'docker' ? namesInRegistry(reference) : namesOfPath(reference);
}

function namesInRegistry(reference: RegistryReference): Names {
  const full = withDefaultTag(canonicalReference(reference));
  const { registry, repository, tag, digest } = full;
  const name = `${registry}/${repository}`;
  const parents = [...upwards(name), ...wildcards(registry)];
  const whole = formatReference(full);
  if (tag === undefined || digest === undefined) return { names: [whole], reading: [whole], parents };
  const [byDigest, byTag] = [`${name}@${digest}`, `${name}:${tag}`];
  return { names: [whole, byDigest, byTag], reading: [whole, byDigest], otherReading: [whole, byTag], parents };
}

function namesOfPath({ transport, path, within }: LocalReference): Names {
  if (transport === 'docker-archive') return { names: [], reading: [], parents: [] };
  if (!isScopePath(path)) {
    throw new ImgcheckError('usage', 'expected an absolute path without links, to look it up in the policy', {
      subject: path,
    });
  }
  const parents = upwards(path).filter((folder) => folder !== '');
  if (within === undefined || transport === 'dir') return { names: [], reading: [], parents };
  const tagged = `${path}:${within}`;
  return { names: [tagged], reading: [tagged], otherReading: [], parents };
}

/** The name itself and all that it lies under. */
function upwards(name: string): string[] {
  const parts = name.split('/');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('/'));
}

/** `*.DOMAIN` for each domain above the host; none for an address in brackets. */
function wildcards(registry: string): string[] {
  if (registry.startsWith('[')) return [];
  const [, ...labels] = registry.replace(/:\d+$/, '').split('.');
  return labels.map((_, i) => `*.${labels.slice(i).join('.')}`);
}
