import { expect } from 'chai';
import { parseRegistriesConf } from '../../src/containers/registries-conf.js';
import { parseReference } from '../../src/oci/reference.js';
import { openSource } from '../../src/source/transports.js';
import { withClient } from '../registry/rig.js';
import { drain, failureOf } from '../source/failure.js';
import { redirectTo, type Answer } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';

describe('a mirror that lies', () => {
  let mirror: FakeRegistry;
  let primary: FakeRegistry;
  beforeEach(async () => {
    mirror = await FakeRegistry.start();
    primary = await FakeRegistry.start({ authority: mirror.authority });
    for (const registry of [mirror, primary]) registry.putImage('app', '1', [Buffer.from('layer')]);
  });
  afterEach(async () => {
    await mirror.close();
    await primary.close();
  });

  async function ask<T>(
    name: string,
    work: (source: Awaited<ReturnType<typeof openSource>>) => Promise<T>,
  ): Promise<T> {
    const registries = await parseRegistriesConf(
      `[[registry]]\nprefix = "registry.test"\nlocation = "${primary.host}"\n[[registry.mirror]]\nlocation = "${mirror.host}"`,
      'registries.conf',
    );
    return withClient(mirror, {}, async (client) =>
      work(await openSource(parseReference(`registry.test/${name}`), { client, registries })),
    );
  }

  const other = `sha256:${'0'.repeat(64)}`;
  const lies: readonly [string, (answer: Answer) => Partial<Answer>][] = [
    ['gives other bytes', () => ({ headers: {}, body: Buffer.from('{"schemaVersion":2}') })],
    [
      'names another digest in its header',
      ({ headers }) => ({ headers: { ...headers, 'docker-content-digest': other } }),
    ],
    ['sends what is asked for elsewhere, by plain HTTP', () => redirectTo('http://elsewhere.test/v2/app')],
    ['goes round in circles', () => redirectTo('/v2/app/manifests/1')],
  ];
  for (const [what, lie] of lies) {
    it(`is passed over and named when it ${what}`, async () => {
      mirror.on(/manifests/, (answer) => ({ ...answer, ...lie(answer) }));
      await ask('app:1', async (source) => {
        // By tag nobody knows what it should be: only the registry's own digest in the header gives it away.
        if (what === 'gives other bytes') return;
        await source.resolve();
        expect(source.location()?.registry).to.equal(primary.host);
        expect(source.notes()[0]).to.include(`the mirror ${mirror.host}/app `).and.include('was passed over');
      });
      const { digest } = primary.putImage('app', '1', [Buffer.from('layer')]);
      await ask(`app@${digest}`, async (source) => {
        expect((await source.resolve()).descriptor.digest).to.equal(digest);
        expect(source.location()?.registry).to.equal(primary.host);
      });
    });
  }

  it('cannot lie about a layer once it has given the manifest: it is refused, not looked for elsewhere', async () => {
    mirror.on(/blobs/, (answer) => ({ ...answer, body: Buffer.from('xayer') }));
    await ask('app:1', async (source) => {
      const { bytes } = await source.resolve();
      const { layers } = JSON.parse(Buffer.from(bytes).toString()) as { layers: Parameters<typeof source.fetch>[0][] };
      const [layer] = layers;
      expect(layer).to.not.equal(undefined);
      if (layer) await failureOf('integrity', () => drain(source.fetch(layer)));
    });
    expect(primary.requests).to.have.length(0);
  });
});
