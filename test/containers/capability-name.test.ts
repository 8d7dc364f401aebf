import { expect } from 'chai';
import { capabilityName, isHostCapability } from '../../src/containers/capability-name.js';

describe('containers/capability-name', () => {
  it('reads a name however it is written', () => {
    for (const text of ['SYS_ADMIN', 'sys_admin', 'CAP_SYS_ADMIN', ' cap_sys_admin'])
      expect(capabilityName(text)).to.equal('SYS_ADMIN');
  });

  it('tells those that open the host from others', () => {
    for (const name of ['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_PTRACE']) expect(isHostCapability(name)).to.equal(true);
    for (const name of ['NET_ADMIN', 'SYS_TIME', 'CHOWN', '', 'SYS_ADMINISTRATOR'])
      expect(isHostCapability(name)).to.equal(false);
  });
});
