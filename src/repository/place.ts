import { ImgcheckError } from '../core/error.js';
import type { Bytes } from '../core/stream.js';
import { checkWebUrl, type WebClient } from '../registry/web.js';
import type { RepomdFile } from '../repodata/repomd.js';
import { openBelow, readDocument, readWhole } from '../source/local-file.js';

/** Where the files of a repository are. Nothing that comes from it is verified. */
export interface Place {
  /** As messages and reports name it; without secrets. */
  readonly location: string;
  /** What it is kept on: `directory` needs no cache, `http` is open to whoever is on the way. */
  readonly kind: 'directory' | 'http' | 'https';
  /** A small file at a fixed path. @throws ImgcheckError missing; hostile past `limit` bytes; as WebClient */
  document(path: string, limit: number): Promise<Uint8Array>;
  /** A file that repomd.xml names, at most `limit` bytes of it. */
  stream(file: RepomdFile, limit: number): Bytes;
}

/**
 * The place a user named: an http or https URL, or a directory.
 * @throws ImgcheckError usage for other URLs, ones with a user, password or query, and where there is no `web`
 */
export function openPlace(location: string, web: WebClient | undefined): Place {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return directoryPlace(location);
  if (!URL.canParse(location)) throw new ImgcheckError('usage', 'the repository is not a valid URL');
  const url = new URL(location);
  checkWebUrl(url);
  if (url.search !== '' || url.hash !== '') {
    throw new ImgcheckError('usage', 'the URL of a repository has no query and no fragment', {
      subject: `${url.origin}${url.pathname}`,
      hint: 'name the folder that holds repodata/, not a mirror list',
    });
  }
  if (!web) {
    throw new ImgcheckError('usage', 'a repository on the network cannot be asked when offline', { subject: url.href });
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return webPlace(url, web);
}

const repositoryHint = 'name the folder that holds repodata/repomd.xml';

function webPlace(base: URL, web: WebClient): Place {
  return {
    location: base.href,
    kind: base.protocol === 'https:' ? 'https' : 'http',
    document: (path, limit) => web.document(new URL(path, base), { what: path, limit, missingHint: repositoryHint }),
    stream(file, limit) {
      const from = file.base === undefined ? base : new URL(file.base);
      if (base.protocol === 'https:' && from.protocol === 'http:') {
        throw new ImgcheckError('tls', `repomd.xml leads from https to plain http, to ${from.host}`, {
          subject: base.href,
        });
      }
      const { size } = file;
      return web.stream(new URL(file.href, from), {
        what: file.href,
        limit,
        missingHint: 'the repository may be in the middle of an update: try again later',
        ...(size === undefined ? {} : { size }),
      });
    },
  };
}

function directoryPlace(path: string): Place {
  return {
    location: path,
    kind: 'directory',
    async document(name, limit) {
      try {
        return await readDocument(path, name, limit);
      } catch (error) {
        if (!(error instanceof ImgcheckError) || error.kind !== 'missing') throw error;
        const fields = { subject: error.subject, hint: repositoryHint, cause: error };
        throw new ImgcheckError('missing', `${name} is not there`, fields);
      }
    },
    stream(file) {
      if (file.base === undefined) return readWhole(() => openBelow(path, file.href));
      throw new ImgcheckError('unsupported', `the ${file.type} of the repository is elsewhere: ${file.base}`, {
        subject: path,
      });
    },
  };
}
