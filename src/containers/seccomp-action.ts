/** Whether an action of a seccomp profile lets a call through: LOG does, and only writes it down; what TRACE and NOTIFY do is up to another process. */
export function allowsCall(action: string): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG';
}
