import { isHostCapability } from '../containers/capability-name.js';
import { groupBy } from '../core/group.js';
import type { SpecialEntry } from '../examination/examination.js';
import { engines, type Advice, type AdviceEvidence, type Confidence, type Withheld } from './advice.js';
import type { CapabilityNeed } from './capability-need.js';
import { commandEvidence, type FoundService } from './find-services.js';
import { demandsCapabilities, grantedCapabilities, neverGranted } from './granted.js';
import { clockAdvice } from './clock.js';
import { lowPorts } from './low-ports.js';
import { specialEvidence, type AdviceSubject } from './subject.js';

/** Drops ALL and gives back what the image seems to need, with the reasons; and what is not given back though something has it. */
export function adviseCapabilities(subject: AdviceSubject): {
  readonly advice: readonly Advice[];
  readonly withheld: readonly Withheld[];
} {
  const ports = lowPorts(subject);
  const clock = clockAdvice(subject);
  const asked = [...serviceNeeds(subject), ...programNeeds(subject), ...ports.needs, ...clock.needs];
  const isRefused = (name: string): boolean => neverGranted.has(name) || isHostCapability(name);
  const given = mergedNeeds(asked.filter(({ capability }) => !isRefused(capability)));
  const drop: Advice = {
    setting: 'cap-drop',
    value: 'ALL',
    engines,
    reason: given.length === 0 ? 'nothing in the image asks for a capability' : 'only those below seem to be needed',
    evidence: [],
    // Nothing asked is no proof that nothing is needed.
    confidence:
      given.length === 0
        ? 'guess'
        : (strength.findLast((word) => given.some((one) => one.confidence === word)) ?? 'guess'),
  };
  return {
    advice: [drop, ...given, ...ports.sysctls],
    withheld: byCapability([
      ...clock.withheld,
      ...unnamedPrograms(subject, new Set(given.map(({ value }) => value))),
      ...refusals(
        subject,
        asked.filter(({ capability }) => isRefused(capability)),
      ),
    ]),
  };
}

/** Sorted; what one says of a capability joins what another does. */
function byCapability(all: readonly Withheld[]): Withheld[] {
  const groups = [...groupBy(all, ({ capability }) => capability)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([capability, same]) => ({
    capability,
    reason: same.map(({ reason }) => reason).join('; '),
    evidence: unique(same.flatMap(({ evidence }) => evidence)),
  }));
}

/** What known services need that are started as root; started as anybody else they can switch to nobody. */
function serviceNeeds({ services, user }: AdviceSubject): CapabilityNeed[] {
  if (user.kind === 'other') return [];
  return services.found.flatMap((found) =>
    found.service.capabilities.map(([capability, why]) => ({ capability, engines, ...because(found, why) })),
  );
}

/** A reason that a service gives, and how sure it is that the service runs. */
function because(
  { service, program, evidence }: FoundService,
  why: string,
): Pick<CapabilityNeed, 'reason' | 'evidence' | 'confidence'> {
  return {
    reason: `${service.name}: ${why}`,
    evidence,
    confidence: program ? 'from config' : 'from packages',
  };
}

/** What the command's own programs have as file capabilities; sudo and its like switch users for whoever starts them. */
function programNeeds({ startedPrivileged, user }: AdviceSubject): CapabilityNeed[] {
  return startedPrivileged.flatMap((one) => {
    const evidence = [commandEvidence, specialEvidence(one)];
    const shared = { engines, evidence, confidence: 'from config' } as const;
    const path = `/${one.file.path}`;
    const granted = grantedCapabilities(one).map((capability) => ({
      capability,
      ...shared,
      reason: `the command starts ${path}, which has it as a file capability`,
    }));
    const switching = one.file.kinds.includes('setuid') && user.kind !== 'root' && /(?:^|\/)(?:su|sudo)$/.test(path);
    const reason = `the command starts ${path}, which is root for a moment and then another user`;
    return [
      ...granted,
      ...(switching ? ['SETGID', 'SETUID'] : []).map((name) => ({ capability: name, ...shared, reason })),
    ];
  });
}

/** Strongest first. */
const strength: readonly Confidence[] = ['from config', 'from packages', 'guess'];

/** One line a capability, by name, with all its reasons. */
function mergedNeeds(needs: readonly CapabilityNeed[]): Advice[] {
  const names = [...new Set(needs.map(({ capability }) => capability))].sort();
  return names.map((name) => {
    const all = needs.filter(({ capability }) => capability === name);
    return {
      setting: 'cap-add',
      value: name,
      engines: engines.filter((engine) => all.some((one) => one.engines.includes(engine))),
      reason: [...new Set(all.map(({ reason }) => reason))].join('; '),
      evidence: unique(all.flatMap(({ evidence }) => evidence)),
      confidence: strength.find((word) => all.some(({ confidence }) => confidence === word)) ?? 'guess',
    };
  });
}

function unique(evidence: readonly AdviceEvidence[]): readonly AdviceEvidence[] {
  return [...new Map(evidence.map((one) => [JSON.stringify(one), one])).values()];
}

/** Programs with file capabilities that the command does not name: without them they are not started, or start with less. */
function unnamedPrograms({ privileged, startedPrivileged }: AdviceSubject, given: ReadonlySet<string>): Withheld[] {
  const started = new Set(startedPrivileged);
  const having = byGranted(privileged.filter((one) => !started.has(one)));
  return [...having]
    .filter(([name]) => !given.has(name) && !neverGranted.has(name))
    .map(([capability, programs]) => {
      const paths = programs.slice(0, 4).map(({ file }) => `/${file.path}`);
      const more = programs.length > paths.length ? ` and ${programs.length - paths.length} more` : '';
      const [has, does, it] = programs.length === 1 ? ['has', 'does', 'it'] : ['have', 'do', 'them'];
      const effect = programs.some(demandsCapabilities) ? `${does} not even start without it` : `${does} without it`;
      return {
        capability,
        reason: `${paths.join(', ')}${more} ${has} it as a file capability and ${effect}, but the command does not name ${it}`,
        evidence: programs.slice(0, 20).map(specialEvidence),
      };
    });
}

/** Programs by each capability that they have. */
function byGranted(programs: readonly SpecialEntry[]): ReadonlyMap<string, readonly SpecialEntry[]> {
  const pairs = programs.flatMap((one) => grantedCapabilities(one).map((name) => ({ name, one })));
  return new Map([...groupBy(pairs, ({ name }) => name)].map(([name, all]) => [name, all.map(({ one }) => one)]));
}

/** The four that are never given back, with what may miss them, and those that open the host. */
function refusals({ services, privileged, user }: AdviceSubject, asked: readonly CapabilityNeed[]): Withheld[] {
  const names = [...new Set([...neverGranted.keys(), ...asked.map(({ capability }) => capability)])];
  const granted = byGranted(privileged);
  return names.map((capability) => {
    const missed =
      user.kind === 'other'
        ? []
        : services.found.flatMap(({ service }) =>
            (service.withheld ?? []).filter(([name]) => name === capability).map(([, why]) => why),
          );
    const having = granted.get(capability) ?? [];
    const wanting = asked.filter((one) => one.capability === capability).map(({ reason }) => reason);
    const files = having.length > 0 ? [`/${having[0]?.file.path ?? ''} has it as a file capability`] : [];
    const why = neverGranted.get(capability) ?? 'it is as good as root on the host';
    return {
      capability,
      reason: [why, ...missed, ...wanting, ...(wanting.length > 0 ? [] : files)].join('; '),
      evidence: having.slice(0, 20).map(specialEvidence),
    };
  });
}
