import type { SecretSpan } from './hit.js';
import { isLiteralSecret, isSecretName } from './secret-name.js';
import { isPlaceholder } from './placeholder.js';
import { findTokens } from './find-tokens.js';

/** One word of a command line, quoted or not. */
const quoted = `"[^"]{0,512}"|'[^']{0,512}'`;
const word = `(${quoted}|[^\\s;|&"'<>()]{1,512})`;

interface TextRule {
  readonly kind: string;
  /** Its last group is the secret, and ends the match. Every quantifier has a bound. */
  readonly pattern: RegExp;
  readonly accepts?: (found: RegExpExecArray) => boolean;
}

const named = (found: RegExpExecArray): boolean => isSecretName((found[1] ?? '').replace(/-/g, '_'));

/** What a variable holds whose name says that it is a secret. */
export const namedValue = 'value of a variable named like a secret';

/** How secrets are given to programs on a command line, and to a build as arguments. */
const rules: readonly TextRule[] = [
  { kind: 'password in a URL', pattern: /:\/\/[^\s/:@"']{0,255}:([^\s/@"']{1,512})(?=@)/g },
  {
    kind: namedValue,
    pattern: new RegExp(`(?<![\\w.-])([A-Za-z_]\\w{1,99})=${word}`, 'g'),
    accepts: named,
  },
  {
    kind: 'secret as an option of a command',
    pattern: new RegExp(`(?<![\\w-])--([A-Za-z][\\w-]{1,60})(?:=|\\s{1,9})(?!-)${word}`, 'g'),
    accepts: named,
  },
  {
    kind: 'login on the command line of curl',
    pattern:
      /\bcurl\b[^;|&\n]{0,400}?\s(?:-u|--user|--proxy-user|-U)(?:=|\s{0,9})["']?[^\s:"']{1,128}:([^\s"']{1,512})/g,
  },
  {
    kind: 'password as an option of a command',
    pattern:
      /\b(?:mysql\w{0,9}|mariadb[\w-]{0,9}|sshpass|docker login|podman login|buildah login|skopeo login|helm registry login)\b[^;|&\n]{0,400}?\s-p\s?((?!\d{1,5}(?:\s|$))[^\s;|&-][^\s;|&]{1,255})/g,
  },
  {
    kind: 'authorization header',
    pattern:
      /\b(?:authorization["']?\s{0,4}:\s{0,4}["']?(?:bearer|basic|token)|(?:private|job|deploy|x-vault|x-auth|x-api)-(?:token|key)["']?\s{0,4}:)\s{1,4}["']?([\w=~@.+/-]{8,4096})/gi,
  },
  {
    kind: 'password for chpasswd',
    pattern: /\b[\w.-]{1,64}:([^\s:"'|\\]{1,255})(?=(?:\\n)?["']?\s{0,9}\|\s{0,9}(?:sudo\s{1,9})?chpasswd)/g,
  },
  { kind: 'password in .netrc', pattern: /\blogin\s{1,9}\S{1,255}\s{1,9}password\s{1,9}([^\s"'\\]{1,255})/g },
];

/** JWTs are signed samples as often as not: they count where nobody writes a sample. */
const jwt = /(?<![\w.-])ey[A-Za-z0-9_-]{17,2000}\.ey[A-Za-z0-9_-]{17,4000}\.[A-Za-z0-9_-]{10,1000}/g;

/**
 * The secrets in an instruction, an environment variable (`NAME=value`) or another line of a config, in order and
 * apart from each other.
 */
export function findInText(text: string): readonly SecretSpan[] {
  const spans: SecretSpan[] = [...findTokens(bytesOf(text)).spans];
  for (const found of text.matchAll(jwt))
    spans.push({ kind: 'JSON web token', from: found.index, to: found.index + found[0].length });
  spans.push(...spacedValues(text));
  for (const { kind, pattern, accepts } of rules) {
    for (const found of text.matchAll(pattern)) {
      const secret = found.at(-1) ?? '';
      if (!isLiteralSecret(secret) || isPlaceholder(secret) || !isWord(secret) || accepts?.(found) === false) continue;
      const to = found.index + found[0].length;
      spans.push({ kind, from: to - secret.length, to });
    }
  }
  return apart(spans);
}

/** What stands in a history line before the command that the arguments of the build were given to, or after ENV. */
const assignments =
  /^(?:RUN )?\|\d{1,3} ([^]{1,8192}?)(?= \/bin\/| \w{1,20} -c )|^(?:\/bin\/sh -c #\(nop\)\s{1,9})?ENV ([^]{1,8192})/d;

/** Values in a history line are not quoted: one with spaces goes on to the next name. */
function spacedValues(text: string): SecretSpan[] {
  const { indices } = assignments.exec(text) ?? {};
  const [from, to] = indices?.[1] ?? indices?.[2] ?? [0, 0];
  const segment = text.slice(from, to);
  const names = [...segment.matchAll(/(?<!\S)([A-Za-z_]\w{0,99})=/g)];
  return names.flatMap((found, i) => {
    const start = found.index + found[0].length;
    const value = segment.slice(start, names[i + 1]?.index ?? segment.length).trimEnd();
    if (!isSecretName(found[1] ?? '') || !isLiteralSecret(value) || isPlaceholder(value)) return [];
    return [{ kind: namedValue, from: from + start, to: from + start + value.length }];
  });
}

/** The text with three stars in place of every secret in it. */
export function maskSecrets(text: string): string {
  let masked = '';
  let at = 0;
  for (const { from, to } of findInText(text)) {
    masked += `${text.slice(at, from)}***`;
    at = to;
  }
  return masked + text.slice(at);
}

/** A part of a pattern (`password=.*` in a call of sed) is nothing to log in with. */
function isWord(secret: string): boolean {
  return !/^["']?(?:\.\*|\.\+|\[|\\|\^|\(|\/|%)|[*?]$/.test(secret);
}

/** Characters beyond one byte are none that tokens have. */
function bytesOf(text: string): Uint8Array {
  return Buffer.from(text.replace(/[^\0-\x7f]/g, '?'), 'latin1');
}

/** Of two that overlap the earlier one, grown to the end of both; a longer one first. */
function apart(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const kept: SecretSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = kept.at(-1);
    if (!last || span.from >= last.to) kept.push(span);
    else if (span.to > last.to) kept[kept.length - 1] = { ...last, to: span.to };
  }
  return kept;
}
