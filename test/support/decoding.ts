import { execFileSync } from 'node:child_process';
import type { Decoder, Sink } from '../../src/archive/decoder.js';
import { ImgcheckError, type ErrorKind } from '../../src/core/error.js';

/** All plain bytes of a stream that is fed in pieces of `size`. */
export async function decodeBy(
  open: (sink: Sink) => Decoder | Promise<Decoder>,
  bytes: Uint8Array,
  size = Math.max(bytes.length, 1),
): Promise<Buffer> {
  const parts: Buffer[] = [];
  const decoder = await open((plain) => parts.push(Buffer.from(plain)));
  try {
    for (let at = 0; at < bytes.length; at += size) await decoder.write(bytes.subarray(at, at + size));
    await decoder.end();
  } finally {
    decoder.close();
  }
  return Buffer.concat(parts);
}

/** The plain text, or the message of the refusal; any other error, or one of another kind, is thrown. */
export async function outcomeOf(decoding: Promise<Buffer>, ...kinds: readonly ErrorKind[]): Promise<string> {
  return decoding.then(
    (plain) => plain.toString(),
    (error: unknown) => {
      if (!(error instanceof ImgcheckError) || !kinds.includes(error.kind)) throw error;
      return error.message;
    },
  );
}

/** What a command line tool makes of the input; undefined where it is not there, or refuses. */
export function filterBy(command: string, args: readonly string[], input: Uint8Array): Buffer | undefined {
  try {
    return execFileSync(command, args, { input, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
