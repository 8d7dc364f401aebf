import { ImgcheckError } from '../core/error.js';
import type { Redirect } from './evidence.js';
import { hostAndPort, type Layer } from './http.js';
import { redactUrl } from './redact.js';

const statuses = [301, 302, 303, 307, 308];
const hops = 5;
/** What belongs to one origin and must not be shown to another. */
const bound = ['authorization', 'cookie', 'proxy-authorization'];

/**
 * Follows redirects of GET and HEAD by hand, at most five. Credentials stay with the origin they were meant for
 * (CVE-2020-15157), and TLS is never given up on the way. What leads to another origin is noted, and so is what is refused.
 * @throws ImgcheckError tls for a redirect from https to http, network for one too many, hostile for another scheme
 */
export function followRedirects(note: (redirect: Redirect) => void): Layer {
  return (send) => async (first) => {
    let request = first;
    for (let hop = 0; ; hop += 1) {
      const response = await send(request);
      const location = response.header('location');
      if (!statuses.includes(response.status) || location === undefined || request.method === 'POST') return response;
      await response.discard();
      const subject = redactUrl(response.url);
      if (hop === hops) throw new ImgcheckError('network', `redirected more than ${hops} times`, { subject });
      if (!URL.canParse(location, response.url.href)) {
        throw new ImgcheckError('hostile', 'redirected to what is not a URL', { subject });
      }
      const url = new URL(location, response.url);
      if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw new ImgcheckError('hostile', `redirected to another scheme, ${url.protocol}`, { subject });
      }
      const leaves = url.origin !== response.url.origin;
      const redirect = {
        from: hostAndPort(response.url),
        to: hostAndPort(url),
        credentialsWithheld: leaves && hasCredentials(request.headers),
      };
      if (response.url.protocol === 'https:' && url.protocol === 'http:') {
        note({ ...redirect, refused: true });
        throw new ImgcheckError('tls', `redirected from https to plain http, to ${redactUrl(url)}`, { subject });
      }
      url.username = '';
      url.password = '';
      if (leaves) note(redirect);
      request = { ...request, url, headers: leaves ? withoutCredentials(request.headers) : request.headers };
    }
  };
}

function hasCredentials(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => bound.includes(name.toLowerCase()));
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !bound.includes(name.toLowerCase())));
}
