import { isCompose } from './compose.js';
import { isDaemonJson } from './daemon-json.js';
import { isKubernetes } from './kubernetes.js';
import { isSeccompProfile } from './seccomp-profile-file.js';
import { isSystemdUnit } from './systemd-unit.js';
import type { YamlNode } from './yaml-node.js';

export type FileKind = 'dockerfile' | 'kubernetes' | 'compose' | 'daemon-json' | 'systemd-unit' | 'seccomp-profile';
export type DocumentKind = Exclude<FileKind, 'dockerfile' | 'systemd-unit'>;

/** How a file is to be read: by its name, else by what its text looks like. */
export function syntaxOf(path: string, text: string): 'dockerfile' | 'unit' | 'yaml' | 'json' | undefined {
  const name = path.slice(path.search(/[^/\\]*$/));
  if (/\.dockerignore$|\.containerignore$/i.test(name)) return undefined;
  if (/^(?:docker|container)file(?:$|[._-])|[._-](?:docker|container)file$/i.test(name)) return 'dockerfile';
  if (/\.(?:service|socket)$/i.test(name)) return 'unit';
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  if (/\.json$/i.test(name)) return 'json';
  if (isSystemdUnit(text)) return 'unit';
  if (/^\s*\{/.test(text)) return 'json';
  if (/^(?:apiVersion|services):/m.test(text)) return 'yaml';
  return beginsLikeDockerfile(text) ? 'dockerfile' : undefined;
}

/** FROM is the first statement but for ARG. */
function beginsLikeDockerfile(text: string): boolean {
  for (let at = 0; at < text.length;) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, Math.min(end, at + 200)).trim();
    if (line !== '' && !line.startsWith('#') && !/^ARG\s/i.test(line)) return /^FROM\s/i.test(line);
    at = end + 1;
  }
  return false;
}

/** What the documents of a YAML or JSON file are, the file's name deciding where both would do. */
export function documentKind(path: string, documents: readonly YamlNode[]): DocumentKind | undefined {
  const [first] = documents;
  if (!first) return undefined;
  if (documents.some(isKubernetes)) return 'kubernetes';
  if (isCompose(first)) return 'compose';
  if (isSeccompProfile(first)) return 'seccomp-profile';
  if (/(?:^|[/\\])daemon\.json$/i.test(path)) return first.type === 'map' ? 'daemon-json' : undefined;
  return isDaemonJson(first) ? 'daemon-json' : undefined;
}
