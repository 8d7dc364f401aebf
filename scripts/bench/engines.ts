import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { inflateEngines, type InflateEngine } from '../../src/archive/decoder.js';
import { isInstalled, layerDigest, type Bench, type Figure } from './figures.js';
import type { Command } from './measure.js';

const script = `
import { createReadStream } from 'node:fs';
const [, file, engine, module] = process.argv;
const { decompress } = await import(module);
await decompress(createReadStream(file, { highWaterMark: 262144 }), 'gzip', () => undefined, 'layer', { engine });`;

/** Inflating the big layer from the disk, checksum included and nothing else: both engines beside what others have. */
export function engineFigure(bench: Bench): Figure {
  const module = join(bench.scratch, 'decompress.mjs');
  const entry = fileURLToPath(new URL('../../src/archive/decompress.ts', import.meta.url));
  const external = ['xz-decompress', 'zstddec'];
  buildSync({ entryPoints: [entry], outfile: module, bundle: true, format: 'esm', platform: 'node', external });
  const blob = join(bench.prepared.layout, 'blobs', layerDigest(bench.prepared.layout, 'big').replace(':', '/'));
  const ours = (engine: InflateEngine): Command => ({
    name: `node, the ${engine} engine alone`,
    argv: [process.execPath, '--input-type=module', '-e', script, blob, engine, module],
  });
  const [first, ...others] = inflateEngines;
  return {
    name: 'inflate',
    about: 'inflating the big layer from the disk, checksum included',
    ours: ours(first),
    peers: [
      ...others.map(ours),
      ...['gzip', 'pigz', 'igzip']
        .filter(isInstalled)
        .map((tool): Command => ({ name: `${tool} -dc`, argv: [tool, '-dc', blob] })),
    ],
  };
}
