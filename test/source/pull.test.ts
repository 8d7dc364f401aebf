import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseRegistriesConf, type RegistriesConf } from '../../src/containers/registries-conf.js';
import { ImgcheckError } from '../../src/core/error.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import { RegistryClient } from '../../src/registry/client.js';
import { askInOrder, placesOf, type Place } from '../../src/source/pull.js';
import { trusting, withClient } from '../registry/rig.js';
import { issueCertificate, makeAuthority } from '../support/certificate.js';
import { startConnectProxy } from '../support/connect-proxy.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { needShared } from '../support/shared.js';
import { failureOf } from './failure.js';

const image = parseRegistryReference('registry.test/team/app:1');
const conf = (text: string): Promise<RegistriesConf> => parseRegistriesConf(text, 'registries.conf');
const mirrored = (...mirrors: readonly string[]): Promise<RegistriesConf> =>
  conf(
    ['[[registry]]', 'prefix = "registry.test"', 'location = "origin.test/all"']
      .concat(mirrors.map((location) => `[[registry.mirror]]\nlocation = "${location}"`))
      .join('\n'),
  );

/** Answers by host: an error is thrown, anything else is the value. */
function answers(by: Readonly<Record<string, unknown>>, asked: string[] = []): (place: Place) => Promise<unknown> {
  return (place) => {
    asked.push(`${place.registry}/${place.repository}`);
    const answer = by[place.registry];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

describe('source/pull', () => {
  const client = new RegistryClient();

  it('asks the name itself where there is no registries.conf, or nothing in it about the name', async () => {
    for (const registries of [undefined, await conf('')]) {
      const { value, place, notes } = await askInOrder(image, { client, registries }, answers({ 'registry.test': 7 }));
      expect([value, notes]).to.deep.equal([7, []]);
      expect(place).to.include({ registry: 'registry.test', repository: 'team/app', insecure: false, mirror: false });
    }
  });

  it('asks the mirrors in their order and the registry last, and says where it was read from', async () => {
    const asked: string[] = [];
    const missing = new ImgcheckError('missing', 'no such manifest');
    const by = { 'one.test': new ImgcheckError('network', 'refused'), 'two.test': missing, 'origin.test': 'found' };
    const settings = { client: new RegistryClient(), registries: await mirrored('one.test', 'two.test/m') };
    const { value, place, notes } = await askInOrder(image, settings, answers(by, asked));
    expect(asked).to.deep.equal(['one.test/team/app', 'two.test/m/team/app', 'origin.test/all/team/app']);
    expect([value, place.mirror, place.via]).to.deep.equal(['found', false, 'registry.test']);
    expect(notes).to.deep.equal([
      'the mirror one.test/team/app was passed over: network: refused',
      'the mirror two.test/m/team/app was passed over: missing: no such manifest',
      'registry.test/team/app was read from origin.test/all/team/app, as registries.conf (prefix registry.test) says',
    ]);
  });

  it('says loudly that a mirror gave other bytes', async () => {
    const by = { 'one.test': new ImgcheckError('integrity', 'digest mismatch: ...'), 'two.test': 1 };
    const settings = { client: new RegistryClient(), registries: await mirrored('one.test', 'two.test') };
    expect((await askInOrder(image, settings, answers(by))).notes).to.deep.equal([
      'the mirror one.test/team/app gave other bytes than were asked for and was passed over: digest mismatch: ...',
      'registry.test/team/app was read from the mirror two.test/team/app, as registries.conf (prefix registry.test) says',
    ]);
  });

  it('throws the error of the registry itself, with what each mirror said and where the name leads', async () => {
    const own = new ImgcheckError('auth', 'no entry', { subject: 'https://origin.test/', hint: 'log in' });
    const by = { 'one.test': new ImgcheckError('tls', 'expired'), 'origin.test': own };
    const settings = { client: new RegistryClient(), registries: await mirrored('one.test') };
    const error = await failureOf('auth', () => askInOrder(image, settings, answers(by)));
    expect(error).to.include({ message: 'no entry', subject: 'https://origin.test/', cause: own });
    expect(error.hint).to.equal(
      'log in; registries.conf (prefix registry.test) leads to origin.test/all/team/app; ' +
        'the mirror one.test/team/app was passed over: tls: expired',
    );
  });

  for (const kind of ['hostile', 'usage'] as const) {
    it(`stops at a mirror that fails with ${kind}`, async () => {
      const by = { 'one.test': new ImgcheckError(kind, 'no'), 'origin.test': 'found' };
      const settings = { client: new RegistryClient(), registries: await mirrored('one.test') };
      await failureOf(kind, () => askInOrder(image, settings, answers(by)));
    });
  }

  it('waits for an unreachable mirror once in a run, but asks one that lacked something again', async () => {
    const asked: string[] = [];
    const by = {
      'one.test': new ImgcheckError('network', 'refused'),
      'two.test': new ImgcheckError('missing', 'none'),
      'origin.test': 'found',
    };
    const settings = { client: new RegistryClient(), registries: await mirrored('one.test', 'two.test') };
    await askInOrder(image, settings, answers(by, asked));
    const again = await askInOrder(image, settings, answers(by, asked));
    expect(asked.filter((name) => name.startsWith('one.'))).to.have.length(1);
    expect(asked.filter((name) => name.startsWith('two.'))).to.have.length(2);
    expect(again.notes[0]).to.equal('the mirror one.test/team/app was passed over: network: refused');
  });

  it('takes another client for an insecure place, and for that alone', async () => {
    const registries = await conf(
      '[[registry]]\nlocation = "registry.test"\n[[registry.mirror]]\nlocation = "m.test"\ninsecure = true',
    );
    const [mirror, primary] = placesOf(image, { client, registries });
    expect([mirror?.insecure, mirror?.client === client.insecure]).to.deep.equal([true, true]);
    expect([primary?.insecure, primary?.client === client]).to.deep.equal([false, true]);
  });

  it('refuses a blocked registry with the prefix that blocks it', async () => {
    const registries = await conf('[[registry]]\nprefix = "registry.test/team"\nlocation = "x.test"\nblocked = true');
    const error = await failureOf('usage', () => askInOrder(image, { client, registries }, answers({})));
    expect(error.hint).to.include('registry.test/team');
  });

  it('leads every sub-domain of a wildcard to one place, the path kept', async () => {
    const registries = await conf('[[registry]]\nprefix = "*.test"\nlocation = "lake.example/all"');
    const [place] = placesOf(image, { client, registries });
    expect(place).to.include({ registry: 'lake.example', repository: 'all/team/app', via: '*.test' });
  });

  for (const [kind, hinted] of [
    ['network', true],
    ['missing', false],
  ] as const) {
    it(`${hinted ? 'says' : 'need not say'} where registry.redhat.com went when its place fails with ${kind}`, async () => {
      const registries = await conf('[[registry]]\nprefix = "registry.redhat.com"\nlocation = "dead.test/rh"');
      const by = { 'dead.test': new ImgcheckError(kind, 'no', { hint: 'first' }) };
      const name = parseRegistryReference('registry.redhat.com/rhel7');
      const error = await failureOf(kind, () => askInOrder(name, { client, registries }, answers(by)));
      expect(error.hint).to.match(/^first; .*leads to dead.test\/rh\/rhel7$/);
      expect(error.hint?.includes("in none of Red Hat's current lists: use registry.access.redhat.com")).to.equal(
        hinted,
      );
    });
  }

  describe('by the configuration of containers/image', () => {
    interface Case {
      readonly prefix: string;
      readonly digest: readonly string[];
      readonly tag: readonly string[];
    }

    it('asks the very places in the very order, and only the insecure one unverified', async function () {
      const root = needShared(this, 'data/containers-image-fixtures');
      const { pullSources } = JSON.parse(readFileSync(`${root}/expected/registries-conf-files.json`, 'utf8')) as {
        pullSources: { file: string; cases: readonly Case[] };
      };
      const file = `${root}/${pullSources.file}`;
      const registries = await parseRegistriesConf(readFileSync(file, 'utf8'), file);
      const all = pullSources.cases.flatMap(({ digest, tag }) => [...digest, ...tag]);
      const hostOf = (place: string): string => place.replace(/[ /].*$/, '');
      const insecure = new Set(all.filter((place) => place.endsWith(' (insecure)')).map(hostOf));
      const names = [...new Set(all.map(hostOf))].filter((host) => !insecure.has(host));
      const trusted = makeAuthority('trusted');
      const good = await FakeRegistry.start({ authority: trusted, certificate: issueCertificate(trusted, { names }) });
      const bad = await FakeRegistry.start();
      const portOf = ({ host }: FakeRegistry): number => Number(host.split(':')[1]);
      const proxy = await startConnectProxy((host) => portOf(insecure.has(host) ? bad : good));
      try {
        for (const { prefix, digest, tag } of pullSources.cases) {
          for (const [suffix, places] of [
            [':1', tag],
            [`@sha256:${'a'.repeat(64)}`, digest],
          ] as const) {
            for (const fake of [good, bad]) fake.requests.length = 0;
            const order: string[] = [];
            const options = { certificates: trusting(good), env: { https_proxy: proxy.url } };
            await withClient([], options, async (one) => {
              const name = parseRegistryReference(`${prefix}/app${suffix}`);
              await failureOf('missing', () =>
                askInOrder(name, { client: one, registries }, (place) => {
                  order.push(`${place.registry}/${place.repository}${place.insecure ? ' (insecure)' : ''}`);
                  return place.client.manifest(place.registry, place.repository, name.digest ?? name.tag ?? '');
                }),
              );
            });
            const expected = places.map((place) => place.replace(/( \(insecure\))?$/, '/app$1'));
            expect(order, `${prefix}${suffix}`).to.deep.equal(expected);
            const seen = [...good.requests, ...bad.requests].map(({ headers, url }) => `${headers.host}${url}`);
            const urls = expected.map((place) =>
              place.replace(/ .*/, '').replace(/^([^/]+)\/(.*)$/, `$1/v2/$2/manifests/${suffix.slice(1)}`),
            );
            expect(seen, `${prefix}${suffix}`).to.have.members(urls);
            expect(bad.requests).to.have.length(expected.filter((place) => place.endsWith(')')).length);
          }
        }
        expect(pullSources.cases.length).to.be.greaterThan(5);
      } finally {
        await proxy.close();
        await good.close();
        await bad.close();
      }
    });
  });
});
