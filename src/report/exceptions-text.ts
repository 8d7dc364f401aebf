import { shortDigest } from '../oci/digest.js';
import type { ReportedException } from './exceptions-report.js';
import type { ReportedWaiver } from './findings-report.js';
import { plural } from './style.js';

/** ` [waived until 2030-12-31 by the web team: reason]`; not yet escaped. */
export function waivedWords({ until, by, reason }: ReportedWaiver): string {
  return ` [waived until ${until} by ${by}: ${reason}]`;
}

/** What should be looked at in the policy file: exceptions that do not apply, or soon will not. Not yet escaped. */
export function renderExceptions(exceptions: readonly ReportedException[]): string[] {
  return exceptions.flatMap((one) => {
    const words = stateWords(one);
    return words === undefined ? [] : [`the exception for ${one.check} at ${one.from} (${one.owner}) ${words}`];
  });
}

function stateWords({ state, expiry, digest, soon, daysLeft }: ReportedException): string | undefined {
  const ending = soon
    ? `expires ${daysLeft === 0 ? 'today' : `in ${plural(daysLeft, 'day')}, on ${expiry}`}`
    : undefined;
  switch (state) {
    case 'expired':
      return `expired on ${expiry}: it applies no more`;
    case 'other-digest':
      return `is for ${shortDigest(digest ?? '')} alone, which this is not`;
    case 'unmatched':
      return `matches nothing that was found${ending === undefined ? '' : `, and ${ending}`}`;
    case 'applied':
      return ending;
  }
}
