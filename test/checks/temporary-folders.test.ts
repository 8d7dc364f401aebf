import { expect } from 'chai';
import { judgeTemporaryFolders } from '../../src/checks/temporary-folders.js';
import { worldWritable } from '../../src/checks/world-writable.js';
import type { TarInput } from '../support/build-tar.js';
import { answer, examinationOf } from './rig.js';

const should = 'it should be mode 1777 and root’s';

describe('judgeTemporaryFolders', () => {
  const cases: readonly (readonly [it: string, entry: TarInput, fault: string | undefined])[] = [
    ['passes mode 1777 of root', { path: 'tmp/', mode: 0o1777 }, undefined],
    ['passes a setgid bit besides', { path: 'tmp/', mode: 0o3777 }, undefined],
    ['passes a link', { path: 'var/tmp', linkname: '/tmp' }, undefined],
    ['fails for one without the sticky bit', { path: 'tmp/', mode: 0o777 }, '/tmp mode 0777'],
    ['fails for one that only root may write', { path: 'var/tmp/', mode: 0o755 }, '/var/tmp mode 0755'],
    [
      'fails for one of another owner',
      { path: 'tmp/', mode: 0o1777, uid: 1001, gid: 5 },
      '/tmp owned by user 1001, of group 5',
    ],
    ['fails for all of it', { path: 'tmp/', mode: 0o700, uid: 7 }, '/tmp mode 0700, owned by user 7'],
    ['fails for a file in its place', { path: 'tmp', body: 'x' }, '/tmp a file'],
  ];
  for (const [title, entry, fault] of cases) {
    it(title, async () => {
      const findings = judgeTemporaryFolders(await examinationOf({ layers: [[entry]] }));
      const expected = fault === undefined ? [] : [`layer 1 (RUN step 1) makes ${fault}; ${should}`];
      expect(findings.map(({ message }) => message)).to.deep.equal(expected);
    });
  }

  it('judges what the highest layer makes of it, and says so before the rest', async () => {
    const layers = [[{ path: 'tmp/', mode: 0o1777 }], [{ path: 'tmp/', mode: 0o755 }]];
    expect(answer(worldWritable, await examinationOf({ layers, baseLayers: 1 }))).to.deep.equal([
      `fail: layer 2 (RUN step 2) makes /tmp mode 0755; ${should}`,
      'pass: no world-writable entry of its own',
    ]);
  });
});
