import { engines, type Advice } from './advice.js';
import { specialEvidence, type AdviceSubject } from './subject.js';

/** How many programs a reason names. */
const shown = 4;

/** no-new-privileges, unless the command itself starts a program that needs to gain rights; says which lose theirs. */
export function adviseNewPrivileges({ privileged, startedPrivileged, user }: AdviceSubject): Advice {
  const needed = user.kind === 'root' ? [] : startedPrivileged;
  const concerned = needed.length > 0 ? needed : privileged;
  const names = concerned.slice(0, shown).map(({ file }) => `/${file.path}`);
  const list = `${names.join(', ')}${concerned.length > shown ? ` and ${concerned.length - shown} more` : ''}`;
  const evidence = concerned.slice(0, 20).map(specialEvidence);
  const shared = { setting: 'no-new-privileges', engines, evidence } as const;
  if (needed.length > 0) {
    const reason = `the command starts ${list}, which must gain rights to do its work`;
    return { ...shared, value: 'false', reason, confidence: 'from config' };
  }
  const none = 'no process gains rights by starting a program; the image shows none that would give any';
  const lost =
    user.kind === 'root' && startedPrivileged.length > 0
      ? 'the command starts one, but as root, who has nothing to gain'
      : 'the command names none of them';
  const reason =
    privileged.length === 0
      ? none
      : `no process gains rights by starting a program: the setuid and setgid bits and capabilities of ${list} stop counting; ${lost}`;
  return { ...shared, value: 'true', reason, confidence: 'from packages' };
}
