import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ImgcheckError, type ErrorKind } from '../../src/core/error.js';
import type { Bytes } from '../../src/core/stream.js';
import { concat } from '../../src/core/stream.js';

/** The error of `kind` that the work must end with. */
export async function failureOf(kind: ErrorKind, work: () => Promise<unknown>): Promise<ImgcheckError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    expect(`${error.kind}: ${error.message}`).to.match(new RegExp(`^${kind}: `));
    return error;
  }
  throw new Error(`expected a failure of kind ${kind}, got none`);
}

/** All bytes, without a limit. */
export async function drain(bytes: Bytes): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return concat(parts);
}

/** A directory that lives as long as the work. */
export async function inTemporaryDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
