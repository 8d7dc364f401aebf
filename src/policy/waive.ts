import { evidenceLimit, type Evidence, type Finding } from '../checks/check.js';
import type { Exception } from './exception.js';
import { globMatcher } from './glob.js';

/** A finding, or the part of one, with the exception that it is waived by. */
export interface Waived {
  readonly finding: Finding;
  readonly exception?: Exception;
}

/** An exception made ready to be asked often. */
export interface Waiver {
  readonly exception: Exception;
  /** The kind of evidence that its match speaks of; undefined: of the finding as a whole. */
  readonly speaksOf: 'file' | 'package' | undefined;
  readonly fits: (evidence: Evidence) => boolean;
}

export function waiverOf(exception: Exception): Waiver {
  const { path, package: name } = exception.match;
  if (path !== undefined) {
    const fits = globMatcher(path);
    return { exception, speaksOf: 'file', fits: (one) => one.type === 'file' && fits(one.path) };
  }
  if (name !== undefined) {
    const fits = globMatcher(name);
    return { exception, speaksOf: 'package', fits: (one) => one.type === 'package' && packageNames(one).some(fits) };
  }
  return { exception, speaksOf: undefined, fits: () => false };
}

/** `bash`, `bash.x86_64`, and with a version `bash-5.1.8-9.el9` and `bash-5.1.8-9.el9.x86_64`. */
function packageNames({ name: whole, image }: Extract<Evidence, { type: 'package' }>): readonly string[] {
  const dot = whole.lastIndexOf('.');
  const [name, arch] = dot < 0 ? [whole, ''] : [whole.slice(0, dot), whole.slice(dot)];
  return image === undefined ? [name, whole] : [name, whole, `${name}-${image}`, `${name}-${image}${arch}`];
}

/**
 * What is left of a finding when exceptions are taken from it, and what is waived by which. It is waived whole when
 * every piece of evidence that they speak of fits; else it is split, and what fits none stays as it was, as does what
 * the evidence does not list.
 */
export function waive(finding: Finding, waivers: readonly Waiver[]): readonly Waived[] {
  const { outcome, idle, evidence } = finding;
  if (outcome === 'pass' || (outcome === 'unknown' && idle === true)) return [{ finding }];
  const whole = waivers.find(({ speaksOf }) => speaksOf === undefined);
  if (whole) return [{ finding, exception: whole.exception }];
  const taken = new Map<Waiver, Evidence[]>();
  const left = evidence.filter((one) => {
    const waiver = waivers.find(({ fits }) => fits(one));
    if (waiver) taken.set(waiver, [...(taken.get(waiver) ?? []), one]);
    return !waiver;
  });
  if (taken.size === 0) return [{ finding }];
  const kinds = new Set([...taken.keys()].map(({ speaksOf }) => speaksOf as string));
  const rest = left.filter((one) => kinds.has(one.type));
  const aside = left.filter((one) => !kinds.has(one.type));
  const listed = finding.partial !== true && evidence.length < evidenceLimit;
  const [only] = taken.keys();
  if (only && taken.size === 1 && rest.length === 0 && listed) return [{ finding, exception: only.exception }];
  const total = evidence.length - aside.length;
  const part = (pieces: readonly Evidence[]): Finding => ({
    ...finding,
    message: `${partWords(pieces, total)}: ${finding.message}`,
    evidence: [...pieces, ...aside],
  });
  const waived = [...taken].map(([{ exception }, pieces]): Waived => ({ finding: part(pieces), exception }));
  if (rest.length > 0) return [{ finding: part(rest) }, ...waived];
  return listed ? waived : [{ finding: unlisted(finding, aside) }, ...waived];
}

/** So many names are repeated in a message; the evidence has them all. */
const namedLimit = 3;

/** `/usr/bin/a, /usr/bin/b (2 of 5)`. */
function partWords(pieces: readonly Evidence[], total: number): string {
  const names = pieces.slice(0, namedLimit).map((one) => {
    if (one.type === 'file') return one.path;
    return one.type === 'package' ? one.name : one.type;
  });
  return `${names.join(', ')}${pieces.length > names.length ? ', ...' : ''} (${pieces.length} of ${total})`;
}

function unlisted(finding: Finding, aside: readonly Evidence[]): Finding {
  return { ...finding, message: `what is not listed one by one: ${finding.message}`, evidence: aside };
}
