import { maskSecrets } from '../secrets/find-in-text.js';
import { isSecretName } from '../secrets/secret-name.js';

/** What stands in place of a secret. */
const mask = '***';

/** A name set to a value within a longer text: `--password=x`, `TOKEN=x`. What follows is looked at only after a name. */
const assignment = /(?<![\w.]|\w-)([A-Za-z_][\w.-]{0,127})=(?:"[^"]*"|'[^']*'|[^\s"']+)/g;
/** An option and its value as two words. */
const option = /(?<![\w-])(--?[A-Za-z][\w-]{0,127})\s{1,8}(?!-)[^\s]+/g;
/** User and password before the host of a URL (RFC 3986, 3.2.1). */
const userInfo = /(:\/\/[^\s/:@]*):[^\s/@]+@/g;

/** A text with all that may be a secret left out: known shapes, values of what is named like one, passwords in URLs. */
export function withoutSecrets(text: string): string {
  return maskSecrets(text)
    .replace(userInfo, `$1:${mask}@`)
    .replace(assignment, (whole, name: string) => (isSecretName(name) ? `${name}=${mask}` : whole))
    .replace(option, (whole, name: string) => (isSecretName(name) ? `${name} ${mask}` : whole));
}

/** Words of a command: also the one after an option that is named like a secret is left out. */
export function commandWithoutSecrets(words: readonly string[]): readonly string[] {
  return words.map((word, i) => {
    const before = words[i - 1] ?? '';
    if (/^--?[A-Za-z][\w-]{0,127}$/.test(before) && !word.startsWith('-') && isSecretName(before)) return mask;
    const [, name = ''] = /^(-{0,2}[A-Za-z_][\w.-]{0,127})=/.exec(word) ?? [];
    return isSecretName(name) ? `${name}=${mask}` : withoutSecrets(word);
  });
}
