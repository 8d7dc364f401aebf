import { isDigest } from '../oci/digest.js';

/** What is wrong with a scope of a transport; undefined when it may be matched. */
type ScopeFault = (scope: string) => string | undefined;

const onlyDefault: ScopeFault = () => 'the transport has no scopes but the default ""';

const path: ScopeFault = (scope) => {
  if (scope === '/') return 'write "" for the whole transport';
  if (!scope.startsWith('/')) return 'expected an absolute path';
  return isScopePath(scope) ? undefined : 'expected a path without //, ., .. and / at its end';
};

/** By transport; docker takes any text, and so do those that not every build of containers/image knows: atomic, ostree. */
const faults: ReadonlyMap<string, ScopeFault> = new Map([
  [
    'containers-storage',
    (scope) => (/^\[(?:[^@\]]*@)?\/[^\]]*\]/.test(scope) ? undefined : 'expected [DRIVER@/GRAPH/ROOT] first'),
  ],
  ['dir', path],
  ['docker-archive', onlyDefault],
  ['docker-daemon', (scope) => (isDigest(scope) ? 'an image id has no scope' : undefined)],
  ['oci', path],
  ['oci-archive', path],
  ['sif', path],
  ['tarball', onlyDefault],
]);

/** What keeps a scope from ever being matched, in the words of its transport (containers-policy.json(5)); '' always may. */
export function scopeFault(transport: string, scope: string): string | undefined {
  return scope === '' ? undefined : faults.get(transport)?.(scope);
}

/** Absolute, without empty, . and .. components, not the root. */
export function isScopePath(text: string): boolean {
  const [before, ...components] = text.split('/');
  return before === '' && components.length > 0 && components.every((part) => !['', '.', '..'].includes(part));
}
