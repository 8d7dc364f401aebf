import type { Examination } from '../examination/examination.js';
import { formatPlatform } from '../oci/platform.js';
import { formatReference } from '../oci/reference.js';
import type { PackageSignatureVerdict, SignatureOutcome } from '../rpm/package-signature.js';

/** One row of `imgcheck packages`. */
export interface PackageRow {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly sourceRpm?: string;
  readonly vendor?: string;
  /** Unix seconds. */
  readonly installTime?: number;
  readonly buildTime?: number;
  readonly module?: string;
  /** Digest of the layer that brought it, and its number from 1. */
  readonly layer: string;
  readonly layerNumber: number;
  /** Of the header in the database; `not-checked` where no keys were given. */
  readonly signature: SignatureOutcome;
  readonly signatureReason: string;
  readonly keyId?: string;
  /** Of a valid signature. */
  readonly signer?: { readonly fingerprint: string; readonly userId: string };
  /** What is weak in a valid signature, as `SHA-1`. */
  readonly weak?: string;
  /** True when the signer's key, or the signature, has ended since. */
  readonly expired?: true;
}

/** What `imgcheck packages` says; docs/packages.schema.json describes it. */
export interface PackageReport {
  readonly schemaVersion: 1;
  readonly image: { readonly reference: string; readonly digest: string; readonly platform: string };
  /** What os-release says; absent without one. */
  readonly os?: { readonly id: string; readonly versionId: string; readonly prettyName: string };
  /** Whether the list is whole. */
  readonly complete: boolean;
  readonly state: 'read' | 'incomplete' | 'removed' | 'none';
  readonly database?: { readonly path: string; readonly kind: string; readonly layer: string };
  readonly problems: readonly string[];
  readonly packages: readonly PackageRow[];
}

export function buildPackageReport({ image, content, packageSignatures, now }: Examination): PackageReport {
  if (!content) throw new TypeError('the layers were not read');
  const { state, packages } = content.packages;
  const digestOf = (layer: number): string => image.layers[layer]?.descriptor.digest ?? '';
  const { place } = state;
  const other = content.managers.length > 0 ? `, packages by ${content.managers.join(', ')}` : '';
  return {
    schemaVersion: 1,
    image: {
      reference: formatReference(image.reference),
      digest: image.descriptor.digest,
      platform: formatPlatform(image.platform),
    },
    ...(content.osRelease
      ? {
          os: {
            id: content.osRelease.id,
            versionId: content.osRelease.versionId,
            prettyName: content.osRelease.prettyName,
          },
        }
      : {}),
    complete: state.outcome === 'read',
    state: state.outcome,
    ...(place ? { database: { path: `/${place.path}`, kind: place.kind, layer: digestOf(place.layer) } } : {}),
    problems: state.outcome === 'none' ? [`no RPM database${other}`] : state.problems,
    packages: packages.map(({ package: one, layer }) => ({
      name: one.name,
      epoch: one.epoch,
      version: one.version,
      release: one.release,
      arch: one.arch,
      ...(one.sourceRpm === undefined ? {} : { sourceRpm: one.sourceRpm }),
      ...(one.vendor === undefined ? {} : { vendor: one.vendor }),
      ...(one.installTime === undefined ? {} : { installTime: one.installTime }),
      ...(one.buildTime === undefined ? {} : { buildTime: one.buildTime }),
      ...(one.module === undefined ? {} : { module: one.module }),
      layer: digestOf(layer),
      layerNumber: layer + 1,
      ...reportSignature(packageSignatures?.of.get(one.headerDigest), now.getTime() / 1000),
    })),
  };
}

function reportSignature(
  verdict: PackageSignatureVerdict | undefined,
  now: number,
): Pick<PackageRow, 'signature' | 'signatureReason' | 'keyId' | 'signer' | 'weak' | 'expired'> {
  if (!verdict) return { signature: 'not-checked', signatureReason: 'packages were not judged' };
  const { outcome, reason, keyId, signer, weak, keyExpires, signatureExpires } = verdict;
  const expired = [keyExpires, signatureExpires].some((end) => end !== undefined && end < now);
  return {
    signature: outcome,
    signatureReason: reason,
    ...(keyId === undefined ? {} : { keyId }),
    ...(signer === undefined ? {} : { signer }),
    ...(weak === undefined ? {} : { weak }),
    ...(expired ? { expired } : {}),
  };
}
