import { expect } from 'chai';
import { selinuxLabels } from '../../src/checks/selinux-labels.js';
import type { TarInput } from '../support/build-tar.js';
import { askRun, runExamination } from './run-rig.js';

const ask = async (options: string): Promise<string[]> =>
  askRun(selinuxLabels, { labels: { run: `docker run ${options} IMAGE` } });

const kept = 'pass: no label turns SELinux off, and no file brings an odd one';

function labelled(path: string, label: string): TarInput {
  return { path, body: 'x', xattrs: { 'security.selinux': label } };
}

describe('selinux-labels', () => {
  const off = 'a container that SELinux does not keep apart (label=disable)';
  const asked: readonly (readonly [options: string, words: string])[] = [
    ['--security-opt label=disable', off],
    ['--security-opt label:disable', off],
    ['--security-opt=label:disable', off],
    ['--security-opt label=type:spc_t', 'the type spc_t, which SELinux does not confine'],
    ['--security-opt label:type:unconfined_t', 'the type unconfined_t, which SELinux does not confine'],
    ['--security-opt label=type:container_runtime_t', 'the type container_runtime_t, which SELinux does not confine'],
  ];
  for (const [options, words] of asked) {
    it(`fails for ${options}`, async () => {
      expect(await ask(options)).to.deep.equal([`fail: the label run asks for ${words}`]);
    });
  }

  for (const options of [
    '',
    '--security-opt label=type:svirt_apache_t',
    '--security-opt label=level:s0:c1,c2',
    '--label label=disable',
  ]) {
    it(`passes ${options || 'no options'}`, async () => {
      expect(await ask(options)).to.deep.equal([kept]);
    });
  }

  it('fails for odd labels of files, layer by layer and fault by fault', async () => {
    const layers = [
      [labelled('a', 'system_u:object_r:container_file_t:s0:c1,c2'), labelled('b', 'system_u:object_r:bin_t:s0')],
      [
        labelled('c', 'spc_t'),
        labelled('d', 'system_u:system_r:spc_t:s0'),
        labelled('e', 'system_u:system_r:spc_t:s0'),
      ],
    ];
    expect(await askRun(selinuxLabels, { layers })).to.deep.equal([
      'fail: layer 1 (RUN step 1) brings 1 file with the categories of one container (system_u:object_r:container_file_t:s0:c1,c2)',
      'fail: layer 2 (RUN step 2) brings 1 file with a label that is no SELinux context (spc_t)',
      'fail: layer 2 (RUN step 2) brings 2 files with the label of a process (system_u:system_r:spc_t:s0)',
    ]);
    const [first] = selinuxLabels.evaluate(await runExamination({ layers }));
    expect(first.evidence).to.have.length(1);
    expect(first.evidence[0]).to.include({ type: 'file', path: '/a' });
  });

  it('says nothing of what a higher layer replaced', async () => {
    const layers: readonly (readonly TarInput[])[] = [[labelled('a', 'spc_t')], [{ path: '.wh.a' }]];
    expect(await askRun(selinuxLabels, { layers })).to.deep.equal([kept]);
  });

  it('sums up what was only counted, and layers past the twentieth', async () => {
    const many = Array.from({ length: 1010 }, (_, i) => labelled(`f${i}`, 'spc_t'));
    const layers = Array.from({ length: 23 }, (_, i) => (i === 0 ? many : [labelled(`g${i}`, 'spc_t')]));
    const answers = await askRun(selinuxLabels, { layers });
    expect(answers).to.have.length(21);
    expect(answers[1]).to.equal('fail: layer 1 (RUN step 1) brings 10 files more with odd labels');
    expect(answers[20]).to.equal('fail: 4 more files bring odd labels');
  });
});
