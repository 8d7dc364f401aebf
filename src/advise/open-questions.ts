import { escapeText } from '../core/escape.js';
import type { AdviceSubject } from './subject.js';

/** Names from outside are cut here. */
const nameLength = 120;

/** What this image’s content cannot tell, the gravest first. */
export function openQuestions(subject: AdviceSubject, refusedVolumes: readonly string[]): readonly string[] {
  return [
    ...aboutPackages(subject),
    ...aboutCommand(subject),
    ...aboutUser(subject),
    ...refusedVolumes
      .slice(0, 10)
      .map((path) => `the volume ${shown(path)} is no path that can be mounted as it is written: it is left out`),
    'what its processes do when they run: start it as advised, and look for "permission denied" and "read-only file system" in its log',
    'what is mounted from outside: an engine’s socket gives the host away whatever is dropped, host directories and NFS have owners and SELinux labels of their own',
  ];
}

function aboutPackages({ content }: AdviceSubject): string[] {
  const { state } = content.packages;
  const { managers } = content;
  if (state.outcome === 'incomplete' || state.outcome === 'removed')
    return [`which packages it has, and so which services: ${state.problems.slice(0, 3).join('; ')}`];
  return state.outcome === 'none' && managers.length > 0
    ? [`which packages it has, and so whose its files are: ${managers.join(', ')} is not read`]
    : [];
}

function aboutCommand({ started, services }: AdviceSubject): string[] {
  const { programs, script } = started;
  if (programs.length === 0) return ['what it starts: neither ENTRYPOINT nor CMD is set'];
  const told = services.found.filter(({ program }) => !program).map(({ service }) => service.name);
  const guess = told.length > 0 ? `; of what is installed it was taken to start ${told.join(', ')}` : '';
  const idle = services.idle.join(', ');
  const init = services.found.find(({ service }) => service.init)?.service.name;
  return [
    ...(init ? [`which units ${init} starts, and what those need`] : []),
    ...(script && !init ? [`what ${shown(script.word)} does before, and besides: scripts are not read${guess}`] : []),
    ...(services.idle.length > 0 ? [`whether ${idle} is started too: installed, but not named by the command`] : []),
  ];
}

function aboutUser({ user, run, services }: AdviceSubject): string[] {
  if (user.kind === 'unknown') {
    const known = user.named ? 'is not in its /etc/passwd' : 'is no user id';
    return [`who ${shown(run.user)} is: that ${known}; give --user a number`];
  }
  if (user.groupName !== undefined)
    return [`which number the group ${shown(user.groupName)} has: without one the user’s own group counts`];
  if (user.kind !== 'root' || services.found.some(({ service }) => service.init)) return [];
  const bare = services.found.length === 0 ? '; root without capabilities cannot touch what others own' : '';
  return [`whether it needs root at all: try --user with a number above 0 before anything else${bare}`];
}

function shown(text: string): string {
  return escapeText(text.length > nameLength ? `${text.slice(0, nameLength)}...` : text);
}
