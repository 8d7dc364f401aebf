import type { RegistriesD } from '../../src/containers/registries-d.js';
import { mergeRegistriesD } from '../../src/containers/registries-d.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import type { ImageReference } from '../../src/oci/reference.js';
import { WebClient } from '../../src/registry/web.js';
import { attachmentTag } from '../../src/signature/attachment.js';
import type { CosignSignature } from '../../src/signature/cosign.js';
import type { BaseJudge } from '../../src/signature/evaluate.js';
import type { Signers } from '../../src/signature/signer-rule.js';
import type { Trust } from '../../src/signature/trust.js';
import { verifySignatures, type SignatureFindings } from '../../src/signature/verify-signatures.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import {
  buildImage,
  describeBlob,
  describeJson,
  MemoryTransport,
  type BuiltBlob,
  type BuiltImage,
  type BuiltIndex,
} from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';

export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const notationType = 'application/vnd.cncf.notary.signature';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const empty = describeBlob('application/vnd.oci.empty.v1+json', Buffer.from('{}'));

export const plainImage = (): BuiltImage => buildImage({ layers: [buildTar([{ path: 'a', body: 'a' }])] });

/** An image whose place can be filled with signatures of every form. */
export class SignedPlace {
  readonly transport: MemoryTransport;
  readonly descriptor: Descriptor;

  constructor(readonlyBuilt: BuiltImage | BuiltIndex = plainImage(), reference?: ImageReference) {
    this.transport = new MemoryTransport(readonlyBuilt, reference);
    this.descriptor = readonlyBuilt.manifest.descriptor;
  }

  /** cosign's tag, with a layer for each signature. */
  sign(signatures: readonly CosignSignature[], subject = this.descriptor): void {
    const layers = signatures.map(({ payload, annotations }) => {
      const { descriptor } = this.#keep(describeBlob('application/vnd.dev.cosign.simplesigning.v1+json', payload));
      return { ...descriptor, annotations };
    });
    this.tag(attachmentTag(subject.digest, 'sig'), layers);
  }

  /** cosign's attestation tag. */
  attest(envelopes: readonly { readonly envelope: object; readonly annotations?: Record<string, string> }[]): void {
    const layers = envelopes.map(({ envelope, annotations = {} }) => {
      const { descriptor } = this.#keep(describeJson('application/vnd.dsse.envelope.v1+json', envelope));
      return { ...descriptor, annotations };
    });
    this.tag(attachmentTag(this.descriptor.digest, 'att'), layers);
  }

  tag(name: string, layers: readonly object[]): void {
    const config = this.#keep(describeBlob('application/vnd.oci.image.config.v1+json', Buffer.from('{}'))).descriptor;
    this.transport.tags.set(
      name,
      describeJson(ociManifest, { schemaVersion: 2, mediaType: ociManifest, config, layers }),
    );
  }

  /** A referrer with one layer. */
  refer(
    artifactType: string,
    mediaType: string,
    bytes: Uint8Array,
    change: Readonly<Record<string, unknown>> = {},
  ): void {
    const layers = [this.#keep(describeBlob(mediaType, bytes)).descriptor];
    const config = this.#keep(empty).descriptor;
    const subject = this.descriptor;
    const manifest = { schemaVersion: 2, mediaType: ociManifest, artifactType, config, layers, subject, ...change };
    this.transport.found.push({ ...this.#keep(describeJson(ociManifest, manifest)).descriptor, artifactType });
  }

  #keep(blob: BuiltBlob): BuiltBlob {
    this.transport.blobs.set(blob.descriptor.digest, blob.bytes);
    return blob;
  }
}

export interface Given {
  readonly signers?: Partial<Signers>;
  readonly trust?: Partial<Trust>;
  readonly registriesD?: RegistriesD;
  readonly now?: Date;
  readonly web?: WebClient;
  readonly judgeBase?: BaseJudge;
}

/** Everything that is found out about the signatures of an image, by what was configured. */
export async function verify(place: SignedPlace, given: Given = {}): Promise<SignatureFindings> {
  const source = verified(place.transport);
  const image = await resolveImage(source, { platform: { os: 'linux', architecture: 'amd64' } });
  const signers = given.signers && { from: 'test', keys: [], identities: [], root: undefined, ...given.signers };
  const trust: Trust = {
    policy: undefined,
    registriesD: given.registriesD ?? mergeRegistriesD([]),
    defaultLookaside: undefined,
    signers,
    notation: undefined,
    ...given.trust,
  };
  const judgeBase: BaseJudge = () => Promise.reject(new Error('no rule asks for a base here'));
  const web = given.web ?? new WebClient();
  const now = given.now ?? new Date('2024-06-01T00:00:00Z');
  return verifySignatures(image, [], { trust, web, now, judgeBase: given.judgeBase ?? judgeBase });
}

/** `kind outcome: reason` of each signature. */
export function told(findings: SignatureFindings): string[] {
  return findings.results.map((one) => `${one.mechanism} ${one.outcome}`);
}
