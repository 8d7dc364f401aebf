import { engines, type Advice, type AdviceEvidence } from './advice.js';
import type { AdviceSubject } from './subject.js';

/**
 * The user by number, so that an engine can tell that it is not root; root only where the image says so. Nothing where
 * its USER is a name that nobody knows.
 */
export function adviseUser({ user, run, content }: AdviceSubject): readonly Advice[] {
  const field: AdviceEvidence = { type: 'config', field: 'config.User', value: run.user };
  const shared = { setting: 'user', engines, confidence: 'from config' } as const;
  if (user.kind === 'unknown' || user.uid === undefined) return [];
  const group = user.gid === undefined ? '' : `:${user.gid}`;
  const value = `${user.uid}${group}`;
  if (user.kind === 'root') {
    const says = run.user === '' ? 'no USER is set' : 'USER is root';
    const reason = `${says}: it starts as root, and whether it can start as another user is not told by its content`;
    return [{ ...shared, value, reason, evidence: [field] }];
  }
  const file = content.users;
  const reason = user.named
    ? 'USER is a name; only a number lets Kubernetes tell that it is not root'
    : 'the image runs as this user, who is not root';
  const accounts: AdviceEvidence[] =
    user.named && file ? [{ type: 'file', path: `/${file.fact.path}`, layer: file.layer }] : [];
  return [{ ...shared, value, reason, evidence: [field, ...accounts] }];
}
