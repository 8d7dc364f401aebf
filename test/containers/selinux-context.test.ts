import { expect } from 'chai';
import { isProcessType, isUnconfinedType, parseSelinuxContext } from '../../src/containers/selinux-context.js';

describe('containers/selinux-context', () => {
  const good: readonly (readonly [text: string, type: string, level: string])[] = [
    ['system_u:object_r:bin_t:s0', 'bin_t', 's0'],
    ['system_u:object_r:bin_t:s0\0', 'bin_t', 's0'],
    ['unconfined_u:object_r:container_file_t:s0:c1,c2', 'container_file_t', 's0:c1,c2'],
    ['system_u:system_r:spc_t:s0-s0:c0.c1023', 'spc_t', 's0-s0:c0.c1023'],
    ['user_u:object_r:user_home_t', 'user_home_t', ''],
  ];
  for (const [text, type, level] of good) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(parseSelinuxContext(text)).to.deep.include({ type, level });
    });
  }
  for (const text of [
    '',
    'bin_t',
    'a:b',
    'a:b:c:d',
    'a:b:c:s0:c1 c2',
    'a:b:\u001b[2J:s0',
    'a::c:s0',
    `a:b:${'c'.repeat(200)}:s0`,
  ]) {
    it(`takes ${JSON.stringify(text).slice(0, 40)} for none`, () => {
      expect(parseSelinuxContext(text)).to.equal(undefined);
    });
  }

  it('knows the types that nothing confines', () => {
    for (const type of ['spc_t', 'unconfined_t', 'container_runtime_t']) expect(isUnconfinedType(type)).to.equal(true);
    for (const type of ['container_t', 'svirt_lxc_net_t', 'container_file_t', 'my_app.process'])
      expect(isUnconfinedType(type)).to.equal(false);
  });

  it('knows the types of processes, confined or not', () => {
    for (const type of ['spc_t', 'initrc_t', 'container_t', 'svirt_lxc_net_t'])
      expect(isProcessType(type)).to.equal(true);
    for (const type of ['container_file_t', 'bin_t', 'container_runtime_exec_t', ''])
      expect(isProcessType(type)).to.equal(false);
  });
});
