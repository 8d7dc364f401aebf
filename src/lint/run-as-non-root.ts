import type { Container } from './container.js';
import { shippedStages } from './dockerfile.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const runAsNonRoot: LintRule = {
  id: 'run-as-non-root',
  asks: 'Does it run as another user than root?',
  reason: 'Root in a container is root on the host as soon as one wall between them gives way.',
  remedy: 'Create a user and end with USER and its number; in Kubernetes set runAsNonRoot: true, in Compose user.',
  guide: '7.2',
  dockerfile(dockerfile) {
    const shipped = shippedStages(dockerfile);
    const last = shipped.at(-1);
    if (!last) return [];
    const user = shipped
      .flatMap(({ instructions }) => instructions)
      .findLast(({ keyword, onbuild }) => keyword === 'USER' && !onbuild)?.words[0];
    if (user) {
      return isRoot(user.text.split(':')[0] ?? '')
        ? [{ offset: user.offset, severity: 'warning', message: 'the image runs as root' }]
        : [];
    }
    const message =
      shipped[0]?.base.is === 'scratch'
        ? 'there is no USER: the image runs as root'
        : 'there is no USER: the image runs as whoever its base says, root when that says nothing';
    return [{ offset: last.from.offset, severity: 'warning', message }];
  },
  containers(containers) {
    return containers.flatMap(judge);
  },
};

function isRoot(user: string): boolean {
  return user.replace(/^["']|["']$/g, '') === 'root' || /^["']?0+["']?$/.test(user);
}

function judge({ origin, name, offset, user, nonRoot }: Container): RuleFinding[] {
  if (user && isRoot(user.text)) return [{ offset: user.offset, severity: 'warning', message: `${name} runs as root` }];
  if (origin === 'label' || user || nonRoot?.on) return [];
  if (origin === 'compose')
    return [
      { offset, severity: 'note', message: `${name} runs as whoever its image says, root when that says nothing` },
    ];
  return [
    {
      offset: nonRoot?.offset ?? offset,
      severity: 'warning',
      message: `${name} may run as root: ${nonRoot ? 'runAsNonRoot is false' : 'neither runAsNonRoot nor runAsUser is set'}`,
    },
  ];
}
