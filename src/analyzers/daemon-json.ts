import { isTcp } from '../containers/engine-address.js';
import { isImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { Analyzer, LayerFile, Located } from '../layer/analyzer.js';

/** What dockerd's settings in a layer say of the addresses it listens on. */
export interface DaemonJson extends Located {
  /** How many of them are over TCP. */
  readonly tcp: number;
  /** Whether clients must show a certificate. */
  readonly verified: boolean;
  /** Why the file tells nothing. */
  readonly problem?: string;
}

const hostLimit = 1000;

export const daemonJson: Analyzer<DaemonJson> = {
  name: 'daemon-json',
  version: 1,
  paths: ['etc/docker/daemon.json'],
  maxBytes: 65_536,
  create() {
    const found = new Map<string, DaemonJson>();
    return {
      file(file) {
        found.set(file.entry.path, readDaemonJson(file));
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values()],
    };
  },
};

function readDaemonJson({ entry, body, error }: LayerFile): DaemonJson {
  const { path, type } = entry;
  const unread = (problem: string): DaemonJson => ({ path, tcp: 0, verified: false, problem });
  if (!body) return unread(error?.message ?? `it is a ${type}`);
  // dockerd takes an empty file for one without settings.
  if (body.byteLength === 0) return { path, tcp: 0, verified: false };
  try {
    const fields = new Fields(parseJson(body, 'it'), 'it');
    const hosts = fields.stringList('hosts', hostLimit);
    return { path, tcp: hosts.filter(isTcp).length, verified: fields.optionalBoolean('tlsverify') === true };
  } catch (thrown) {
    if (!isImgcheckError(thrown, 'hostile')) throw thrown;
    return unread(thrown.message.slice(0, 200));
  }
}
