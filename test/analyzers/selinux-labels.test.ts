import { expect } from 'chai';
import { selinuxLabels, type SelinuxLabel } from '../../src/analyzers/selinux-labels.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

async function labelsOf(entries: readonly TarInput[]): Promise<readonly SelinuxLabel[]> {
  return factsOf(await walked(entries), selinuxLabels);
}

function labelled(label: string | Uint8Array, path = 'a'): TarInput {
  return { path, body: 'x', xattrs: { 'security.selinux': label } };
}

describe('analyzers/selinux-labels', () => {
  const cases: readonly (readonly [label: string, fault: string])[] = [
    ['system_u:object_r:container_file_t:s0:c12,c345', 'categories'],
    ['system_u:object_r:svirt_sandbox_file_t:s0:c7', 'categories'],
    ['system_u:object_r:container_file_t:s0-s0:c1.c5', 'categories'],
    ['system_u:system_r:spc_t:s0', 'process'],
    ['unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023', 'process'],
    ['system_u:object_r:container_t:s0', 'process'],
    ['bin_t', 'malformed'],
    ['', 'none'],
    ['a:b:c:d', 'malformed'],
    ['system_u:object_r:bin_t:s0', 'none'],
    ['system_u:object_r:bin_t:s0\0', 'none'],
    ['system_u:object_r:shadow_t:s0', 'none'],
    ['unconfined_u:object_r:mnt_t:s0', 'none'],
    ['system_u:object_r:container_file_t:s0', 'none'],
    ['system_u:object_r:container_runtime_exec_t:s0', 'none'],
    ['system_u:object_r:default_t:s0-s0:c0.c1023', 'none'],
    ['system_u:object_r:usr_t', 'none'],
  ];
  for (const [label, fault] of cases) {
    it(`finds ${fault} of the faults in ${JSON.stringify(label)}`, async () => {
      const found = await labelsOf([labelled(label)]);
      expect(found.map((one) => one.fault)).to.deep.equal(fault === 'none' ? [] : [fault]);
    });
  }

  it('finds nothing in files without labels, and in other attributes', async () => {
    expect(
      await labelsOf([
        { path: 'a', body: 'x' },
        { path: 'b', xattrs: { 'user.label': 'spc_t' } },
      ]),
    ).to.deep.equal([]);
  });

  it('keeps as much of a label as fits into a line', async () => {
    const [found] = await labelsOf([labelled('x'.repeat(100_000))]);
    expect(found?.label.length).to.equal(120);
  });

  it('forgets what a later entry of the layer replaced', async () => {
    expect(await labelsOf([labelled('spc_t'), { path: 'a', body: 'y' }])).to.deep.equal([]);
  });

  it('lists a thousand, and counts the rest', async () => {
    const found = await labelsOf(Array.from({ length: 1203 }, (_, i) => labelled('spc_t', `f${i}`)));
    expect(found).to.have.length(1001);
    expect(found.at(-1)).to.deep.include({ path: '', unlisted: 203 });
  });

  for (const name of rootfsNames()) {
    it(`finds nothing odd in ${name}, labelled or not`, async () => {
      expect(factsOf(await walkedRootfs(name), selinuxLabels)).to.deep.equal([]);
    });
  }
});
