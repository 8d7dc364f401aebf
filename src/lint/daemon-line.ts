import type { Text } from './container.js';
import { programName, withoutWrappers, type ShellWord } from '../core/shell.js';

/** What a command line of an engine's daemon says of the addresses it listens on. */
export interface DaemonLine {
  /** Addresses reached over TCP. */
  readonly tcp: readonly Text[];
  /** Whether clients must show a certificate. */
  readonly verified: boolean;
  readonly insecureRegistries: readonly Text[];
}

/** Reads `dockerd`, `docker daemon`, `docker -d` and `podman system service`; undefined for any other command. */
export function readDaemonLine(command: readonly ShellWord[]): DaemonLine | undefined {
  const words = withoutWrappers(command);
  const program = programName(words[0]?.text ?? '');
  const rest = words.slice(1);
  if (program === 'podman') {
    const service = rest.findIndex((word, i) => word.text === 'service' && rest[i - 1]?.text === 'system');
    return service < 0
      ? undefined
      : {
          tcp: rest.slice(service + 1).filter(({ text }) => /^tcp:/.test(text)),
          verified: false,
          insecureRegistries: [],
        };
  }
  const old =
    program === 'docker' && rest.some(({ text }) => text === 'daemon' || text === '-d' || text === '--daemon');
  if (program !== 'dockerd' && !old) return undefined;
  return {
    tcp: valuesOf(rest, /^(?:-H|--host)/).filter(({ text }) => /^tcp:/.test(text)),
    verified: rest.some(
      ({ text }) => text === '--tlsverify' || text === '--tlsverify=true' || text === '--tlsverify=1',
    ),
    insecureRegistries: valuesOf(rest, /^--insecure-registry/),
  };
}

/** `-H VALUE`, `-HVALUE`, `--host=VALUE`, `--host VALUE`. */
function valuesOf(words: readonly ShellWord[], option: RegExp): Text[] {
  return words.flatMap((word, i) => {
    const name = option.exec(word.text)?.[0];
    if (name === undefined) return [];
    const value = word.text.slice(name.length).replace(/^=/, '');
    if (value !== '') return [{ text: value, offset: word.offset }];
    const next = words[i + 1];
    return next ? [next] : [];
  });
}
