import { isImgcheckError } from '../core/error.js';
import { isDigest, type Digest } from '../oci/digest.js';
import { formatReference, type RegistryReference } from '../oci/reference.js';
import { parseImageName, readImageDependency, type ImageDependency } from './image-dependency.js';
import { followToSource, type BuildStep } from './llb.js';
import { isPackageUrl, parsePackageUrl } from './package-url.js';
import type { Material, Provenance } from './provenance.js';

/** Which image a build was made on, as far as its provenance tells. */
export interface ProvenanceBase {
  /** Exact: the base, or none. Otherwise images that were used for anything: one of them may be the base. */
  readonly candidates: readonly ImageDependency[];
  readonly exact: boolean;
  readonly how: 'llb' | 'materials';
  /** Why a base that there is has no name, in words. */
  readonly remark?: string;
}

/** Images that BuildKit uses for its own work: what reads Dockerfiles, what makes SBOMs. */
const tools = /(?:^|\/)(?:docker\/dockerfile(?:-upstream)?|buildkit-syft-scanner|scout-sbom-indexer)$/;

/**
 * The base of a build: with `mode=max` what its steps lead down to, exactly; else all images among its materials but
 * BuildKit's own tools, in their order. Never throws for what it cannot understand.
 */
export function baseOfProvenance(provenance: Provenance): ProvenanceBase {
  const below = provenance.llb && followToSource(provenance.llb);
  if (below === 'nothing') return { candidates: [], exact: true, how: 'llb' };
  return below === undefined ? baseOfMaterials(provenance) : baseOfSource(below, provenance);
}

function baseOfSource({ source = '', platform }: BuildStep, provenance: Provenance): ProvenanceBase {
  const exact = { exact: true, how: 'llb' } as const;
  const [, scheme, name = ''] = /^([a-z+-]+):\/\/(.*)$/s.exec(source) ?? [];
  // Files of a repository or of the build's context are no image; an image in a folder is one without a name.
  if (scheme !== 'docker-image' && scheme !== 'oci-layout') return { ...exact, candidates: [] };
  const named = scheme === 'docker-image' ? parseImageName(name) : undefined;
  if (!named)
    return { ...exact, candidates: [], remark: `is of a build on ${source.slice(0, 200)}, which names no registry` };
  const digest = named.digest ?? digestAmongMaterials(named.reference, provenance);
  return { ...exact, candidates: [{ ...named, ...(digest ? { digest } : {}), ...(platform ? { platform } : {}) }] };
}

function baseOfMaterials(provenance: Provenance): ProvenanceBase {
  const frontend = provenance.frontend === undefined ? undefined : parseImageName(provenance.frontend)?.reference;
  const candidates = new Map<string, ImageDependency>();
  for (const image of imagesOf(provenance)) {
    const { registry, repository } = image.reference;
    if (tools.test(repository)) continue;
    if (frontend?.registry === registry && frontend.repository === repository) continue;
    candidates.set(`${formatReference(image.reference)} ${image.digest ?? ''}`, image);
  }
  return { candidates: [...candidates.values()], exact: false, how: 'materials' };
}

function imagesOf({ materials }: Provenance): readonly ImageDependency[] {
  return materials.flatMap((material) => imageOf(material) ?? []);
}

/** The digest beside a material is of what its name resolved to: of the index, where there is one. */
function imageOf({ uri, digests }: Material): ImageDependency | undefined {
  if (!isPackageUrl(uri)) return undefined;
  const image = readPurl(uri);
  const resolved = `sha256:${digests.get('sha256') ?? ''}`;
  return image && isDigest(resolved) ? { ...image, digest: resolved } : image;
}

/** Undefined for a URL that is broken: it leads nowhere. */
function readPurl(uri: string): ImageDependency | undefined {
  try {
    return readImageDependency(parsePackageUrl(uri));
  } catch (error) {
    if (isImgcheckError(error, 'hostile')) return undefined;
    throw error;
  }
}

function digestAmongMaterials(reference: RegistryReference, provenance: Provenance): Digest | undefined {
  const name = formatReference(reference);
  return imagesOf(provenance).find((image) => formatReference(image.reference) === name)?.digest;
}
