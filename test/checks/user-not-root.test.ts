import { expect } from 'chai';
import { userNotRoot } from '../../src/checks/user-not-root.js';
import type { TarInput } from '../support/build-tar.js';
import { askRun, runExamination } from './run-rig.js';

const passwd: TarInput = {
  path: 'etc/passwd',
  body: 'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\napp:x:1001:0::/:/bin/sh\napp:x:0:0::/:/bin/sh\n1001:x:0:0::/:\n',
};

describe('user-not-root', () => {
  const cases: readonly (readonly [user: string, answer: string])[] = [
    ['', 'fail: no USER is set: it runs as root'],
    ['0', 'fail: it runs as root (USER 0)'],
    ['00', 'fail: it runs as root (USER 00)'],
    ['+0', 'fail: it runs as root (USER +0)'],
    ['0:1001', 'fail: it runs as root (USER 0:1001)'],
    ['root', 'fail: it runs as root (USER root)'],
    ['root:app', 'fail: it runs as root (USER root:app)'],
    [':app', 'fail: USER :app names no user: it runs as root'],
    ['toor', 'fail: it runs as toor, which is root under another name'],
    ['toor:app', 'fail: it runs as toor, which is root under another name'],
    ['app', 'pass: it runs as app (1001); only a number lets Kubernetes tell that it is not root'],
    ['app:0', 'pass: it runs as app (1001); only a number lets Kubernetes tell that it is not root'],
    ['1001', 'pass: it runs as user 1001'],
    ['1001:0', 'pass: it runs as user 1001'],
    ['65534:65534', 'pass: it runs as user 65534'],
    ['nobody', 'unknown: it runs as nobody, which /etc/passwd does not know'],
    ['-1', 'unknown: USER -1 is no user id: no engine starts it'],
    ['4294967296', 'unknown: USER 4294967296 is no user id: no engine starts it'],
    ['Root', 'unknown: it runs as Root, which /etc/passwd does not know'],
  ];
  for (const [User, answer] of cases) {
    it(`answers for USER ${User || '(none)'}`, async () => {
      expect(await askRun(userNotRoot, { run: { User }, layers: [[passwd]] })).to.deep.equal([answer]);
    });
  }

  it('fails where the config says nothing at all', async () => {
    expect((await askRun(userNotRoot, {}))[0]).to.match(/^fail: no USER/);
  });

  it('does not know a name where the image has no etc/passwd', async () => {
    const none = 'unknown: it runs as app, and the image has no /etc/passwd that says who that is';
    expect(await askRun(userNotRoot, { run: { User: 'app' } })).to.deep.equal([none]);
    const layers: readonly (readonly TarInput[])[] = [[passwd], [{ path: 'etc/.wh.passwd' }]];
    expect(await askRun(userNotRoot, { run: { User: 'app' }, layers })).to.deep.equal([none]);
    const link: TarInput = { path: 'etc/passwd', linkname: '/usr/lib/passwd' };
    expect((await askRun(userNotRoot, { run: { User: 'app' }, layers: [[link]] }))[0]).to.match(/^unknown/);
  });

  it('reads the etc/passwd of the highest layer', async () => {
    const layers = [[passwd], [{ path: 'etc/passwd', body: 'app:x:0:0::/:/bin/sh\n' }]];
    expect((await askRun(userNotRoot, { run: { User: 'app' }, layers }))[0]).to.match(/^fail: it runs as app, which/);
  });

  it('points at the config, and at the line of accounts', async () => {
    const examination = await runExamination({ run: { User: 'toor' }, layers: [[passwd]] });
    const [finding] = userNotRoot.evaluate(examination);
    expect(finding.evidence).to.deep.equal([
      { type: 'document', digest: examination.image.manifest.config.digest, field: 'config.User' },
      {
        type: 'file',
        path: '/etc/passwd',
        layer: examination.image.layers[0]?.descriptor.digest,
        instruction: 'RUN step 1',
      },
    ]);
  });
});
