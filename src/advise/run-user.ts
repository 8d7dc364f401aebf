import type { Accounts } from '../analyzers/accounts.js';

/** Who the image's USER is. */
export interface RunUser {
  readonly kind: 'root' | 'other' | 'unknown';
  readonly uid?: number;
  /** Where USER names a group by its number. */
  readonly gid?: number;
  /** USER's group where it is a name: nothing here says which number that is. */
  readonly groupName?: string;
  /** Whether USER is a name. */
  readonly named: boolean;
}

/** As runc reads USER (libcontainer/user, GetExecUser): a number is a uid, a name the first line of etc/passwd that has it. */
export function resolveRunUser(text: string, users: Accounts | undefined): RunUser {
  const [user = '', group = ''] = text.split(':');
  const gid = idOf(group);
  const groups = group === '' ? {} : gid === undefined ? { groupName: group } : { gid };
  if (user === '' || user === 'root') return { kind: 'root', uid: 0, named: user !== '', ...groups };
  const number = idOf(user);
  if (number === undefined && /^[+-]?\d+$/.test(user)) return { kind: 'unknown', named: false, ...groups };
  const uid = number ?? users?.ids[users.names.indexOf(user)];
  const named = number === undefined;
  if (uid === undefined) return { kind: 'unknown', named, ...groups };
  return { kind: uid === 0 ? 'root' : 'other', uid, named, ...groups };
}

/** A user or group id that engines take, 0 to 2^31 - 1. */
function idOf(text: string): number | undefined {
  if (!/^\+?\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= 2 ** 31 - 1 ? id : undefined;
}
