import { expect } from 'chai';
import { allowsCall } from '../../src/containers/seccomp-action.js';

describe('containers/seccomp-action', () => {
  it('tells actions that let a call through from those that stop it', () => {
    for (const action of ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG']) expect(allowsCall(action)).to.equal(true);
    for (const action of ['SCMP_ACT_ERRNO', 'SCMP_ACT_KILL', 'SCMP_ACT_TRACE', 'SCMP_ACT_NOTIFY', 'scmp_act_allow', ''])
      expect(allowsCall(action)).to.equal(false);
  });
});
