import { debianTool, type Tool, type ToolName } from '../../test/support/debian.js';
import { RealRegistry } from '../../test/support/real-registry.js';
import { images } from './images.js';

/** What the tests' tools want of a test: here a skip is an error with the reason already printed. */
const noTest = {
  skip(): never {
    throw new Error('the benchmark needs the Debian packages that the tests use');
  },
} as Mocha.Context;

export function benchTool(name: ToolName): Promise<Tool> {
  return debianTool(noTest, name);
}

/** A registry over TLS on loopback with all images in it. */
export async function startRegistry(layout: string, skopeo: Tool): Promise<RealRegistry> {
  const registry = await RealRegistry.start(noTest);
  try {
    for (const [name, place] of Object.entries(images)) {
      const to = `docker://${registry.host}/${place}`;
      await skopeo.run(['--insecure-policy', 'copy', '--dest-cert-dir', registry.certDir, `oci:${layout}:${name}`, to]);
    }
  } catch (error) {
    await registry.stop();
    throw error;
  }
  return registry;
}
