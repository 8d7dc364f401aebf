import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';
import { packageKey } from './compare.js';
import { instructionCommands } from './instruction-commands.js';

/** A step that names so many packages with their versions that they do not fit into this many characters is not known. */
const wordsLimit = 64 * 1024;

/** Whether a package that the step brought would be brought in this very version again, on whatever base. */
export type HoldsVersion = (one: RpmPackage) => boolean;

/**
 * Reads a step once, for all packages that it brought. It holds what it copied in, a version that it names, and one that
 * took the place of a newer one in what the base's layers had as it was `built` on. Nor is anything promised of a step
 * that is not known.
 */
export function holdsVersions(instruction: string | undefined, built: ReadonlyMap<string, RpmPackage>): HoldsVersion {
  const commands = instructionCommands(instruction ?? '');
  const words = commands.map((command) => command.map(({ text }) => text).join('\n')).join('\n');
  const known = commands.length > 0 && words.length <= wordsLimit;
  return (one) => {
    const below = built.get(packageKey(one));
    if (!known || (below && compareEvr(one, below) < 0)) return true;
    const { name, epoch, version } = one;
    return [`${name}-${version}`, `${name}-${epoch}:${version}`, `${name}=${version}`].some((pin) =>
      words.includes(pin),
    );
  };
}
