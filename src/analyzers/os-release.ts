import type { Analyzer, Located } from '../layer/analyzer.js';

/** os-release(5): what the root file system says it is. A claim, like everything in an image. */
export interface OsRelease extends Located {
  readonly id: string;
  readonly idLike: readonly string[];
  readonly versionId: string;
  readonly prettyName: string;
}

/** Where os-release may lie, the first that is there wins. */
export const osReleasePaths = ['etc/os-release', 'usr/lib/os-release'] as const;

export const osRelease: Analyzer<OsRelease> = {
  name: 'os-release',
  version: 1,
  paths: osReleasePaths,
  maxBytes: 65_536,
  create() {
    const found = new Map<string, OsRelease>();
    return {
      file({ entry, body }) {
        if (body) found.set(entry.path, { path: entry.path, ...parseOsRelease(body) });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values()],
    };
  },
};

/** Reads the lines KEY=value, value bare or quoted as a shell would; anything else is passed over. */
export function parseOsRelease(bytes: Uint8Array): Omit<OsRelease, 'path'> {
  const fields = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const found = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (found?.[1] !== undefined && found[2] !== undefined) fields.set(found[1], unquote(found[2]));
  }
  return {
    id: fields.get('ID') ?? '',
    idLike: (fields.get('ID_LIKE') ?? '').split(/\s+/).filter(Boolean),
    versionId: fields.get('VERSION_ID') ?? '',
    prettyName: fields.get('PRETTY_NAME') ?? fields.get('NAME') ?? '',
  };
}

function unquote(value: string): string {
  const quote = value[0];
  const inner =
    (quote === '"' || quote === "'") && value.endsWith(quote) && value.length > 1 ? value.slice(1, -1) : value;
  return quote === "'" ? inner : inner.replace(/\\(.)/g, '$1');
}
