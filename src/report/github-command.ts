import { escapeText } from '../core/escape.js';

export type GithubLevel = 'error' | 'warning' | 'notice';

export interface GithubAnnotation {
  readonly level: GithubLevel;
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

const order: readonly GithubLevel[] = ['error', 'warning', 'notice'];

/** Workflow commands, the gravest first: a runner shows only the first ten of a kind. */
export function renderGithubCommands(annotations: readonly GithubAnnotation[]): string[] {
  return [...annotations].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level)).map(commandOf);
}

function commandOf({ level, title, message, file, line, column }: GithubAnnotation): string {
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${propertyText(String(value))}`],
  );
  return `::${level} ${properties.join(',')}::${messageText(message)}`;
}

/** A line break would begin a command of its own; so none is left even before it is escaped. */
function messageText(text: string): string {
  return escapeText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function propertyText(text: string): string {
  return messageText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
