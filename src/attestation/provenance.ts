import { Fields, type Json } from '../core/json.js';
import { readBuildSteps, type BuildStep } from './llb.js';
import { readDigestSet, type Statement } from './statement.js';

const types = {
  'https://slsa.dev/provenance/v0.2': '0.2',
  'https://slsa.dev/provenance/v1': '1',
} as const;

/** True for predicate types of SLSA provenance that `readProvenance` reads. */
export function isProvenance(predicateType: string): predicateType is keyof typeof types {
  return Object.hasOwn(types, predicateType);
}

/** Something that a build used. */
export interface Material {
  readonly uri: string;
  /** Hex by algorithm. */
  readonly digests: ReadonlyMap<string, string>;
}

/** How and from what something was built, by the word of who built it. */
export interface Provenance {
  readonly version: '0.2' | '1';
  /** Who built it, by URI. */
  readonly builder?: string;
  readonly buildType?: string;
  /** In the order written, which tells nothing (BuildKit sorts them). */
  readonly materials: readonly Material[];
  /** RFC 3339, as written. */
  readonly started?: string;
  readonly finished?: string;
  /** Whether parameters and materials are all there, where the builder says so. */
  readonly completeness: { readonly parameters?: boolean; readonly materials?: boolean };
  /** The image that turned the Dockerfile into steps, as named in the build's arguments. */
  readonly frontend?: string;
  /** BuildKit's steps, present in `mode=max`; the last is the result. */
  readonly llb?: readonly BuildStep[];
}

/**
 * The provenance that a statement holds: SLSA v0.2 or v1 (slsa.dev/spec, provenance), with what BuildKit adds to either.
 * Undefined for a predicate of another type.
 * @throws ImgcheckError hostile for what is malformed or past a limit
 */
export function readProvenance(statement: Statement): Provenance | undefined {
  const { predicateType, predicate } = statement;
  if (!isProvenance(predicateType)) return undefined;
  const fields = new Fields(predicate, 'predicate');
  return types[predicateType] === '1' ? readVersion1(fields) : readVersion02(fields);
}

function readVersion02(predicate: Fields): Provenance {
  const metadata = predicate.optionalObject('metadata');
  const complete = metadata?.optionalObject('completeness');
  return {
    version: '0.2',
    ...present({
      builder: predicate.optionalObject('builder')?.optionalString('id'),
      buildType: predicate.optionalString('buildType'),
      started: metadata?.optionalString('buildStartedOn'),
      finished: metadata?.optionalString('buildFinishedOn'),
      frontend: frontendOf(predicate.optionalObject('invocation')?.optionalObject('parameters')),
      llb: stepsOf(predicate.raw('buildConfig')),
    }),
    materials: readMaterials(predicate, 'materials'),
    completeness: present({
      parameters: complete?.optionalBoolean('parameters'),
      materials: complete?.optionalBoolean('materials'),
    }),
  };
}

function readVersion1(predicate: Fields): Provenance {
  const definition = predicate.object('buildDefinition');
  const details = predicate.optionalObject('runDetails');
  const metadata = details?.optionalObject('metadata');
  const complete = metadata?.optionalObject('buildkit_completeness');
  const external = definition.optionalObject('externalParameters');
  return {
    version: '1',
    ...present({
      builder: details?.optionalObject('builder')?.optionalString('id'),
      buildType: definition.optionalString('buildType'),
      started: metadata?.optionalString('startedOn'),
      finished: metadata?.optionalString('finishedOn'),
      frontend: frontendOf(objectOf(external?.raw('request'))),
      llb: stepsOf(definition.optionalObject('internalParameters')?.raw('buildConfig')),
    }),
    materials: readMaterials(definition, 'resolvedDependencies'),
    completeness: present({
      parameters: complete?.optionalBoolean('request'),
      materials: complete?.optionalBoolean('resolvedDependencies'),
    }),
  };
}

/** Those that have a URI: v1 allows for a digest alone, which leads nowhere. */
function readMaterials(fields: Fields, key: string): readonly Material[] {
  return fields.array(key).flatMap((json, i) => {
    const material = new Fields(json, `${key}[${i}]`);
    const uri = material.optionalString('uri');
    return uri === undefined ? [] : [{ uri, digests: readDigestSet(material, 'digest') }];
  });
}

/** Other builders than BuildKit write other things under these names. */
function stepsOf(json: Json | undefined): readonly BuildStep[] | undefined {
  const config = objectOf(json);
  return config?.raw('llbDefinition') === undefined ? undefined : readBuildSteps(config, 'llbDefinition');
}

function frontendOf(request: Fields | undefined): string | undefined {
  const source = objectOf(request?.raw('args'))?.raw('source');
  return typeof source === 'string' ? source : undefined;
}

function objectOf(json: Json | undefined): Fields | undefined {
  return json !== null && typeof json === 'object' && !Array.isArray(json) ? new Fields(json, 'predicate') : undefined;
}

/** Without the members that are undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
