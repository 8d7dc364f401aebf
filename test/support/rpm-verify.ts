import type { FileDifference } from '../../src/examination/file-verification.js';

const letters = {
  size: 'S',
  mode: 'M',
  type: 'M',
  content: '5',
  device: 'D',
  link: 'L',
  user: 'U',
  group: 'G',
  capabilities: 'P',
} as const;

/** A difference as rpm -V prints it: `S.5....T.  c /etc/x`; times are never different here. */
export function rpmVerifyLine({ path, missing, differences, role }: FileDifference): string {
  const mark = { file: ' ', config: 'c', ghost: 'g' }[role];
  if (missing) return `missing   ${mark} /${path}`;
  const found = new Set<string>(differences.map(({ attribute }) => letters[attribute]));
  const shown = [...'SM5DLUG'].map((letter) => (found.has(letter) ? letter : '.')).join('');
  return `${shown}.${found.has('P') ? 'P' : '.'}  ${mark} /${path}`;
}
