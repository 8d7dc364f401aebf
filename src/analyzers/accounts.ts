import type { Analyzer, Located } from '../layer/analyzer.js';

/** etc/passwd or etc/group: which number each name stands for. */
export interface Accounts extends Located {
  readonly names: readonly string[];
  readonly ids: readonly number[];
}

export const accountFiles = { users: 'etc/passwd', groups: 'etc/group' } as const;

/** Directory services have more, images never. */
const accountLimit = 10_000;
/** useradd stops at 32. */
const nameLength = 256;

export const accounts: Analyzer<Accounts> = {
  name: 'accounts',
  version: 1,
  paths: Object.values(accountFiles),
  maxBytes: 1024 * 1024,
  create() {
    const found = new Map<string, Accounts>();
    return {
      file({ entry, body }) {
        // Where it cannot be read nobody has a name, but root.
        found.set(entry.path, { path: entry.path, ...parseAccounts(body ?? new Uint8Array(0)) });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values()],
    };
  },
};

/** Reads passwd(5) and group(5), which have the name first and the number third; other lines are passed over. */
export function parseAccounts(bytes: Uint8Array): Omit<Accounts, 'path'> {
  const names: string[] = [];
  const ids: number[] = [];
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const [name = '', , id = ''] = line.split(':', 3);
    if (name === '' || name.length > nameLength || !/^\d{1,10}$/.test(id) || names.length >= accountLimit) continue;
    names.push(name);
    ids.push(Number(id));
  }
  return { names, ids };
}
