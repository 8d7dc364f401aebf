import type { Finding } from '../checks/check.js';
import type { Examination } from '../examination/examination.js';
import type { Exception } from './exception.js';
import { daysLeft, standingOf, type Standing } from './standing.js';
import { waive, waiverOf, type Waived } from './waive.js';

/** What became of an exception in one examination. */
export interface FollowedException {
  readonly exception: Exception;
  /** `unmatched`: it is for this image, and nothing was found that it speaks of. */
  readonly state: 'applied' | 'unmatched' | Exclude<Standing, 'applies' | 'other-image'>;
  /** From today to its last day; negative once it has expired. */
  readonly daysLeft: number;
  /** Findings, or parts of one, that it waives. */
  readonly findings: number;
}

export interface Exceptions {
  waive(check: string, finding: Finding): readonly Waived[];
  /** Those for this image, once every finding was asked about. */
  followed(): readonly FollowedException[];
}

/** Puts exceptions to the findings of one examination, and keeps count. */
export function followExceptions(exceptions: readonly Exception[], examination: Examination): Exceptions {
  const standings = exceptions.map((exception) => ({ exception, standing: standingOf(exception, examination) }));
  const waivers = standings.filter(({ standing }) => standing === 'applies').map((one) => waiverOf(one.exception));
  const counts = new Map<Exception, number>();
  return {
    waive: (check, finding) => {
      const parts = waive(
        finding,
        waivers.filter(({ exception }) => exception.check === check),
      );
      for (const { exception } of parts) if (exception) counts.set(exception, (counts.get(exception) ?? 0) + 1);
      return parts;
    },
    followed: () =>
      standings.flatMap(({ exception, standing }): FollowedException[] => {
        if (standing === 'other-image') return [];
        const findings = counts.get(exception) ?? 0;
        const state = standing === 'applies' ? (findings > 0 ? 'applied' : 'unmatched') : standing;
        return [{ exception, state, daysLeft: daysLeft(exception, examination.now), findings }];
      }),
  };
}
