import { commandLineLimit, type CommandWords } from './shell-words.js';
import { nestedCommands, programName } from './run-line.js';

/** What a command line of an engine's daemon says of the addresses it listens on. */
export interface DaemonLine {
  /** Addresses over TCP, as written. */
  readonly tcp: readonly string[];
  /** Whether clients must show a certificate. */
  readonly verified: boolean;
}

/**
 * The daemons that a command starts: `dockerd`, `docker daemon`, `docker -d`, `podman system service`, behind wrappers and
 * within `sh -c '...'` too.
 */
export function readDaemonLines(command: CommandWords): readonly DaemonLine[] {
  if (command.reduce((sum, word) => sum + word.length, 0) > commandLineLimit) return [];
  return [command, ...nestedCommands(command)].flatMap((words) => readDaemonLine(words) ?? []);
}

function readDaemonLine(words: CommandWords): DaemonLine | undefined {
  const at = words.findIndex((word) =>
    /^(?:dockerd(?:-entrypoint\.sh|-rootless\.sh)?|docker|podman)$/.test(programName(word)),
  );
  const program = programName(words[at] ?? '');
  const rest = words.slice(at + 1);
  if (at < 0) return undefined;
  if (program === 'podman') {
    const service = rest.findIndex((word, i) => word === 'service' && rest[i - 1] === 'system');
    return service < 0 ? undefined : { tcp: rest.slice(service + 1).filter(isTcp), verified: false };
  }
  if (program === 'docker' && !rest.some((word) => word === 'daemon' || word === '-d' || word === '--daemon')) {
    return undefined;
  }
  return {
    tcp: hostsOf(rest).filter(isTcp),
    verified: rest.some((word) => /^--tlsverify(?:=(?:true|1))?$/.test(word)),
  };
}

export function isTcp(address: string): boolean {
  return /^tcp:/i.test(address);
}

/** `-H VALUE`, `-HVALUE`, `--host=VALUE`, `--host VALUE`. */
function hostsOf(words: CommandWords): readonly string[] {
  return words.flatMap((word, i) => {
    const [name] = /^(?:-H|--host(?==|$))/.exec(word) ?? [];
    if (name === undefined) return [];
    const value = word.slice(name.length).replace(/^=/, '');
    return value === '' ? (words[i + 1] ?? []) : value;
  });
}
