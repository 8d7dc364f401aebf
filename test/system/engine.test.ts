import { expect } from 'chai';
import { imgcheck, type Ran } from '../support/command-line.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';

describe('imgcheck --engine', function () {
  this.timeout(300_000);
  let world: SharedRegistry;

  before(async function () {
    world = await sharedRegistry(this);
  });

  const run = (name: string, engine: string): Promise<Ran> =>
    imgcheck([
      ...['packages', `${world.registry.host}/public/${name}`, '--engine', engine, '--format', 'tsv'],
      ...['--cert-dir', world.registry.certDir, '--cache', 'none', '--platform', 'linux/amd64'],
    ]);

  it('gives the same answer whichever it is', async () => {
    for (const { name } of world.images) {
      const [wasm, node] = await Promise.all([run(name, 'wasm'), run(name, 'node')]);
      expect(wasm.stdout.split('\n').length, name).to.be.greaterThan(1);
      expect(wasm, name).to.deep.equal(node);
    }
  });

  it('takes no other name for one', async () => {
    const { code, stderr } = await run('app:1', 'zlib');
    expect(code).to.equal(2);
    expect(stderr).to.match(/--engine <engine>.*'zlib' is invalid.*wasm, node/);
  });
});
