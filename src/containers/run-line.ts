import { commandsIn } from '../core/nested-commands.js';
import { programName, type ShellCommand } from '../core/shell.js';
import { isPlaceholder, readRunOptions, type RunOption } from './run-option.js';

/** Characters; a longer text is no command line that anybody wrote. */
export const commandLineLimit = 64 * 1024;

/** A `docker run` or `podman create` as a label or a script has it. */
export interface RunLine {
  readonly engine: string;
  readonly options: readonly RunOption[];
}

const engines = new Set(['docker', 'docker-latest', 'podman', 'nerdctl', 'kpod']);

/**
 * The run lines in a text that a shell would read, those within `sh -c '...'` too. Empty for a text of more characters
 * than the limit.
 */
export function readRunLines(text: string, limit = commandLineLimit): readonly RunLine[] {
  if (text.length > limit) return [];
  return commandsIn(text).flatMap((words) => readRunLine(words) ?? []);
}

function readRunLine(words: ShellCommand): RunLine | undefined {
  const at = words.findIndex(({ text }) => engines.has(programName(text)));
  if (at < 0) return undefined;
  const run = findRun(words, at + 1);
  if (run === undefined) return undefined;
  return { engine: programName(words[at]?.text ?? ''), options: readRunOptions(words.slice(run + 1)) };
}

/** Options of the engine itself come before the command: `docker --host ADDRESS container run`. */
function findRun(words: ShellCommand, from: number): number | undefined {
  for (let i = from; i < words.length; i++) {
    const word = words[i]?.text ?? '';
    if (word === 'run' || word === 'create') return i;
    if (word === 'container' || isPlaceholder(word)) continue;
    if (!word.startsWith('-')) return undefined;
    const next = words[i + 1]?.text ?? '-';
    const standsAlone = word.includes('=') || next === 'run' || next === 'create' || next === 'container';
    if (!standsAlone && !next.startsWith('-')) i++;
  }
  return undefined;
}
