import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  findRegistry,
  mergeRegistriesConf,
  parseRegistriesConf,
  prefixLength,
  qualifiedCandidates,
  type RegistriesConf,
} from '../../src/containers/registries-conf.js';
import { failureOf } from '../source/failure.js';
import { needShared } from '../support/shared.js';

const parse = (text: string): Promise<RegistriesConf> => parseRegistriesConf(text, '/test/registries.conf');

describe('containers/registries-conf', () => {
  describe('of containers/image', () => {
    const load = (root: string, file: string): Promise<RegistriesConf> =>
      parseRegistriesConf(readFileSync(join(root, file), 'utf8'), file);

    it('gets the same verdict, file by file', async function () {
      const root = needShared(this, 'data/containers-image-fixtures');
      const { fileVerdicts } = JSON.parse(readFileSync(`${root}/expected/registries-conf-files.json`, 'utf8')) as {
        fileVerdicts: Record<string, string>;
      };
      for (const [file, verdict] of Object.entries(fileVerdicts)) {
        if (verdict.startsWith('error')) {
          await failureOf('usage', () => load(root, file));
          continue;
        }
        const conf = await load(root, file);
        expect(conf.registries, file).to.have.length(Number(/ok, (\d+) registries/.exec(verdict)?.[1]));
        const search = /search ([^;]+)/.exec(verdict)?.[1];
        if (search) expect(conf.search, file).to.deep.equal(search.split(','));
      }
      for (const bad of [
        'invalid-aliases',
        'invalid-short-name-mode',
        'invalid-conflict-mirror',
        'invalid-value-mirror',
        'invalid-config-level-mirror',
      ]) {
        await failureOf('usage', () => load(root, `containers-image/pkg/sysregistriesv2/testdata/${bad}.conf`));
      }
    });

    it('finds the same entry for each reference, drop-ins laid over the main file', async function () {
      const root = needShared(this, 'data/containers-image-fixtures');
      const { find } = JSON.parse(readFileSync(`${root}/expected/registries-conf-files.json`, 'utf8')) as {
        find: { main: string; dropins: string; registries: number; cases: { ref: string; location: string | null }[] };
      };
      const dropIns = readdirSync(join(root, find.dropins))
        .filter((name) => name.endsWith('.conf'))
        .sort();
      const conf = mergeRegistriesConf(
        await load(root, find.main),
        await Promise.all(dropIns.map((name) => load(root, join(find.dropins, name)))),
      );
      expect(conf.registries).to.have.length(find.registries);
      for (const { ref, location } of find.cases) {
        expect(findRegistry(conf, ref)?.location ?? null, ref).to.equal(location);
      }
    });

    it('matches wildcards to the same length', function () {
      const root = needShared(this, 'data/containers-image-fixtures');
      const { wildcard } = JSON.parse(readFileSync(`${root}/expected/registries-conf-prefix.json`, 'utf8')) as {
        wildcard: { ref: string; prefix: string; matchedLength: number }[];
      };
      for (const { ref, prefix, matchedLength } of wildcard) {
        expect(prefixLength(ref, prefix), `${prefix} for ${ref}`).to.equal(matchedLength);
      }
    });
  });

  describe('qualifiedCandidates', () => {
    const text = `
      unqualified-search-registries = ["registry.access.redhat.com", "docker.io", "r.test:5000"]
      [aliases]
      "rhel7" = "registry.access.redhat.com/rhel7"
      "gone" = ""
    `;
    const cases: readonly [string, readonly string[]][] = [
      ['app', ['registry.access.redhat.com/app', 'docker.io/library/app', 'r.test:5000/app']],
      ['team/app:1', ['registry.access.redhat.com/team/app:1', 'docker.io/team/app:1', 'r.test:5000/team/app:1']],
      ['rhel7:7.9', ['registry.access.redhat.com/rhel7:7.9', 'docker.io/library/rhel7:7.9', 'r.test:5000/rhel7:7.9']],
      ['gone', ['registry.access.redhat.com/gone', 'docker.io/library/gone', 'r.test:5000/gone']],
    ];
    for (const [name, candidates] of cases) {
      it(`offers ${candidates[0]} and ${candidates.length - 1} more for ${name}`, async () => {
        expect(qualifiedCandidates(await parse(text), name)).to.deep.equal(candidates);
      });
    }

    it('offers nothing without a configuration', async () => {
      expect(qualifiedCandidates(await parse(''), 'app')).to.deep.equal([]);
    });
  });

  it('keeps what a registry table says', async () => {
    const conf = await parse(`
      [[registry]]
      prefix = "r.test/team/"
      location = "mirror.test/copies"
      blocked = true
      insecure = true
      mirror-by-digest-only = true
      something-new = 1
      [[registry.mirror]]
      location = "m.test"
    `);
    expect(conf.registries).to.deep.equal([
      {
        from: '/test/registries.conf',
        prefix: 'r.test/team',
        location: 'mirror.test/copies',
        blocked: true,
        insecure: true,
        mirrors: [{ location: 'm.test', insecure: false, pullFromMirror: 'digest-only' }],
      },
    ]);
  });

  it('lets a later file replace a table of the same prefix and a list whole, and take an alias away', async () => {
    const merged = mergeRegistriesConf(
      await parse(`
        unqualified-search-registries = ["a.test", "b.test"]
        [[registry]]
        location = "a.test"
        blocked = true
        [aliases]
        one = "a.test/one"
        two = "a.test/two"
      `),
      [
        await parse(`
          unqualified-search-registries = ["c.test"]
          [[registry]]
          location = "a.test"
          insecure = true
          [aliases]
          two = ""
        `),
        await parse(''),
      ],
    );
    expect(merged.search).to.deep.equal(['c.test']);
    expect(merged.registries).to.have.length(1);
    expect(merged.registries[0]).to.include({ blocked: false, insecure: true });
    expect(qualifiedCandidates(merged, 'two')).to.deep.equal(['c.test/two']);
    expect(qualifiedCandidates(merged, 'one')).to.deep.equal(['a.test/one', 'c.test/one']);
  });

  const faults: readonly [string, string, RegExp][] = [
    ['text that is not TOML, with its line', 'x = 1\ny = = 2', /^line 2, column \d+: /],
    [
      'a list of numbers',
      'unqualified-search-registries = [1]',
      /^unqualified-search-registries: expected a list of strings$/,
    ],
    [
      'a flag that is a string',
      '[[registry]]\nlocation = "a.test"\nblocked = "yes"',
      /^registry\[0\]\.blocked: expected true or false$/,
    ],
    [
      'a table without prefix and location',
      '[[registry]]\nblocked = true',
      /^registry\[0\]: neither prefix nor location is set$/,
    ],
    ['a wildcard with a port', '[[registry]]\nprefix = "*.a.test:5000"', /a wildcard is written \*\.DOMAIN/],
    ['an alias to a name without its registry', '[aliases]\na = "b/c"', /^aliases\.a: the value is not a repository/],
  ];
  for (const [title, text, message] of faults) {
    it(`refuses ${title}`, async () => {
      const error = await failureOf('usage', () => parse(text));
      expect(error.message).to.match(message);
      expect(error.subject).to.equal('/test/registries.conf');
    });
  }
});
