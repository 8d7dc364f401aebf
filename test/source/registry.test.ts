import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import type { RegistryClient } from '../../src/registry/client.js';
import { registryTransport } from '../../src/source/registry.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, buildIndex, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import { drain, failureOf } from './failure.js';

const image = buildImage({ layers: [Buffer.from('layer')] });

/** The part of a client that the transport uses, over what was built; it notes what it is asked for. */
function clientOf(built: BuiltImage | BuiltIndex, asked: string[]): RegistryClient {
  const byDigest = (digest: string): Uint8Array => built.blobs.get(digest as `sha256:${string}`) ?? new Uint8Array();
  const client: Pick<RegistryClient, 'manifest' | 'blob' | 'referrers'> = {
    manifest(registry, repository, reference) {
      asked.push(`manifest ${registry}/${repository} ${reference}`);
      const bytes = reference.startsWith('sha256:') ? byDigest(reference) : built.manifest.bytes;
      const digest = reference.startsWith('sha256:')
        ? (reference as `sha256:${string}`)
        : built.manifest.descriptor.digest;
      const { mediaType } = JSON.parse(Buffer.from(bytes).toString()) as { mediaType: string };
      return Promise.resolve({ mediaType, digest, bytes });
    },
    async *blob(_registry, _repository, descriptor) {
      asked.push(`blob ${descriptor.digest}`);
      await Promise.resolve();
      yield byDigest(descriptor.digest);
    },
    referrers(_registry, _repository, digest) {
      asked.push(`referrers ${digest}`);
      return Promise.resolve([]);
    },
  };
  return client as RegistryClient;
}

const options = { platform: { os: 'linux', architecture: 'amd64' } };

describe('source/registry', () => {
  it('asks for the tag, latest when none is written, and shows it', async () => {
    const asked: string[] = [];
    const transport = registryTransport(parseRegistryReference('registry.test/app'), clientOf(image, asked));
    await transport.resolve();
    expect(asked).to.deep.equal(['manifest registry.test/app latest']);
    expect(transport.reference).to.have.property('tag', 'latest');
  });

  it('asks for the digest where there is one, whatever the tag', async () => {
    const { digest } = image.manifest.descriptor;
    const asked: string[] = [];
    const reference = parseRegistryReference(`registry.test/app:v1@${digest}`);
    await registryTransport(reference, clientOf(image, asked)).resolve();
    expect(asked).to.deep.equal([`manifest registry.test/app ${digest}`]);
  });

  it('fetches manifests from the manifests endpoint and all else as blobs', async () => {
    const asked: string[] = [];
    const index = buildIndex([image]);
    const source = verified(registryTransport(parseRegistryReference('registry.test/app:v1'), clientOf(index, asked)));
    const resolved = await resolveImage(source, options);
    for (const { descriptor } of resolved.layers) await drain(source.fetch(descriptor));
    expect(asked).to.deep.equal([
      'manifest registry.test/app v1',
      `manifest registry.test/app ${image.manifest.descriptor.digest}`,
      `blob ${image.config.descriptor.digest}`,
      `blob ${image.layers[0]?.descriptor.digest}`,
    ]);
  });

  it('asks the same place for another tag and for kept signatures, and says where that is once it has answered', async () => {
    const asked: string[] = [];
    const client = clientOf(image, asked);
    client.signatures = (registry, repository, digest) => {
      asked.push(`signatures ${registry}/${repository} ${digest}`);
      return Promise.resolve([]);
    };
    const transport = registryTransport(parseRegistryReference('registry.test/app:v1'), client);
    expect(transport.location()).to.equal(undefined);
    await transport.resolve();
    const { digest } = image.manifest.descriptor;
    await transport.tagged('v2');
    expect(await transport.storedSignatures(digest)).to.deep.equal([]);
    expect(asked.slice(1)).to.deep.equal(['manifest registry.test/app v2', `signatures registry.test/app ${digest}`]);
    expect(transport.location()).to.deep.equal({
      registry: 'registry.test',
      repository: 'app',
      insecure: false,
      mirror: false,
    });
  });

  it('refuses schema 1 that a registry serves all the same', async () => {
    const client = clientOf(image, []);
    client.manifest = () => {
      const bytes = Buffer.from('{"schemaVersion":1}');
      return Promise.resolve({
        mediaType: mediaTypes.dockerSchema1Signed,
        digest: digestOf(bytes),
        bytes,
      });
    };
    const source = verified(registryTransport(parseRegistryReference('registry.test/app:v1'), client));
    await failureOf('unsupported', () => resolveImage(source, options));
  });
});
