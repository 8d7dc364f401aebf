import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { redirectTo } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { examineHostile, expectFinding, expectRefused } from '../support/hostile.js';

const password = 'pa55-of-the-test';
const client = {
  credentials: () => Promise.resolve({ kind: 'basic', username: 'user', password, from: '/test/auth.json' } as const),
};

describe('a registry that sends us elsewhere to fish for credentials', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  let thief: FakeRegistry;
  beforeEach(async () => void (thief = await FakeRegistry.start()));
  afterEach(() => thief.close());

  for (const auth of ['basic', 'bearer'] as const) {
    it(`gets none shown after a redirect: ${auth}`, async () => {
      for (const bytes of image.blobs.values()) thief.putBlob(bytes);
      const judged = await examineHostile(image, {
        others: [thief],
        client,
        registry: { auth, users: { user: password } },
        bend: (registry) =>
          registry.on(/GET .*\/blobs\//, (answer, { url }) =>
            answer.status === 200 ? redirectTo(`https://user:pw@${thief.host}${url}`) : answer,
          ),
      });
      expectFinding(judged, 'layers-intact', 'pass', '1 layer');
      expect(thief.requests).not.to.be.empty;
      for (const { headers } of thief.requests) expect(headers).not.to.have.any.keys('authorization', 'cookie');
      expect(JSON.stringify(thief.requests)).not.to.include(password);
    });
  }

  it('gets none shown when the other place asks for them', async () => {
    thief.on(/ /, (answer) => ({
      ...answer,
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="give"' },
      body: Buffer.alloc(0),
    }));
    const judged = await examineHostile(image, {
      others: [thief],
      client,
      registry: { auth: 'basic', users: { user: password } },
      bend: (registry) => registry.on(/GET .*\/blobs\//, (_, { url }) => redirectTo(`${thief.origin}${url}`)),
    });
    expectRefused(judged, 'auth', 'the registry refuses access to the blob');
    for (const { headers } of thief.requests) expect(headers).not.to.have.any.keys('authorization');
  });

  it('does not get them back in an error message', async () => {
    const secret = Buffer.from(`user:${password}`).toString('base64');
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: `you sent ${password} and ${secret}` }] });
    const judged = await examineHostile(image, {
      client,
      registry: { auth: 'basic', users: { user: password } },
      bend: (registry) =>
        registry.on(/GET .*\/blobs\//, (answer) => ({ ...answer, status: 403, body: Buffer.from(body) })),
    });
    expect(judged.error?.kind).to.equal('auth');
    expect(judged.printed).not.to.include(password).and.not.to.include(secret);
  });
});
