import { expect } from 'chai';
import type { CredentialSource } from '../../src/registry/credentials.js';
import { withClient } from '../registry/rig.js';
import { failureOf } from '../source/failure.js';
import { FakeRegistry } from '../support/fake-registry.js';

describe('a registry that names the token server of another', () => {
  it('does not get the token that the other one’s password bought', async () => {
    const good = await FakeRegistry.start({ auth: 'bearer', users: { user: 'of-the-good-one' }, expiresIn: 3600 });
    const thief = await FakeRegistry.start({
      auth: 'bearer',
      authority: good.authority,
      realm: `${good.origin}/token`,
    });
    try {
      for (const registry of [good, thief]) registry.putImage('private/app', '1');
      // The same user of the same file, as a developer may have it.
      const credentials: CredentialSource = (registry) =>
        Promise.resolve({
          kind: 'basic',
          username: 'user',
          password: registry === good.host ? 'of-the-good-one' : 'of-the-thief',
          from: '/test/auth.json',
        });
      await withClient(good, { credentials }, async (client) => {
        await client.manifest(good.host, 'private/app', '1');
        await failureOf('auth', () => client.manifest(thief.host, 'private/app', '1'));
      });
      expect(thief.requests.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
      const sent = good.requestsTo(/token/).map(({ headers }) => headers.authorization?.replace('Basic ', '') ?? '');
      expect(sent.map((text) => Buffer.from(text, 'base64').toString())).to.deep.equal([
        'user:of-the-good-one',
        'user:of-the-thief',
      ]);
    } finally {
      await good.close();
      await thief.close();
    }
  });
});
