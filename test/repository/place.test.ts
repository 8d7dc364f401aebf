import { expect } from 'chai';
import { WebClient } from '../../src/registry/web.js';
import { openPlace } from '../../src/repository/place.js';
import type { RepomdFile } from '../../src/repodata/repomd.js';
import { failureOf } from '../source/failure.js';

const file: RepomdFile = { type: 'primary', href: 'p.xml', checksum: { algorithm: 'sha256', hex: '0'.repeat(64) } };

describe('openPlace', () => {
  const web = new WebClient();
  after(() => web.close());

  const places: readonly [location: string, kind: string, shown: string][] = [
    ['some/folder', 'directory', 'some/folder'],
    ['https://mirror.invalid/os', 'https', 'https://mirror.invalid/os/'],
    ['https://mirror.invalid/os/', 'https', 'https://mirror.invalid/os/'],
    ['HTTP://Mirror.invalid:8080/', 'http', 'http://mirror.invalid:8080/'],
  ];
  for (const [location, kind, shown] of places) {
    it(`takes ${location} for ${kind}`, () => expect(openPlace(location, web)).to.include({ kind, location: shown }));
  }

  const refused: readonly [location: string, message: RegExp][] = [
    ['ftp://mirror.invalid/', /not an http or https URL/],
    ['file:///srv/repo', /not an http or https URL/],
    ['https://user:pa55@mirror.invalid/', /a user and password in a URL are not taken/],
    ['https://mirror.invalid/?token=pa55', /has no query/],
    ['https://mirror.invalid/#pa55', /no fragment/],
    ['https://', /not a valid URL/],
  ];
  for (const [location, message] of refused) {
    it(`refuses ${location}`, async () => {
      const error = await failureOf('usage', async () => openPlace(location, web));
      expect(error.message).to.match(message);
      expect(`${error.message} ${error.subject} ${error.hint}`).to.not.match(/pa55/);
    });
  }

  it('does not go to the network when offline', async () => {
    await failureOf('usage', async () => openPlace('https://mirror.invalid/', undefined));
  });

  it('is not led from https to plain http', async () => {
    const place = openPlace('https://mirror.invalid/', web);
    const error = await failureOf('tls', async () => place.stream({ ...file, base: 'http://x.invalid/' }, 100));
    expect(error.message).to.equal('repomd.xml leads from https to plain http, to x.invalid');
  });
});
