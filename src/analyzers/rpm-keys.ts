import { ImgcheckError } from '../core/error.js';
import type { Analyzer, Located } from '../layer/analyzer.js';

/** A file of /etc/pki/rpm-gpg, whole. A claim, until whoever reads it has a reason to trust the layer it lies in. */
export interface RpmKeyFile extends Located {
  readonly body: Uint8Array;
}

/** Far more than any distribution ships in one layer. */
const fileLimit = 500;

export const rpmKeys: Analyzer<RpmKeyFile> = {
  name: 'rpm-keys',
  version: 1,
  paths: ['etc/pki/rpm-gpg/*'],
  maxBytes: 65_536,
  create() {
    const found = new Map<string, RpmKeyFile>();
    return {
      file({ entry, body }) {
        if (!body || body.byteLength === 0) return;
        if (found.size >= fileLimit) throw new ImgcheckError('hostile', `more than ${fileLimit} files of RPM keys`);
        found.set(entry.path, { path: entry.path, body: new Uint8Array(body) });
      },
      replaced: (path) => void found.delete(path),
      end: () => [...found.values()],
    };
  },
};
