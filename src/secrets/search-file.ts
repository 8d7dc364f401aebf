import { findCredentials, isCredentialFile } from './credential-files.js';
import { findKeysInBinary, findTokens, latin1 } from './find-tokens.js';
import { Lines, type SecretHit, type SecretSpan } from './hit.js';
import { findKeyStore } from './key-store.js';

/** A file with a zero byte before this is no text. */
const binaryWithin = 8192;

export interface FileSearch {
  readonly hits: readonly SecretHit[];
  /** Whether all of it was searched. */
  readonly complete: boolean;
}

/**
 * Searches a file, or as much of it as `start` has, for private keys, tokens of known shapes, and what programs keep
 * at such a path; in what is no text only for keys in armour and stores of keys.
 */
export function searchFile(
  { path, size }: { readonly path: string; readonly size: number },
  start: Uint8Array,
): FileSearch {
  const whole = start.byteLength === size;
  const store = findKeyStore(path, start);
  if (store) return { hits: [store], complete: true };
  if (isBinary(start)) {
    const keys = findKeysInBinary(start).map(({ kind, encrypted }) => ({ kind, ...(encrypted ? { encrypted } : {}) }));
    return { hits: keys, complete: whole };
  }
  const tokens = findTokens(start);
  const named = isCredentialFile(path) ? findCredentials(path, latin1(start)) : [];
  const complete = whole && tokens.complete;
  if (tokens.spans.length + named.length === 0) return { hits: [], complete };
  return { hits: hitsOf(path, latin1(start), [...tokens.spans, ...named]), complete };
}

/** In the order of the file; one that is found in two ways counts once. */
function hitsOf(path: string, text: string, spans: SecretSpan[]): readonly SecretHit[] {
  const lines = new Lines(text);
  let end = 0;
  const hits: SecretHit[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    if (span.from < end) continue;
    end = span.to;
    const kind = kindOf(path, text, span);
    if (kind !== undefined) hits.push(lines.hit({ ...span, kind }));
  }
  return hits;
}

/** Programs that are shipped to everyone have such a key in their source: it says who asks, and opens nothing. */
const inSource = /\.(?:py|js|mjs|cjs|ts|java|kt|go|rb|php|c|cc|cpp|h|cs|swift|m|sh|html?|css|map)$/;

/** A key whose surroundings say what it is for; undefined for what they say is no secret. */
function kindOf(path: string, text: string, { kind, from }: SecretSpan): string | undefined {
  if (kind === 'Google API key' && inSource.test(path)) return undefined;
  if (!kind.endsWith('private key')) return kind;
  if (/(?:^|\/)etc\/ssh\/ssh_host_\w{1,40}_key$/.test(path)) return 'SSH host key';
  const around = text.slice(Math.max(0, from - 4096), from + 16_384);
  return around.includes('"service_account"') ? 'Google service account key' : kind;
}

function isBinary(start: Uint8Array): boolean {
  return Buffer.from(start.buffer, start.byteOffset, Math.min(start.byteLength, binaryWithin)).indexOf(0) >= 0;
}
