import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { defaultLookaside, loadRegistriesD, loadTrustPolicy } from '../../src/signature/policy-files.js';
import { failureOf } from '../source/failure.js';
import { inFolder } from '../support/hostile.js';

const accept = '{"default":[{"type":"insecureAcceptAnything"}]}';
const reject = '{"default":[{"type":"reject"}]}';

function put(folder: string, path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('loadTrustPolicy', () => {
  it('takes the user’s file before the system’s, and the system’s before the distribution’s', () =>
    inFolder(async (folder) => {
      const [home, system] = [join(folder, 'home'), join(folder, 'system')];
      const load = () => loadTrustPolicy({ HOME: home }, { systemDir: system });
      expect(await load()).to.equal(undefined);
      const shared = put(system, 'usr/share/containers/policy.json', accept);
      expect((await load())?.path).to.equal(shared);
      const etc = put(system, 'etc/containers/policy.json', reject);
      expect((await load())?.path).to.equal(etc);
      const own = put(home, '.config/containers/policy.json', accept);
      expect((await load())?.path).to.equal(own);
      expect((await load())?.default).to.deep.equal([{ type: 'insecureAcceptAnything' }]);
    }));

  it('refuses a named file that is not there, and one that is wrong, naming it', () =>
    inFolder(async (folder) => {
      const absent = await failureOf('usage', () => loadTrustPolicy({}, { file: join(folder, 'none.json') }));
      expect(absent.subject).to.equal(join(folder, 'none.json'));
      const file = put(folder, 'policy.json', '{"default":[]}');
      expect((await failureOf('usage', () => loadTrustPolicy({}, { file }))).subject).to.include(file);
    }));
});

describe('loadRegistriesD', () => {
  it('reads the *.yaml files of the user’s folder instead of the system’s', () =>
    inFolder(async (folder) => {
      const [home, system] = [join(folder, 'home'), join(folder, 'system')];
      put(system, 'etc/containers/registries.d/a.yaml', 'docker:\n  a.test:\n    lookaside: https://a.test/s\n');
      put(system, 'etc/containers/registries.d/b.notyaml', ': : :');
      const load = () => loadRegistriesD({ HOME: home }, { systemDir: system });
      expect([...(await load()).docker.keys()]).to.deep.equal(['a.test']);
      put(home, '.config/containers/registries.d/c.yaml', 'docker:\n  c.test:\n    lookaside: https://c.test/s\n');
      expect([...(await load()).docker.keys()]).to.deep.equal(['c.test']);
    }));

  it('refuses a named folder that is not there', async () => {
    const error = await failureOf('usage', () => loadRegistriesD({}, { directory: '/nowhere/at/all' }));
    expect(error.subject).to.equal('/nowhere/at/all');
  });
});

describe('defaultLookaside', () => {
  it('is containers/image’s: the system’s for root, the user’s for others', () => {
    expect(defaultLookaside({ HOME: '/h' }, true)).to.equal('file:///var/lib/containers/sigstore');
    expect(defaultLookaside({ HOME: '/h' }, false)).to.equal('file:///h/.local/share/containers/sigstore');
  });
});
