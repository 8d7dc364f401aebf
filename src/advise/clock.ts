import { engines, type Withheld } from './advice.js';
import type { CapabilityNeed } from './capability-need.js';
import type { FoundService } from './find-services.js';
import type { AdviceSubject } from './subject.js';

/**
 * SYS_TIME only for a time service that the command lets set the clock; a container has no clock of its own, so that
 * is the host's. `chronyd -x` serves time and leaves the clock alone (chronyd(8)).
 */
export function clockAdvice({ services }: AdviceSubject): {
  readonly needs: readonly CapabilityNeed[];
  readonly withheld: readonly Withheld[];
} {
  const needs: CapabilityNeed[] = [];
  const withheld: Withheld[] = [];
  for (const found of services.found.filter(({ service }) => service.setsClock)) {
    const { service, program, evidence } = found;
    if (!program) {
      const reason = `${service.name} is installed, and whether it is to set the host’s clock is not told: add it only then`;
      withheld.push({ capability: 'SYS_TIME', reason, evidence });
    } else if (leavesClock(found)) {
      withheld.push({ capability: 'SYS_TIME', reason: `${service.name} is told to leave the clock alone`, evidence });
    } else {
      const alone = program.name === 'chronyd' ? '; start chronyd with -x to serve time only, and leave this out' : '';
      const reason = `${service.name} sets the clock, which is the host’s: there is no other${alone}`;
      needs.push({ capability: 'SYS_TIME', engines, reason, evidence, confidence: 'from config' });
    }
  }
  return { needs, withheld };
}

/** Short options of one word too: `-dx`. */
function leavesClock({ program }: FoundService): boolean {
  return program?.name === 'chronyd' && program.args.some((arg) => /^-[46dnqQsRx]*x[46dnqQsRx]*$/.test(arg));
}
