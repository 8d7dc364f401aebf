import type { SecretSpan } from './hit.js';

/** What stands before a private key in armour (RFC 7468, RFC 1421, RFC 4880 section 6.2, openssh PROTOCOL.key). */
export const pemAnchor = '-----BEGIN ';
/** The same, encoded once more, as kubeconfigs and Kubernetes' secrets have it. */
export const encodedPemAnchor = 'LS0tLS1CRUdJTi';
export const puttyAnchor = 'PuTTY-User-Key-File-';

const label = /-----BEGIN ((?:[A-Z0-9]{1,20} ){0,4})PRIVATE KEY( BLOCK)?-----/y;
/** No key is longer: 16384 bits of RSA take 13 KiB, a PGP key with its subkeys and signatures somewhat more. */
const bodyLimit = 65_536;
/** Characters of base64: an Ed25519 key has 64. */
const bodyLeast = 60;
/** Lines of a key have 64, 70 or 76 characters. */
const wordLeast = 24;

/**
 * The private key whose armour begins at a place of a text; undefined where there is only a heading or a sample without
 * a body. The marks of an escaped or quoted text (`\n`, quotes) do not matter.
 */
export function privateKeyAt(text: string, at: number): SecretSpan | undefined {
  label.lastIndex = at;
  const [heading, words, block] = label.exec(text) ?? [];
  if (heading === undefined || words === undefined) return undefined;
  const start = at + heading.length;
  const next = text.indexOf('-----', start);
  const end = next < 0 ? Math.min(text.length, start + bodyLimit) : next;
  if (end - start > bodyLimit) return undefined;
  if (next >= 0 && !text.startsWith('-----END ', next)) return undefined;
  const { body, headers } = bodyOf(text.slice(start, end));
  if (body.length < bodyLeast || new Set(body).size < 16) return undefined;
  const openssh = words === 'OPENSSH ';
  if (openssh && !body.startsWith('b3BlbnNzaC1rZXktdjEA')) return undefined;
  const encrypted =
    words.includes('ENCRYPTED ') ||
    headers.includes('ENCRYPTED') ||
    (openssh && hasCipher(body)) ||
    (block !== undefined && hasPassphrase(body));
  // What is not encrypted is DER: a SEQUENCE longer than 127 bytes, or Ed25519's short one.
  if (/^(?:RSA |EC |DSA |)$/.test(words) && block === undefined && !encrypted && !body.startsWith('M'))
    return undefined;
  const kind = block !== undefined ? 'PGP private key' : openssh ? 'OpenSSH private key' : 'private key';
  return { kind, from: at, to: end, ...(encrypted ? { encrypted } : {}) };
}

/** Base64 and headers (`Proc-Type: 4,ENCRYPTED`) of what stands between the two headings. */
function bodyOf(text: string): { readonly body: string; readonly headers: string } {
  const lines = text.split(/\\r|\\n|[\r\n]/);
  const isHeader = (line: string): boolean => /^\W{0,40}[A-Za-z-]{1,30}: /.test(line);
  const body = lines
    .filter((line) => !isHeader(line))
    // Quotes, commas and comment marks of the text around; a key on one line has spaces for line breaks.
    .flatMap((line) => line.split(/[^A-Za-z0-9+/=]+/))
    // Shorter ones are prose, or the end of the key, which is not needed.
    .filter((word) => word.length >= wordLeast && /^[A-Za-z0-9+/]+={0,2}$/.test(word));
  return { body: body.join(''), headers: lines.filter(isHeader).join(' ') };
}

/** `openssh-key-v1\0`, then the cipher's name with its length before it: `none` where anybody can read the key. */
function hasCipher(body: string): boolean {
  const bytes = Buffer.from(body.slice(0, 64), 'base64');
  return bytes.length > 23 && bytes.toString('latin1', 19, 23) !== 'none';
}

/**
 * RFC 4880 section 5.5.3: 254, a cipher, then how the passphrase becomes its key (3: salted and iterated, with a hash).
 * These four bytes are looked for, not reached by reading the key; where they are there by chance, only a word is wrong.
 */
function hasPassphrase(body: string): boolean {
  const start = Buffer.from(body.slice(0, 4096), 'base64').toString('latin1');
  return /\xfe[\x02-\x0d]\x03[\x01\x02\x08-\x0b]/.test(start);
}

/** A private key encoded once more: what its first characters come to is a heading. */
export function encodedPrivateKeyAt(text: string, at: number): SecretSpan | undefined {
  const [encoded = ''] = /^[A-Za-z0-9+/]{0,65536}/.exec(text.slice(at, at + bodyLimit)) ?? [];
  const plain = Buffer.from(encoded, 'base64').toString('latin1');
  const found = privateKeyAt(plain, 0);
  return found && { ...found, kind: `${found.kind} in base64`, from: at, to: at + encoded.length };
}

/** PuTTY's own form of a private key. */
export function puttyKeyAt(text: string, at: number): SecretSpan | undefined {
  const piece = text.slice(at, at + bodyLimit);
  if (!/^PuTTY-User-Key-File-[123]: /.test(piece)) return undefined;
  const [lines = ''] = /\nPrivate-Lines: \d{1,4}\r?\n(?:[A-Za-z0-9+/=]{1,80}\r?\n){1,500}/.exec(piece) ?? [];
  if (lines.length < bodyLeast) return undefined;
  const encrypted = /\nEncryption: (?!none)/.test(piece);
  return {
    kind: 'PuTTY private key',
    from: at,
    to: at + piece.indexOf(lines) + lines.length,
    ...(encrypted ? { encrypted } : {}),
  };
}
