import { expect } from 'chai';
import { seccomp } from '../../src/checks/seccomp.js';
import { askRun } from './run-rig.js';

const ask = async (options: string): Promise<string[]> =>
  askRun(seccomp, { labels: { RUN: `docker run ${options} IMAGE` } });
const profile = async (text: string): Promise<string[]> =>
  askRun(seccomp, { labels: { 'io.containers.seccomp.profile': text } });

const kept = 'pass: no label turns seccomp off';

describe('seccomp', () => {
  for (const options of [
    '--security-opt seccomp=unconfined',
    '--security-opt=seccomp:unconfined',
    '--security-opt "seccomp=Unconfined"',
  ]) {
    it(`fails for ${options}`, async () => {
      expect(await ask(options)).to.deep.equal(['fail: the label RUN asks for no seccomp']);
    });
  }

  for (const options of [
    '',
    '--security-opt no-new-privileges',
    '--security-opt apparmor=unconfined',
    '-e seccomp=unconfined',
  ]) {
    it(`passes ${options || 'no options'}`, async () => {
      expect(await ask(options)).to.deep.equal([kept]);
    });
  }

  it('notes a profile that the host has', async () => {
    expect(await ask('--security-opt seccomp=/etc/app.json')).to.deep.equal([
      kept,
      'pass: the label RUN names a profile of its own, /etc/app.json: imgcheck lint compares its file with the engine’s default',
    ]);
  });

  const name = 'io.containers.seccomp.profile';
  const cases: readonly (readonly [text: string, answers: readonly string[]])[] = [
    [
      '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]}',
      [`pass: the image brings a profile of its own (${name}), which blocks what it does not name`],
    ],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[]}',
      [`fail: the profile in the label ${name} allows every call that it does not name (SCMP_ACT_ALLOW)`],
    ],
    [
      '{"defaultAction":"SCMP_ACT_LOG"}',
      [`fail: the profile in the label ${name} allows every call that it does not name (SCMP_ACT_LOG)`],
    ],
    [
      '{}',
      [`unknown: the profile in the label ${name} cannot be read: it.defaultAction is missing: a string is required`],
    ],
    ['nonsense', [`unknown: the profile in the label ${name} cannot be read: it is not JSON`]],
  ];
  for (const [text, answers] of cases) {
    it(`reads the image’s own profile ${text}`, async () => {
      expect((await profile(text)).filter((one) => one !== kept)).to.deep.equal(answers);
    });
  }
});
