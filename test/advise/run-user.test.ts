import { expect } from 'chai';
import { resolveRunUser } from '../../src/advise/run-user.js';

const users = { path: 'etc/passwd', names: ['root', 'app', 'toor', 'app'], ids: [0, 1001, 0, 7] };

describe('resolveRunUser', () => {
  const cases: readonly (readonly [text: string, kind: string, uid: number | undefined, more?: object])[] = [
    ['', 'root', 0],
    ['0', 'root', 0],
    ['root', 'root', 0, { named: true }],
    ['toor', 'root', 0, { named: true }],
    ['1001', 'other', 1001],
    ['1001:0', 'other', 1001, { gid: 0 }],
    ['+5', 'other', 5],
    ['app', 'other', 1001, { named: true }],
    ['app:staff', 'other', 1001, { named: true, groupName: 'staff' }],
    ['nobody', 'unknown', undefined, { named: true }],
    ['-1', 'unknown', undefined],
    ['4294967296', 'unknown', undefined],
  ];
  for (const [text, kind, uid, more] of cases) {
    it(`takes USER ${text || '(none)'} for ${kind}`, () => {
      const found = resolveRunUser(text, users);
      expect(found).to.deep.equal({ kind, named: false, ...(uid === undefined ? {} : { uid }), ...more });
    });
  }
});
