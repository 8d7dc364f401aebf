import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decompress } from '../../src/archive/decompress.js';
import { concat } from '../../src/core/stream.js';
import type { LayerFacts } from '../../src/layer/facts.js';
import { walked } from '../layer/walked.js';
import { sharedPath } from '../support/shared.js';

const suffix = /\.tar\.(xz|gz)$/;

/** The root file systems of the collection, without their suffix; [] where it is not there. */
export function rootfsNames(): readonly string[] {
  const folder = sharedPath('data', 'rootfs');
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => suffix.test(name))
    .map((name) => name.replace(suffix, ''));
}

const read = new Map<string, Promise<LayerFacts>>();

/** The facts of one of them as if it were a layer; read once for all tests. */
export function walkedRootfs(name: string): Promise<LayerFacts> {
  const reading = read.get(name) ?? walkFile(name);
  read.set(name, reading);
  return reading;
}

async function walkFile(name: string): Promise<LayerFacts> {
  return walked(await plainRootfs(name));
}

/** The tar of one of them. */
export async function plainRootfs(name: string): Promise<Uint8Array> {
  const folder = sharedPath('data', 'rootfs') ?? '';
  const file = readdirSync(folder).find((one) => one.replace(suffix, '') === name && suffix.test(one)) ?? '';
  const bytes = await readFile(join(folder, file));
  const parts: Uint8Array[] = [];
  const keep = (plain: Uint8Array): number => parts.push(new Uint8Array(plain));
  await decompress(one(bytes), file.endsWith('.xz') ? 'xz' : 'gzip', keep, file);
  return concat(parts);
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
