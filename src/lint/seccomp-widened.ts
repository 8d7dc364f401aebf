import { allowsCall } from '../containers/seccomp-action.js';
import type { Text } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';
import { seccompDefault } from './seccomp-default.js';
import type { SeccompProfile } from './seccomp-profile-file.js';

export const seccompWidened: LintRule = {
  id: 'seccomp-widened',
  asks: 'Does a seccomp profile of your own allow no more than the default one?',
  reason: 'A profile that is written to allow one more call often allows many more than its author meant.',
  remedy: 'Begin with the default profile and take away; what must be added is added with the arguments it needs.',
  guide: '8.2',
  seccomp(profile) {
    return [
      ...judgeDefault(profile),
      ...profile.entries.flatMap((entry) => (allowsCall(entry.action) ? judgeCalls(entry) : [])),
    ];
  },
};

const open = new Set(seccompDefault.allowed);
const narrowed = new Set(seccompDefault.narrowed);
const byCapability = new Map(
  Object.entries(seccompDefault.withCapability).flatMap(([capability, calls]) =>
    calls.map((call) => [call, capability]),
  ),
);

function judgeDefault({ defaultAction, entries }: SeccompProfile): RuleFinding[] {
  if (!allowsCall(defaultAction.text)) return [];
  const blocked = new Set(
    entries.filter(({ action }) => !allowsCall(action)).flatMap(({ calls }) => calls.map(({ text }) => text)),
  );
  const widened = [...byCapability.keys(), ...seccompDefault.blocked]
    .filter((call) => !blocked.has(call) && !open.has(call))
    .sort();
  const some = widened.slice(0, 10).join(', ');
  const more = widened.length > 10 ? ` and ${widened.length - 10} more` : '';
  return [
    {
      offset: defaultAction.offset,
      severity: 'error',
      message: `the profile allows every call that it does not name${widened.length > 0 ? `, among them ${some}${more}, which the default blocks` : ''}`,
    },
  ];
}

function judgeCalls(entry: SeccompProfile['entries'][number]): RuleFinding[] {
  return entry.calls.flatMap((call) => {
    const message = widening(call, entry);
    return message === undefined ? [] : [{ offset: call.offset, severity: 'warning', message }];
  });
}

function widening({ text }: Text, entry: SeccompProfile['entries'][number]): string | undefined {
  if (open.has(text)) return undefined;
  const capability = byCapability.get(text);
  if (capability !== undefined && entry.capabilities.includes(capability)) return undefined;
  if (narrowed.has(text))
    return entry.narrowed ? undefined : `the profile allows ${text} with any arguments, the default only with some`;
  if (capability !== undefined) return `the profile allows ${text}, which the default allows only with ${capability}`;
  return `the profile allows ${text}, which the default blocks`;
}
