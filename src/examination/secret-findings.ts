import { secrets, type SecretFile, type SecretSearch } from '../analyzers/secrets.js';
import type { Hidden, Squash } from '../layer/squash.js';
import type { Config } from '../oci/config.js';
import { findInText, namedValue } from '../secrets/find-in-text.js';
import { isLiteralSecret, isSecretName } from '../secrets/secret-name.js';
import { isPlaceholder } from '../secrets/placeholder.js';

/** A file with secrets, with where it comes from. */
export interface FoundSecrets {
  readonly file: SecretFile;
  /** Index of the layer that ships it. */
  readonly layer: number;
  /** Set when a higher layer hid or replaced it: it still ships. */
  readonly hidden?: Hidden;
  readonly origin: 'base' | 'own' | 'unknown';
}

/** What was found of secrets in the layers. */
export interface SecretFindings {
  readonly files: readonly FoundSecrets[];
  /** Files in documentation and tests of packages: keys that everybody has. */
  readonly allowed: readonly FoundSecrets[];
  readonly search: SecretSearch;
}

/** Every file with secrets that any layer ships, whether the image shows it or not. */
export function secretFindings(stack: Squash, baseLayers: number | undefined): SecretFindings {
  const all = stack.all(secrets);
  const found = all
    .filter((one) => one.fact.search === undefined)
    .map(({ fact, layer, hidden }): FoundSecrets => {
      const origin = baseLayers === undefined ? 'unknown' : layer < baseLayers ? 'base' : 'own';
      return { file: fact, layer, ...(hidden ? { hidden } : {}), origin };
    });
  const searches = all.flatMap((one) => one.fact.search ?? []);
  const sum = (count: keyof SecretSearch): number => searches.reduce((total, one) => total + one[count], 0);
  return {
    files: found.filter((one) => one.file.place === undefined),
    allowed: found.filter((one) => one.file.place !== undefined),
    search: { unlisted: sum('unlisted'), partly: sum('partly'), unread: sum('unread') },
  };
}

/** What a search for secrets left out, in words. */
export function searchNotes({ partly, unread }: SecretSearch): readonly string[] {
  return [
    ...(partly > 0
      ? [`${partly} files were searched for secrets in part only: those over 1 MiB in their first 64 KiB`]
      : []),
    ...(unread > 0 ? [`${unread} sparse files were not searched for secrets`] : []),
  ];
}

/** A secret in the config: everyone who may pull the image can read it there. */
export interface ConfigSecret {
  /** As configs are written: `config.Env DB_PASSWORD`, `history[3].created_by`. */
  readonly field: string;
  /** For people: `environment variable DB_PASSWORD`, `instruction 4`. */
  readonly where: string;
  readonly kinds: readonly string[];
}

/** The secrets in environment variables, labels, commands and the history; of a variable its name is told, never its value. */
export function configSecrets({ run, history }: Config): readonly ConfigSecret[] {
  const found: ConfigSecret[] = [];
  const add = (field: string, where: string, kinds: readonly string[]): void => {
    if (kinds.length > 0) found.push({ field, where, kinds: [...new Set(kinds)] });
  };
  for (const variable of run.env) {
    const name = nameOf(variable);
    add(`config.Env.${name}`, `environment variable ${name}`, inVariable(variable));
  }
  for (const [label, value] of Object.entries(run.labels)) {
    const name = label.slice(0, nameLimit);
    add(`config.Labels.${name}`, `label ${name}`, inText(value));
  }
  add('config.Entrypoint', 'entry point', inText(run.entrypoint.join(' ')));
  add('config.Cmd', 'command', inText(run.cmd.join(' ')));
  for (const [i, { createdBy, comment }] of history.entries()) {
    add(`history[${i}].created_by`, `line ${i + 1} of the history`, inText(createdBy ?? ''));
    add(`history[${i}].comment`, `comment ${i + 1} of the history`, inText(comment ?? ''));
  }
  return found;
}

const nameLimit = 100;

/** What stands before `=`, where that is a name: a variable that is written wrong may be nothing but its value. */
function nameOf(variable: string): string {
  const [, name] = /^([A-Za-z_][\w.-]{0,99})=/.exec(variable) ?? [];
  return name ?? '(without a name)';
}

/** A value may have spaces, which would end it in a command line. */
function inVariable(variable: string): readonly string[] {
  const [name, value] = [nameOf(variable), variable.slice(variable.indexOf('=') + 1)];
  const kinds = inText(variable);
  const named = isSecretName(name) && isLiteralSecret(value) && !isPlaceholder(value);
  return kinds.length === 0 && named ? [namedValue] : kinds;
}

function inText(text: string): readonly string[] {
  return findInText(text).map((one) => one.kind);
}
