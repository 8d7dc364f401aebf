import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import type { RegistryClient, RegistryOptions } from '../../src/registry/client.js';
import { failureOf } from '../source/failure.js';
import { answerOf, redirectTo } from '../support/fake-answer.js';
import { FakeRegistry, type FakeRegistryOptions } from '../support/fake-registry.js';
import { credential, password, withClient } from './rig.js';

const digest = digestOf(Buffer.from('a manifest'));
const extension = /^GET \/extensions\/v2\//;
const version = /^GET \/v2\/$/;

interface Entry {
  readonly schemaVersion?: unknown;
  readonly name?: string;
  readonly type?: unknown;
  readonly content?: unknown;
}

function entry(content: string, more: Entry = {}): Entry {
  return {
    schemaVersion: 2,
    name: `${digest}@0001`,
    type: 'atomic',
    content: Buffer.from(content).toString('base64'),
    ...more,
  };
}

describe('registry/signature-extension', () => {
  let registry: FakeRegistry;
  const started: FakeRegistry[] = [];
  afterEach(async () => {
    for (const one of started.splice(0)) await one.close();
  });

  /** One that keeps these signatures, or says what is given. */
  async function start(content: readonly Entry[] | string, options: FakeRegistryOptions = {}): Promise<void> {
    registry = await FakeRegistry.start({ users: { user: password }, ...options });
    started.push(registry);
    registry.on(version, (answer) => ({
      ...answer,
      headers: { ...answer.headers, 'x-registry-supports-signatures': '1' },
    }));
    const body = typeof content === 'string' ? content : JSON.stringify({ signatures: content });
    registry.on(extension, () => answerOf(200, { 'content-type': 'application/json' }, body));
  }

  const ask = <T>(work: (client: RegistryClient) => Promise<T>, options: RegistryOptions = {}): Promise<T> =>
    withClient(registry, options, work);
  const read = async (options?: RegistryOptions): Promise<readonly string[] | undefined> =>
    (await ask((client) => client.signatures(registry.host, 'team/app', digest), options))?.map((bytes) =>
      Buffer.from(bytes).toString(),
    );

  it('reads the signatures that the registry keeps for a manifest, in their order', async () => {
    await start([entry('first'), entry('second')]);
    expect(await read()).to.deep.equal(['first', 'second']);
    expect(registry.requests.map(({ url }) => url)).to.deep.equal([
      '/v2/',
      `/extensions/v2/team/app/signatures/${digest}`,
    ]);
  });

  it('leaves aside other schema versions and types', async () => {
    await start([entry('v1', { schemaVersion: 1 }), entry('notary', { type: 'notary' }), entry('good')]);
    expect(await read()).to.deep.equal(['good']);
  });

  for (const [what, header] of [
    ['says nothing of it', undefined],
    ['says no', '0'],
    ['says something else', 'true'],
  ] as const) {
    it(`does not ask a registry that ${what}`, async () => {
      await start([entry('x')]);
      registry.on(version, () =>
        answerOf(200, header === undefined ? {} : { 'x-registry-supports-signatures': header }, ''),
      );
      expect(await read()).to.equal(undefined);
      expect(registry.requestsTo(extension)).to.have.length(0);
    });
  }

  it('does not take the word of another host that the question is redirected to', async () => {
    await start([entry('x')]);
    const { host } = registry;
    const first = await FakeRegistry.start({ authority: registry.authority });
    started.push(first);
    first.on(version, () => redirectTo(`https://${host}/v2/`));
    registry = first;
    expect(await read()).to.equal(undefined);
  });

  it('hears it from a challenge too, and authorizes for the signatures', async () => {
    await start([entry('x')], { auth: 'basic' });
    registry.on(version, (answer) => ({
      ...answer,
      status: 401,
      headers: { ...answer.headers, 'www-authenticate': 'Basic realm="x"' },
    }));
    registry.on(extension, (_, { headers }) =>
      headers.authorization ? undefined : answerOf(401, { 'www-authenticate': 'Basic realm="x"' }, ''),
    );
    expect(await read({ credentials: credential() })).to.deep.equal(['x']);
    expect(registry.requestsTo(version)[0]?.headers.authorization).to.equal(undefined);
  });

  it('has none where the registry has none', async () => {
    await start([]);
    expect(await read()).to.deep.equal([]);
    registry.on(extension, () => answerOf(404, {}, ''));
    expect(await read()).to.deep.equal([]);
  });

  it('asks a registry only once whether it can, however many manifests there are', async () => {
    await start([entry('x')]);
    await ask(async (client) => {
      await Promise.all([1, 2, 3].map(() => client.signatures(registry.host, 'team/app', digest)));
      await client.signatures(registry.host, 'team/other', digest);
    });
    expect(registry.requestsTo(version)).to.have.length(1);
    expect(registry.requestsTo(extension)).to.have.length(4);
  });

  it('asks again after a failure, which is no answer', async () => {
    await start([entry('x')]);
    registry.on(version, () => answerOf(503, {}, ''), 4);
    await ask(async (client) => {
      await failureOf('network', () => client.signatures(registry.host, 'team/app', digest));
      expect(await client.signatures(registry.host, 'team/app', digest)).to.have.length(1);
    });
  });

  for (const [status, kind] of [
    [401, 'auth'],
    [403, 'auth'],
    [500, 'network'],
    [400, 'unsupported'],
  ] as const) {
    it(`fails with ${kind} when the registry answers ${status} for the signatures, which is not "none"`, async () => {
      await start([]);
      registry.on(extension, () => answerOf(status, {}, ''));
      await failureOf(kind, () => read());
    });
  }

  const refused: readonly [string, readonly Entry[] | string][] = [
    ['no JSON', '{"signatures":'],
    ['no object', '[]'],
    ['a member twice', '{"signatures":[],"signatures":[]}'],
    ['signatures that are no list', '{"signatures":{}}'],
    ['an entry that is no object', '{"signatures":[1]}'],
    ['an entry without a schema version', [entry('x', { schemaVersion: undefined })]],
    ['a schema version in words', [entry('x', { schemaVersion: '2' })]],
    ['an entry without a type', [entry('x', { type: undefined })]],
    ['an entry without content', [entry('x', { content: undefined })]],
    ['empty content', [entry('')]],
    ['content that is not base64', [entry('x', { content: 'a-_b' })]],
    ['base64 without its padding', [entry('x', { content: 'eHg' })]],
    ['more than 128 entries', Array.from({ length: 129 }, () => entry('x'))],
  ];
  for (const [what, content] of refused) {
    it(`refuses ${what}`, async () => {
      await start(content);
      await failureOf('hostile', () => read());
    });
  }
});
