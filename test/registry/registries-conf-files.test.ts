import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadRegistriesConf } from '../../src/registry/registries-conf-files.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';

const search = (...hosts: readonly string[]): string => `unqualified-search-registries = ${JSON.stringify(hosts)}\n`;
const system = 'etc/containers/registries.conf';
const user = 'home/.config/containers/registries.conf';

describe('registry/registries-conf-files', () => {
  const cases: readonly [string, Record<string, string>, readonly string[] | undefined][] = [
    ['nothing when there is no file', {}, undefined],
    ["the system's file", { [system]: search('system.test') }, ['system.test']],
    [
      "the user's file instead of the system's",
      { [system]: search('system.test'), [user]: search('user.test') },
      ['user.test'],
    ],
    [
      'drop-ins in the order of their names, the last one first in power',
      {
        [system]: search('system.test'),
        [`${system}.d/b.conf`]: search('b.test'),
        [`${system}.d/a.conf`]: search('a.test'),
      },
      ['b.test'],
    ],
    [
      "the user's drop-ins over the system's",
      {
        [system]: search('system.test'),
        [`${system}.d/z.conf`]: search('z.test'),
        [`${user}.d/a.conf`]: search('own.test'),
      },
      ['own.test'],
    ],
    [
      "not the system's drop-ins with the user's file",
      { [user]: search('user.test'), [`${system}.d/z.conf`]: search('z.test') },
      ['user.test'],
    ],
    [
      'no other files of the folder',
      { [system]: search('system.test'), [`${system}.d/z.conf.rpmsave`]: 'broken' },
      ['system.test'],
    ],
  ];
  for (const [title, files, expected] of cases) {
    it(`reads ${title}`, () =>
      inTemporaryDirectory(async (dir) => {
        for (const [name, text] of Object.entries(files)) {
          mkdirSync(dirname(join(dir, name)), { recursive: true });
          writeFileSync(join(dir, name), text);
        }
        const conf = await loadRegistriesConf({ HOME: join(dir, 'home') }, { systemDir: join(dir, 'etc') });
        expect(conf.search).to.deep.equal(expected);
      }));
  }

  it('reads nothing but the file that is named, which must be there', () =>
    inTemporaryDirectory(async (dir) => {
      const file = join(dir, 'own.conf');
      const error = await failureOf('usage', () => loadRegistriesConf({ HOME: dir }, { file }));
      expect(error.subject).to.equal(file);
      writeFileSync(file, search('own.test'));
      expect((await loadRegistriesConf({ HOME: dir }, { file })).search).to.deep.equal(['own.test']);
    }));
});
