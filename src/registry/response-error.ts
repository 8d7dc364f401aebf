import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { HttpResponse } from './http.js';
import { redactUrl, type Secrets } from './redact.js';

const bodyLimit = 16 * 1024;
const shown = 200;

/** What was asked for, so that the message can name it. */
export interface Asked {
  /** `the manifest`, `the blob`, ... */
  readonly what: string;
  /** What to do when the registry says that there is no such thing. */
  readonly missingHint?: string;
  readonly secrets: Secrets;
}

/**
 * An answer that is not the one hoped for, as an error with the registry's own code and message, bounded and without
 * secrets: 404 missing, 401 and 403 auth, 429 and 5xx network, anything else unsupported.
 */
export async function responseError(response: HttpResponse, asked: Asked): Promise<ImgcheckError> {
  const kind = kindOf(response.status);
  const said = asked.secrets.scrub(await registryWords(response));
  const message = {
    missing: `the registry does not have ${asked.what}`,
    auth: `the registry refuses access to ${asked.what}`,
    network: `the registry could not serve ${asked.what} (${response.status})`,
    unsupported: `the registry answered ${response.status} for ${asked.what}`,
  }[kind];
  const hint = { missing: asked.missingHint, auth: undefined, network: 'try again later', unsupported: undefined }[
    kind
  ];
  return new ImgcheckError(kind, said === '' ? message : `${message}: ${said}`, {
    subject: redactUrl(response.url),
    hint,
  });
}

function kindOf(status: number): 'missing' | 'auth' | 'network' | 'unsupported' {
  if (status === 404) return 'missing';
  if (status === 401 || status === 403) return 'auth';
  return status === 429 || status >= 500 ? 'network' : 'unsupported';
}

/** `CODE: message` of the first error in the body (distribution-spec, Error Codes); '' when it holds none. */
export async function registryWords(response: HttpResponse): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response.body) {
      parts.push(part);
      length += part.byteLength;
      if (length > bodyLimit) return '';
    }
    const fields = new Fields(parseJson(Buffer.concat(parts), 'the error'), 'the error');
    const [first] = fields.array('errors', 1000);
    const error = new Fields(first, 'the error');
    const words = [error.optionalString('code'), error.optionalString('message')].filter(Boolean);
    return words.map((word) => String(word).slice(0, shown)).join(': ');
  } catch {
    // Whatever is wrong with the text of an error, the status is the error; proxies send HTML here.
    return '';
  }
}
