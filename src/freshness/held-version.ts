import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';
import { packageKey } from './compare.js';
import { instructionCommands } from './instruction-commands.js';

/**
 * Whether the layer that brought a package would bring this very version again, on whatever base: it was copied in, its
 * step names the version, or it took the place of a newer one of the base. Nor is it promised of a step that is not known.
 */
export function holdsVersion(
  one: RpmPackage,
  instruction: string | undefined,
  built: ReadonlyMap<string, RpmPackage>,
): boolean {
  const below = built.get(packageKey(one));
  if (below && compareEvr(one, below) < 0) return true;
  const commands = instructionCommands(instruction ?? '');
  const pinned = [
    `${one.name}-${one.version}`,
    `${one.name}-${one.epoch}:${one.version}`,
    `${one.name}=${one.version}`,
  ];
  return (
    commands.length === 0 ||
    commands.some((words) => words.some(({ text }) => pinned.some((pin) => text.includes(pin))))
  );
}
