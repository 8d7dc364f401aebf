import { AnchorSearch, type Anchor } from './anchor-search.js';
import type { SecretSpan } from './hit.js';
import {
  encodedPemAnchor,
  encodedPrivateKeyAt,
  pemAnchor,
  privateKeyAt,
  puttyAnchor,
  puttyKeyAt,
} from './private-key.js';
import { entropyOf, isPlaceholder } from './placeholder.js';
import { tokenShapes, type TokenShape } from './token-shapes.js';

/** Given the whole text and the place of an anchor: the secret there, if it is one. `tried` is how far that was decided. */
type Look = (text: string, at: number) => { readonly span?: SecretSpan; readonly tried: number };

/** Places looked at in one text: a real one has a few, and each costs a bounded time. */
const looksLimit = 20_000;
/** A file with more secrets than this is searched no further. */
const spansLimit = 1000;

const anchors: readonly Anchor<Look>[] = [
  ...tokenShapes.flatMap((shape) => shape.anchors.map((text) => ({ text, value: lookFor(shape) }))),
  ...Object.entries({
    [pemAnchor]: privateKeyAt,
    [encodedPemAnchor]: encodedPrivateKeyAt,
    [puttyAnchor]: puttyKeyAt,
  }).map(([text, find]) => ({ text, value: keyLook(find) })),
];

let search: AnchorSearch<Look> | undefined;

/**
 * The tokens and private keys in a text that tell by their own shape, in order. Given as bytes: they become a string,
 * a character a byte, only where something may be found.
 */
export function findTokens(bytes: Uint8Array): { readonly spans: readonly SecretSpan[]; readonly complete: boolean } {
  search ??= new AnchorSearch(anchors);
  const spans: SecretSpan[] = [];
  let text: string | undefined;
  let decided = 0;
  let looks = 0;
  search.search(bytes, (look, at) => {
    if (at < decided) return true;
    text ??= latin1(bytes);
    const { span, tried } = look(text, at);
    if (span) spans.push(span);
    decided = Math.max(decided, tried);
    return ++looks < looksLimit && spans.length < spansLimit;
  });
  return { spans, complete: looks < looksLimit && spans.length < spansLimit };
}

/** What is in a program: keys in armour only, since all else could be chance. */
export function findKeysInBinary(bytes: Uint8Array): readonly SecretSpan[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const spans: SecretSpan[] = [];
  let looks = 0;
  for (let at = file.indexOf(pemAnchor, 0, 'latin1'); at >= 0 && ++looks < looksLimit;) {
    const text = file.toString('latin1', at, at + 80_000);
    const span = privateKeyAt(text, 0);
    if (span) spans.push(span);
    at = file.indexOf(pemAnchor, at + (span?.to ?? pemAnchor.length), 'latin1');
  }
  return spans;
}

/** A character a byte, so that positions stay. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function lookFor({ kind, pattern, before, entropy }: TokenShape): Look {
  return (text, at) => {
    pattern.lastIndex = at - before;
    const found = at < before ? null : pattern.exec(text);
    if (!found) return { tried: 0 };
    const to = found.index + found[0].length;
    const secret = found[1] ?? found[0];
    if (isPlaceholder(secret) || entropyOf(secret) < entropy) return { tried: to };
    return { span: { kind, from: to - secret.length, to }, tried: to };
  };
}

function keyLook(find: (text: string, at: number) => SecretSpan | undefined): Look {
  return (text, at) => {
    const span = find(text, at);
    return span ? { span, tried: span.to } : { tried: 0 };
  };
}
