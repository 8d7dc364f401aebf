import type { Accounts } from '../analyzers/accounts.js';
import {
  equalCapabilities,
  formatCapabilities,
  parseCapabilities,
  readCapabilities,
  type FileCapabilities,
} from '../rpm/capability.js';
import { verifyBits } from '../rpm/package-files.js';

export type FileAttribute =
  'type' | 'mode' | 'user' | 'group' | 'size' | 'content' | 'link' | 'capabilities' | 'device';

/** One attribute of a file that is not as its package lists it. */
export interface AttributeDifference {
  readonly attribute: FileAttribute;
  /** `mode 0777, packaged 4755`. */
  readonly text: string;
}

/** What a package says of a file besides its content. */
export interface PackagedAttributes {
  /** File type and permissions as in st_mode. */
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  /** FILEVERIFYFLAGS. */
  readonly verify: number;
  /** In words; '' or absent for none. */
  readonly capabilities?: string;
  readonly device?: number;
}

/** What a layer says of it. */
export interface ActualAttributes {
  /** As in st_mode. */
  readonly type: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The raw attribute. */
  readonly capabilities?: Uint8Array;
  readonly device?: number;
}

export const fileTypes = { fifo: 1, characterDevice: 2, directory: 4, blockDevice: 6, file: 8, link: 10 } as const;

const typeNames: ReadonlyMap<number, string> = new Map([
  [1, 'fifo'],
  [2, 'character device'],
  [4, 'directory'],
  [6, 'block device'],
  [8, 'file'],
  [10, 'symbolic link'],
  [12, 'socket'],
]);

/** The image's own users and groups; root is root in every one. */
export class AccountNames {
  readonly #byName: ReadonlyMap<string, number>;
  readonly #byId: ReadonlyMap<number, string>;

  constructor(accounts: Accounts | undefined) {
    const names = accounts?.names ?? [];
    const ids = accounts?.ids ?? [];
    // The first line with a name, or a number, is the one that counts.
    const lines = names.map((name, i): [string, number] => [name, ids[i] ?? 0]).reverse();
    this.#byName = new Map([['root', 0], ...lines]);
    this.#byId = new Map([[0, 'root'], ...lines.map(([name, id]): [number, string] => [id, name])]);
  }

  /** As rpm sees it: the number has that name, or the name that number. */
  matches(id: number, name: string): boolean {
    return this.#byId.get(id) === name || this.#byName.get(name) === id;
  }

  nameOf(id: number): string {
    return this.#byId.get(id) ?? String(id);
  }
}

/**
 * What is not as packaged of what FILEVERIFYFLAGS asks for, by rpm's own rules (rpm lib/verify.c): symbolic links have no
 * mode, of a ghost the type says nothing, and only files have capabilities. Of another type nothing else is compared.
 */
export function compareAttributes(
  packaged: PackagedAttributes,
  actual: ActualAttributes,
  accounts: { readonly users: AccountNames; readonly groups: AccountNames },
  ghost = false,
): AttributeDifference[] {
  const { verify } = packaged;
  const type = packaged.mode >>> 12;
  const differences: AttributeDifference[] = [];
  const add = (attribute: FileAttribute, got: string, expected: string): void => {
    differences.push({ attribute, text: `${attribute} ${got}, packaged ${expected}` });
  };
  if (type !== actual.type && !ghost) {
    if (verify & (verifyBits.mode | verifyBits.digest | verifyBits.link)) {
      add('type', nameOfType(actual.type), nameOfType(type));
    }
    return differences;
  }
  if (verify & verifyBits.mode && actual.type !== fileTypes.link && (packaged.mode & 0o7777) !== actual.mode) {
    add('mode', formatMode(actual.mode), formatMode(packaged.mode & 0o7777));
  }
  if (verify & verifyBits.user && packaged.user !== '' && !accounts.users.matches(actual.uid, packaged.user)) {
    add('user', accounts.users.nameOf(actual.uid), packaged.user);
  }
  if (verify & verifyBits.group && packaged.group !== '' && !accounts.groups.matches(actual.gid, packaged.group)) {
    add('group', accounts.groups.nameOf(actual.gid), packaged.group);
  }
  const isDevice = actual.type === fileTypes.characterDevice || actual.type === fileTypes.blockDevice;
  if (verify & verifyBits.device && isDevice && packaged.device !== actual.device) {
    add('device', formatDevice(actual.device), formatDevice(packaged.device));
  }
  if (verify & verifyBits.capabilities && actual.type === fileTypes.file) {
    const expected = packaged.capabilities ?? '';
    const got = capabilityText(actual.capabilities);
    if (!sameCapabilities(expected, actual.capabilities)) add('capabilities', got || 'none', expected || 'none');
  }
  return differences;
}

const none: FileCapabilities = { permitted: 0n, inheritable: 0n, effective: false, rootId: 0 };

function sameCapabilities(text: string, bytes: Uint8Array | undefined): boolean {
  const expected = parseCapabilities(text);
  const got = bytes ? readCapabilities(bytes) : none;
  return expected !== undefined && got !== undefined && equalCapabilities(expected, got);
}

function capabilityText(bytes: Uint8Array | undefined): string {
  if (!bytes) return '';
  const read = readCapabilities(bytes);
  return read ? formatCapabilities(read) : 'malformed';
}

function nameOfType(type: number): string {
  return typeNames.get(type) ?? `type ${type}`;
}

/** Octal, four digits. */
function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function formatDevice(device = 0): string {
  return `${device >>> 8}:${device & 0xff}`;
}
