import { expect } from 'chai';
import { startedPrograms } from '../../src/advise/started-programs.js';

const named = (entrypoint: readonly string[], cmd: readonly string[] = []): readonly string[] =>
  startedPrograms({ entrypoint, cmd }).programs.map(({ name }) => name);

describe('startedPrograms', () => {
  const cases: readonly (readonly [
    title: string,
    entrypoint: readonly string[],
    cmd: readonly string[],
    names: string[],
  ])[] = [
    ['a program and nothing after it', ['/usr/sbin/nginx', '-g', 'daemon off;'], [], ['nginx']],
    [
      'what an entry script is given',
      ['/docker-entrypoint.sh'],
      ['nginx', '-g', 'x'],
      ['docker-entrypoint.sh', 'nginx'],
    ],
    ['what s2i scripts are', ['container-entrypoint'], ['run-postgresql'], ['container-entrypoint', 'run-postgresql']],
    ['through tini and its options', ['/sbin/tini', '-g', '--', 'sshd', '-D'], [], ['tini', 'sshd']],
    ['through sh -c, assignments and exec', ['sh', '-c'], ['A=b exec httpd -D X'], ['sh', 'exec', 'httpd']],
    ['every command of a script', ['/bin/sh', '-ec', 'mkdir a && crond; nginx'], [], ['sh', 'mkdir', 'crond', 'nginx']],
    ['the user switch and what follows its user', ['gosu', 'app', 'redis-server'], [], ['gosu', 'redis-server']],
    ['past options with values', ['sudo', '-u', 'app', '-E', 'squid'], [], ['sudo', 'squid']],
    ['no argument of an ordinary program', ['python3', 'nginx'], [], ['python3']],
    ['nothing where nothing is set', [], [], []],
    ['nothing for an empty word', [''], [], []],
  ];
  for (const [title, entrypoint, cmd, names] of cases) {
    it(`reads ${title}`, () => {
      expect(named(entrypoint, cmd)).to.deep.equal(names);
    });
  }

  it('says when a script is started that it does not read', () => {
    expect(startedPrograms({ entrypoint: ['/opt/start.sh'], cmd: [] }).script?.word).to.equal('/opt/start.sh');
    expect(startedPrograms({ entrypoint: ['/opt/server'], cmd: [] }).script).to.equal(undefined);
  });

  it('does not follow wrappers of wrappers without end', () => {
    expect(named(Array.from({ length: 900 }, () => 'env')).length).to.be.lessThan(10);
    expect(named(['sh', '-c', `${'exec '.repeat(5000)}x`]).length).to.be.lessThan(10);
  });
});
