import { isEngineSocket } from '../containers/engine-socket.js';
import type { LintRule } from './rule.js';

export const engineSocket: LintRule = {
  id: 'engine-socket',
  asks: 'Is the socket of a container engine kept out of containers?',
  reason:
    'Whoever can write to the socket can start a privileged container: it is root on the host, mounted read-only or not.',
  remedy:
    'Leave the mount out; build with a builder that needs no socket, or put a proxy before it that allows single requests.',
  guide: '7.6',
  dockerfile({ instructions }) {
    return instructions
      .filter(({ keyword }) => keyword === 'VOLUME')
      .flatMap(({ words }) => words)
      .filter(({ text }) => isEngineSocket(text.replace(/^\[?["']?|["']?,?\]?$/g, '')))
      .map(({ text, offset }) => ({
        offset,
        severity: 'error',
        message: `the image asks for ${text.replace(/[[\]",]/g, '')}`,
      }));
  },
  containers(containers) {
    return containers.flatMap(({ hostPaths }) =>
      hostPaths
        .filter(({ text }) => isEngineSocket(text))
        .map(({ text, offset }) => ({
          offset,
          severity: 'error',
          message: `the socket ${text} of the engine is mounted`,
        })),
    );
  },
};
