import type { Examination } from '../examination/examination.js';
import { formatReference, type ImageReference } from '../oci/reference.js';
import type { Exception } from './exception.js';
import { globMatcher } from './glob.js';

/** Whether an exception is for this image, today. */
export type Standing = 'applies' | 'expired' | 'other-digest' | 'other-image';

const day = 86_400_000;

/** What becomes of an exception before any finding is looked at. */
export function standingOf(exception: Exception, { image, now }: Examination): Standing {
  const { match, digest } = exception;
  if (match.image !== undefined && !namesOf(image.reference).some(globMatcher(match.image))) return 'other-image';
  if (daysLeft(exception, now) < 0) return 'expired';
  if (digest !== undefined && digest !== image.descriptor.digest && digest !== image.resolved.digest) {
    return 'other-digest';
  }
  return 'applies';
}

/** Whole days from today to its last one, both in UTC; 0 on that day, negative after it. */
export function daysLeft({ expiry }: Exception, now: Date): number {
  return Math.round(Date.parse(`${expiry}T00:00:00Z`) / day) - Math.floor(now.getTime() / day);
}

/** The reference as it is written in reports, and without tag, digest or part of an archive. */
function namesOf(reference: ImageReference): string[] {
  const whole = formatReference(reference);
  if (reference.transport !== 'docker') return [whole, `${reference.transport}:${reference.path}`];
  const { registry, repository, tag } = reference;
  const name = `${registry}/${repository}`;
  return [whole, name, ...(tag === undefined ? [] : [`${name}:${tag}`])];
}
