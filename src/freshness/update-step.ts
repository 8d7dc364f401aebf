import { packageSteps, subcommand, valued, type PackageFamily } from '../analyzers/package-step.js';
import { withoutWrappers, type ShellCommand } from '../core/shell.js';
import { instructionCommands } from './instruction-commands.js';

/** A command that brings packages up to date. */
export interface UpdateStep {
  readonly family: PackageFamily;
  /** As it is called: `dnf update`. */
  readonly command: string;
  /** It names packages, or leaves some out: then what it did not bring may be old on purpose. */
  readonly limited: boolean;
}

/** Options and subcommands that ask for some updates only. */
const limiting =
  /^(?:-x.*|--(?:exclude|security|bugfix|enhancement|newpackage|advisor(?:y|ies)|cves?|bzs?|sec-?severity|with-update|category|severity|ignore)(?:=.*)?|(?:update|upgrade)-minimal|patch)$/;

/** The update in a step's line of the history; of several the one that asks for most. Undefined where there is none. */
export function updateStepOf(instruction: string | undefined): UpdateStep | undefined {
  if (instruction === undefined) return undefined;
  const steps = instructionCommands(instruction).flatMap(updateOf);
  return steps.find((one) => !one.limited) ?? steps[0];
}

function updateOf(command: ShellCommand): UpdateStep[] {
  const words = withoutWrappers(command);
  const verb = subcommand(words) ?? 0;
  const limited =
    words.slice(1).some(({ text }) => limiting.test(text)) ||
    words.some(({ text }, i) => i > verb && !text.startsWith('-') && !valued.test(words[i - 1]?.text ?? ''));
  return packageSteps(command).flatMap(({ family, program, action }) =>
    action === 'upgrade' ? [{ family, command: `${program} ${words[verb]?.text ?? ''}`, limited }] : [],
  );
}
