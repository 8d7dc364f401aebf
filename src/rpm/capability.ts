/** The capabilities that a program gets when it is started (capabilities(7)). */
export interface FileCapabilities {
  readonly permitted: bigint;
  readonly inheritable: bigint;
  /** Whether they are in effect at once. */
  readonly effective: boolean;
  /** The user who is root where they count; 0 but in name spaces. */
  readonly rootId: number;
}

/** By number, from 0 (linux/capability.h). */
const names =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );
const numbers: ReadonlyMap<string, number> = new Map(names.map((name, i) => [`cap_${name}`, i]));
const all = (1n << BigInt(names.length)) - 1n;

/** Text that is longer names nothing more. */
const textLength = 8192;

/**
 * Reads what FILECAPS says, clauses as `cap_net_raw,cap_net_admin=ep` (cap_from_text(3)); undefined for text that is none.
 */
export function parseCapabilities(text: string): FileCapabilities | undefined {
  const sets = { e: 0n, i: 0n, p: 0n };
  if (text.length > textLength) return undefined;
  for (const clause of text.split(/\s+/).filter(Boolean)) {
    const found = /^([a-z0-9_,]*)((?:[-+=][eip]*)+)$/i.exec(clause);
    if (!found) return undefined;
    const [, list = '', actions = ''] = found;
    const named = maskOf(list);
    // Only `=` may stand alone: then it speaks of all.
    if (named === undefined || (list === '' && !actions.startsWith('='))) return undefined;
    for (const [, operator, flags = ''] of actions.matchAll(/([-+=])([eip]*)/g)) {
      for (const set of ['e', 'i', 'p'] as const) {
        if (operator === '=') sets[set] &= ~named;
        if (!flags.includes(set)) continue;
        sets[set] = operator === '-' ? sets[set] & ~named : sets[set] | named;
      }
    }
  }
  return { permitted: sets.p, inheritable: sets.i, effective: sets.e !== 0n, rootId: 0 };
}

function maskOf(list: string): bigint | undefined {
  if (list === '' || list.toLowerCase() === 'all') return all;
  let mask = 0n;
  for (const name of list.toLowerCase().split(',')) {
    const number = numbers.get(name) ?? (/^\d{1,2}$/.test(name) ? Number(name) : undefined);
    if (number === undefined || number > 63) return undefined;
    mask |= 1n << BigInt(number);
  }
  return mask;
}

const revisions: ReadonlyMap<number, number> = new Map([
  [0x01000000, 1],
  [0x02000000, 2],
  [0x03000000, 2],
]);

/** Reads the security.capability attribute (struct vfs_cap_data, little-endian); undefined for one that the kernel would refuse. */
export function readCapabilities(bytes: Uint8Array): FileCapabilities | undefined {
  if (bytes.byteLength < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  const words = revisions.get((magic & 0xff000000) >>> 0);
  // The third revision ends with the user id that is root in its name space.
  const length = words === undefined ? 0 : 4 + 8 * words + (magic >>> 24 === 3 ? 4 : 0);
  if (words === undefined || bytes.byteLength !== length) return undefined;
  let permitted = 0n;
  let inheritable = 0n;
  for (let word = 0; word < words; word++) {
    permitted |= BigInt(view.getUint32(4 + 8 * word, true)) << BigInt(32 * word);
    inheritable |= BigInt(view.getUint32(8 + 8 * word, true)) << BigInt(32 * word);
  }
  const rootId = magic >>> 24 === 3 ? view.getUint32(length - 4, true) : 0;
  return { permitted, inheritable, effective: (magic & 1) !== 0, rootId };
}

/** Whether both give the same. */
export function equalCapabilities(a: FileCapabilities, b: FileCapabilities): boolean {
  return (
    a.permitted === b.permitted &&
    a.inheritable === b.inheritable &&
    a.effective === b.effective &&
    a.rootId === b.rootId
  );
}

/** The names of what is permitted or inheritable, and how: `cap_net_raw=ep`; '' for nothing. */
export function formatCapabilities({ permitted, inheritable, effective }: FileCapabilities): string {
  const both = permitted | inheritable;
  const listed: string[] = [];
  for (let i = 0; i < 64; i++)
    if ((both >> BigInt(i)) & 1n) listed.push(names[i] === undefined ? String(i) : `cap_${names[i]}`);
  if (listed.length === 0) return '';
  return `${listed.join(',')}=${effective ? 'e' : ''}${inheritable === 0n ? '' : 'i'}${permitted === 0n ? '' : 'p'}`;
}
