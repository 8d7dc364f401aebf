import { LayerReader, type LayerProgress } from '../../src/examination/layers.js';
import { FactsStore } from '../../src/layer/store.js';
import { parsePlatform } from '../../src/oci/platform.js';
import { parseReference } from '../../src/oci/reference.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, MemoryTransport, type BuildImageInput, type BuiltImage } from '../support/build-image.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';

export const platform = parsePlatform('linux/amd64');
export const databasePath = 'var/lib/rpm/rpmdb.sqlite';

/** A database of `name evr[ arch]` words, as one member of a layer. */
export function database(...packages: readonly string[]): TarInput {
  return { path: databasePath, body: databaseBytes(...packages) };
}

export function databaseBytes(...packages: readonly string[]): Uint8Array {
  return buildSqlite(
    packages.map((text) => {
      const [name = '', evr = '', arch = 'x86_64'] = text.split(' ');
      const [, epoch, version = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.+)$/.exec(evr) ?? [];
      const times = { buildTime: 1_700_000_000, installTime: 1_710_000_000 };
      return buildRpmHeader({ name, version, release, arch, ...times, ...(epoch ? { epoch: Number(epoch) } : {}) });
    }),
  );
}

export function osRelease(id: string): TarInput {
  return { path: 'etc/os-release', body: `ID=${id}\nPRETTY_NAME="${id} 1"\n` };
}

export function buildFrom(layers: readonly (readonly TarInput[])[], more: Partial<BuildImageInput> = {}): BuiltImage {
  const history = layers.map((_, i) => ({ created: '2024-05-01T00:00:00Z', created_by: `RUN step ${i + 1}` }));
  return buildImage({ layers: layers.map((entries) => buildTar(entries)), history, ...more });
}

/** An image out of memory, with the transport that it comes from. */
export async function openBuilt(
  built: BuiltImage,
  name = 'r.test/app:1',
): Promise<{ image: Image; transport: MemoryTransport }> {
  const transport = new MemoryTransport(built, parseReference(name));
  return { image: await resolveImage(verified(transport), { platform }), transport };
}

export function readerOf(folder?: string, onProgress?: (progress: LayerProgress) => void): LayerReader {
  return new LayerReader({ store: new FactsStore(folder), jobs: 2, onProgress });
}

export function names(packages: readonly RpmPackage[]): string[] {
  return packages.map((one) => one.name).sort();
}
