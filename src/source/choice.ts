import { ImgcheckError } from '../core/error.js';
import { formatReference, type LocalReference } from '../oci/reference.js';

/** At most this many names are listed in a hint. */
const listed = 50;

/** One image among several, as it can be asked for: `oci:DIR:<spelling>`. */
export interface Choice<T> {
  readonly value: T;
  readonly names: readonly string[];
}

/** The Nth (`@N`, from zero, as in containers-transports(5)); undefined when `within` is no such thing. */
export function parseOrdinal(within: string): number | undefined {
  return /^@(?:0|[1-9][0-9]{0,5})$/.test(within) ? Number(within.slice(1)) : undefined;
}

/**
 * The only one; or else the one that is asked for.
 * @throws ImgcheckError usage, with the list, when there are several and none was asked for; missing when there is none
 */
export function choose<T>(
  choices: readonly Choice<T>[],
  reference: LocalReference,
  matches: (name: string) => boolean,
): T {
  const { within } = reference;
  const [first] = choices;
  const hint = `it holds ${list(choices)}`;
  if (within === undefined) {
    if (first === undefined) throw new ImgcheckError('missing', 'it holds no image', { subject: reference.path });
    if (choices.length === 1) return first.value;
    throw new ImgcheckError('usage', `which of its ${choices.length} images is meant is not said`, {
      subject: reference.path,
      hint: `write ${reference.transport}:${reference.path}:NAME; ${hint}`,
    });
  }
  const subject = formatReference(reference);
  const ordinal = parseOrdinal(within);
  const found =
    ordinal === undefined ? choices.filter(({ names }) => names.some(matches)) : choices.slice(ordinal, ordinal + 1);
  const [only, second] = found;
  if (only === undefined) throw new ImgcheckError('missing', 'it holds no such image', { subject, hint });
  if (second !== undefined) {
    throw new ImgcheckError('usage', `${found.length} different images have that name`, { subject, hint });
  }
  return only.value;
}

function list<T>(choices: readonly Choice<T>[]): string {
  const names = choices
    .slice(0, listed)
    .map(({ names }, i) => (names.length > 0 ? `@${i} (${names.slice(0, 4).map(short).join(', ')})` : `@${i}`));
  if (choices.length > listed) names.push(`and ${choices.length - listed} more`);
  return names.join(', ');
}

/** No reference is longer than 384 characters: what is, is noise. */
function short(name: string): string {
  return name.length > 384 ? `${name.slice(0, 384)}...` : name;
}
