import type { Examination } from '../examination/examination.js';
import { configEvidence, fileEvidence, type Check, type Finding } from './check.js';
import { shown } from './finding-words.js';

export const userNotRoot: Check = {
  id: 'user-not-root',
  asks: 'Does the image run as another user than root?',
  reason: 'Root in a container is root on the host as soon as one wall between them gives way.',
  remedy:
    'Create a user and end the build with USER and its number; give it the files that it writes, and a port above 1023.',
  guide: '7.2',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content, image } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    if (image.platform.os === 'windows') {
      return [{ outcome: 'unknown', message: 'users of Windows are not judged', evidence: [], idle: true }];
    }
    return [judge(examination, image.config.run.user)];
  },
};

/** As runc reads it (libcontainer/user, GetExecUser): a number is always a uid, a name the first line of etc/passwd that has it. */
function judge(examination: Examination, text: string): Finding {
  const evidence = [configEvidence(examination, 'config.User')];
  const fail = (message: string, more: Finding['evidence'] = []): Finding => ({
    outcome: 'fail',
    message,
    evidence: [...evidence, ...more],
    remedy: userNotRoot.remedy,
  });
  const [user = ''] = text.split(':', 1);
  if (user === '') {
    return fail(text === '' ? 'no USER is set: it runs as root' : `USER ${shown(text)} names no user: it runs as root`);
  }
  if (/^[+-]?\d+$/.test(user)) {
    const uid = Number(user);
    if (uid === 0) return fail(`it runs as root (USER ${shown(text)})`);
    if (uid < 0 || uid > 2 ** 31 - 1) {
      return { outcome: 'unknown', message: `USER ${shown(text)} is no user id: no engine starts it`, evidence };
    }
    return { outcome: 'pass', message: `it runs as user ${uid}`, evidence };
  }
  if (user === 'root') return fail(`it runs as root (USER ${shown(text)})`);
  const users = examination.content?.users;
  const line = users?.fact.names.indexOf(user) ?? -1;
  const uid = users?.fact.ids[line];
  if (!users || uid === undefined) {
    const where = users ? 'which /etc/passwd does not know' : 'and the image has no /etc/passwd that says who that is';
    const remedy = 'Name the user by its number.';
    return { outcome: 'unknown', message: `it runs as ${shown(user)}, ${where}`, evidence, remedy };
  }
  const file = [fileEvidence(examination, users.layer, users.fact.path)];
  if (uid === 0) return fail(`it runs as ${shown(user)}, which is root under another name`, file);
  const message = `it runs as ${shown(user)} (${uid}); only a number lets Kubernetes tell that it is not root`;
  return { outcome: 'pass', message, evidence: [...evidence, ...file] };
}
