import { nestedCommands } from '../core/nested-commands.js';
import { programName, type ShellCommand, type ShellWord } from '../core/shell.js';
import { isTcp } from './engine-address.js';
import { commandLineLimit } from './run-line.js';

/** What a command line of an engine's daemon says of whom it listens to and whom it trusts. */
export interface DaemonLine {
  /** Addresses over TCP, as written. */
  readonly tcp: readonly ShellWord[];
  /** Whether clients must show a certificate. */
  readonly verified: boolean;
  readonly insecureRegistries: readonly ShellWord[];
}

/**
 * The daemons that a command starts: `dockerd`, `docker daemon`, `docker -d`, `podman system service`, behind wrappers and
 * within `sh -c '...'` too. None in a command of more characters than `commandLineLimit`.
 */
export function readDaemonLines(command: ShellCommand): readonly DaemonLine[] {
  if (command.reduce((sum, { text }) => sum + text.length, 0) > commandLineLimit) return [];
  return [command, ...nestedCommands(command)].flatMap((words) => readDaemonLine(words) ?? []);
}

function readDaemonLine(words: ShellCommand): DaemonLine | undefined {
  const at = words.findIndex(({ text }) =>
    /^(?:dockerd(?:-entrypoint\.sh|-rootless\.sh)?|docker|podman)$/.test(programName(text)),
  );
  const program = programName(words[at]?.text ?? '');
  const rest = words.slice(at + 1);
  if (at < 0 || (program === 'docker' && !isDaemon(rest))) return undefined;
  if (program === 'podman') {
    const service = rest.findIndex(({ text }, i) => text === 'service' && rest[i - 1]?.text === 'system');
    const tcp = rest.slice(service + 1).filter(({ text }) => isTcp(text));
    return service < 0 ? undefined : { tcp, verified: false, insecureRegistries: [] };
  }
  return {
    tcp: valuesOf(rest, /^(?:-H|--host(?==|$))/).filter(({ text }) => isTcp(text)),
    verified: rest.some(({ text }) => /^--tlsverify(?:=(?:true|1))?$/.test(text)),
    insecureRegistries: valuesOf(rest, /^--insecure-registry(?==|$)/),
  };
}

/** Before Docker 1.12 the daemon was an option or a command of the client, whose own commands know `-d` as well. */
function isDaemon(words: ShellCommand): boolean {
  const found = words.findIndex(({ text }) =>
    /^(?:daemon|-d|--daemon|run|create|start|exec|container|compose|service|stack)$/.test(text),
  );
  return /^(?:daemon|-d|--daemon)$/.test(words[found]?.text ?? '');
}

/** `-H VALUE`, `-HVALUE`, `--host=VALUE`, `--host VALUE`. */
function valuesOf(words: ShellCommand, option: RegExp): readonly ShellWord[] {
  return words.flatMap(({ text, offset }, i) => {
    const [name] = option.exec(text) ?? [];
    if (name === undefined) return [];
    const value = text.slice(name.length).replace(/^=/, '');
    return value === '' ? (words[i + 1] ?? []) : { text: value, offset };
  });
}
