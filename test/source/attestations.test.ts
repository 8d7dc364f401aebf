import { expect } from 'chai';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { parsePlatform } from '../../src/oci/platform.js';
import { readAttestations, type FoundAttestation } from '../../src/source/attestations.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import {
  buildImage,
  buildIndex,
  jsonBytes,
  MemoryTransport,
  type BuiltImage,
  type BuiltIndex,
} from '../support/build-image.js';
import {
  attestationOf,
  buildWithProvenance,
  predicateTypes,
  provenancePredicate,
  statementAbout,
  type AttestationInput,
} from '../support/buildkit.js';

const image = buildImage({ layers: [] });
const arm = buildImage({ layers: [], platform: 'linux/arm64' });
const own = image.manifest.descriptor;

function provenanceOf(digest: string, more: object = {}): Readonly<Record<string, unknown>> {
  const materials = { 'pkg:docker/r.test/base@9': 'ab'.repeat(32) };
  return { ...statementAbout(digest, predicateTypes['0.2'], provenancePredicate({ materials })), ...more };
}

/** What is found beside linux/amd64, and which blobs were fetched for it. */
async function read(
  built: BuiltIndex | BuiltImage,
  wants?: (predicateType: string) => boolean,
  bend?: (transport: MemoryTransport) => void,
): Promise<{ found: readonly FoundAttestation[]; fetched: readonly Descriptor[] }> {
  const transport = new MemoryTransport(built);
  const resolved = await resolveImage(verified(transport), { platform: parsePlatform('linux/amd64') });
  const before = transport.fetched.length;
  bend?.(transport);
  const found = await readAttestations(resolved, wants);
  return { found, fetched: transport.fetched.slice(before) };
}

function beside(statement: Readonly<Record<string, unknown>> | Uint8Array, input?: AttestationInput): BuiltIndex {
  return buildIndex([image, attestationOf(image, [statement], input)]);
}

function remarks(found: readonly FoundAttestation[]): (string | undefined)[] {
  return found.map(({ remark }) => remark);
}

describe('source/attestations', () => {
  for (const form of ['old', 'new'] as const) {
    for (const version of ['0.2', '1'] as const) {
      it(`reads provenance ${version} from an attestation manifest of the ${form} form`, async () => {
        const { found } = await read(
          buildWithProvenance(image, { version, materials: { 'pkg:docker/a@1': undefined } }, { form }),
        );
        const [one] = found;
        expect([found.length, one?.remark, one?.statement?.predicateType]).to.deep.equal([
          1,
          undefined,
          predicateTypes[version],
        ]);
        expect(one?.statement && one.provenance?.materials.map(({ uri }) => uri)).to.deep.equal(['pkg:docker/a@1']);
        expect(one?.manifest.annotations?.['vnd.docker.reference.digest']).to.equal(own.digest);
      });
    }
  }

  it('finds nothing beside a lone manifest', async () => {
    expect(await read(image)).to.deep.equal({ found: [], fetched: [] });
  });

  it('reads those of its own platform alone', async () => {
    const theirs = attestationOf(arm, [provenanceOf(arm.manifest.descriptor.digest)]);
    const index = buildIndex([image, arm, theirs, attestationOf(image, [provenanceOf(own.digest)])]);
    const { found, fetched } = await read(index);
    expect(found.length).to.equal(1);
    expect(fetched.map(({ digest }) => digest)).not.to.include(theirs.manifest.descriptor.digest);
  });

  it('does not fetch an SBOM, unless asked for', async () => {
    const sbom = statementAbout(own.digest, predicateTypes.sbom, { spdxVersion: 'SPDX-2.3' });
    const index = buildIndex([image, attestationOf(image, [sbom, provenanceOf(own.digest)])]);
    const usual = await read(index);
    expect(usual.found.map(({ statement }) => statement?.predicateType)).to.deep.equal([predicateTypes['0.2']]);
    expect(usual.fetched.length).to.equal(2);
    const asked = await read(index, (type) => type === predicateTypes.sbom);
    expect(asked.found.map(({ statement }) => statement?.predicateType)).to.deep.equal([predicateTypes.sbom]);
  });

  it('tells statements apart by what they are where the manifest does not', async () => {
    const sbom = statementAbout(own.digest, predicateTypes.sbom, {});
    const index = buildIndex([image, attestationOf(image, [sbom, provenanceOf(own.digest)], { hints: false })]);
    const { found } = await read(index);
    expect(found.map(({ statement }) => statement?.predicateType)).to.deep.equal([predicateTypes['0.2']]);
  });

  it('passes over layers of other media types', async () => {
    const attestation = attestationOf(image, [provenanceOf(own.digest)]);
    const text = Buffer.from(attestation.manifest.bytes).toString().replaceAll('vnd.in-toto+json', 'vnd.other+json');
    const other = buildImage({ layers: [], override: JSON.parse(text) as Record<string, unknown> });
    const { annotations, platform } = attestation.manifest.descriptor;
    const marked = {
      ...other,
      manifest: { ...other.manifest, descriptor: { ...other.manifest.descriptor, annotations, platform } },
    } as BuiltImage;
    expect((await read(buildIndex([image, marked]))).found).to.deep.equal([]);
  });

  describe('never uses, but remarks', () => {
    const armDigest = arm.manifest.descriptor.digest;
    const cases: readonly [what: string, index: BuiltIndex, words: RegExp][] = [
      [
        'a statement about another image',
        beside(provenanceOf(armDigest)),
        /it speaks of sha256:[0-9a-f]{12}, not of sha256/,
      ],
      ['a statement about nothing', beside(provenanceOf(own.digest, { subject: [] })), /it speaks of nothing/],
      [
        'a statement about the index in place of the platform’s manifest',
        beside(provenanceOf(buildIndex([image]).manifest.descriptor.digest)),
        /it speaks of/,
      ],
      [
        'a manifest whose subject is another image',
        beside(provenanceOf(own.digest), { subject: { ...arm.manifest.descriptor } }),
        /it speaks of/,
      ],
      [
        'a manifest whose subject has another size',
        beside(provenanceOf(own.digest), { subject: { ...own, size: own.size + 1 } }),
        /it speaks of/,
      ],
      ['a statement that is no JSON', beside(Buffer.from('{')), /is not JSON/],
      ['a statement of another version', beside(provenanceOf(own.digest, { _type: 'x' })), /unknown type/],
      [
        'provenance that is malformed',
        beside(provenanceOf(own.digest, { predicate: { materials: 1 } })),
        /is not a list/,
      ],
      [
        'provenance of 20 MB',
        beside(provenanceOf(own.digest, { predicate: 'x'.repeat(20e6) })),
        /exceeds its limit of 8388608 bytes/,
      ],
      [
        'a manifest that is none',
        retyped(beside(provenanceOf(own.digest)), 'text/plain'),
        /unknown manifest media type text\/plain/,
      ],
    ];
    for (const [what, index, words] of cases) {
      it(what, async () => {
        const { found } = await read(index);
        expect(found.map(({ statement }) => statement)).to.deep.equal([undefined]);
        expect(found[0]?.remark).to.match(/^an attestation does not count: /);
        expect(found[0]?.remark).to.match(words);
      });
    }

    it('a statement that is not of the type its manifest says', async () => {
      const attestation = attestationOf(image, [provenanceOf(own.digest, { predicateType: predicateTypes['1'] })]);
      const bytes = Buffer.from(attestation.manifest.bytes)
        .toString()
        .replace(predicateTypes['1'], predicateTypes['0.2']);
      const lying = buildImage({ layers: [], override: JSON.parse(bytes) as Record<string, unknown> });
      const { annotations, platform } = attestation.manifest.descriptor;
      const marked = {
        ...lying,
        blobs: new Map([...lying.blobs, ...attestation.blobs]),
        manifest: { ...lying.manifest, descriptor: { ...lying.manifest.descriptor, annotations, platform } },
      } as BuiltImage;
      const { found } = await read(buildIndex([image, marked]));
      expect(remarks(found)[0]).to.match(/expected a predicate of type .*v0\.2, got .*v1$/);
    });

    it('what cannot be had, and what is damaged', async () => {
      const index = beside(provenanceOf(own.digest));
      const broken = async (bend: (transport: MemoryTransport, digest: Descriptor['digest']) => void) => {
        const { fetched } = await read(index);
        return remarks((await read(index, undefined, (one) => bend(one, fetched[1]?.digest ?? own.digest))).found);
      };
      expect((await broken((one, digest) => one.blobs.delete(digest)))[0]).to.match(/no such blob/);
      expect((await broken((one, digest) => one.blobs.set(digest, jsonBytes({}))))[0]).to.match(/size mismatch/);
      expect((await broken((one, digest) => one.blobs.set(digest, Buffer.alloc(20e6))))[0]).to.match(/size mismatch/);
    });

    it('more than four manifests, or sixteen statements', async () => {
      const some = (count: number, of: (i: number) => readonly object[]) =>
        buildIndex([
          image,
          ...Array.from({ length: count }, (_, i) => attestationOf(image, of(i) as Record<string, unknown>[])),
        ]);
      const manifests = await read(some(6, (i) => [provenanceOf(own.digest, { n: i })]));
      expect(remarks(manifests.found)).to.deep.equal([
        ...Array<undefined>(4),
        'it has more attestations than are read',
      ]);
      const statements = await read(
        some(2, (i) => Array.from({ length: 10 }, (_, n) => provenanceOf(own.digest, { n: i * 10 + n }))),
      );
      expect(statements.found.length).to.equal(17);
      expect(statements.fetched.length).to.equal(2 + 16);
    });

    it('more than 16 MiB of statements together', async () => {
      const large = [1, 2, 3].map((n) => provenanceOf(own.digest, { n, padding: 'x'.repeat(7e6) }));
      const { found } = await read(buildIndex([image, attestationOf(image, large)]));
      expect(remarks(found).slice(0, 2)).to.deep.equal([undefined, undefined]);
      expect(found[2]?.remark).to.match(/exceeds its limit/);
    });
  });
});

/** The index with the media type of its attestation changed. */
function retyped(index: BuiltIndex, mediaType: string): BuiltIndex {
  const { manifests } = JSON.parse(Buffer.from(index.manifest.bytes).toString()) as { manifests: Descriptor[] };
  const changed = manifests.map((one, i) => (i === 0 ? one : { ...one, mediaType }));
  const top = buildIndex([], { manifests: changed });
  return { ...top, blobs: new Map([...index.blobs, ...top.blobs]) };
}
