import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pullSources } from '../../src/containers/pull-sources.js';
import { parseRegistriesConf } from '../../src/containers/registries-conf.js';
import { formatReference, parseRegistryReference, type RegistryReference } from '../../src/oci/reference.js';
import { failureOf } from '../source/failure.js';
import { needShared } from '../support/shared.js';

const digest = `sha256:${'0'.repeat(64)}`;
const file = '/test/registries.conf';

/** As `name`, `name (insecure)`, in order. */
async function sources(text: string, name: string): Promise<string[]> {
  const found = pullSources(await parseRegistriesConf(text, file), parseRegistryReference(name));
  return found.map(({ reference, insecure }) => `${formatReference(reference)}${insecure ? ' (insecure)' : ''}`);
}

const table = (prefix: string, location: string, rest = ''): string =>
  `[[registry]]\nprefix = "${prefix}"\nlocation = "${location}"\n${rest}\n`;
const mirror = (location: string, rest = ''): string => `[[registry.mirror]]\nlocation = "${location}"\n${rest}\n`;

describe('containers/pull-sources', () => {
  it('gives the sources of containers/image, by digest and by tag', async function () {
    const root = needShared(this, 'data/containers-image-fixtures');
    const { pullSources: expected } = JSON.parse(
      readFileSync(`${root}/expected/registries-conf-files.json`, 'utf8'),
    ) as {
      pullSources: {
        file: string;
        cases: readonly { prefix: string; digest: readonly string[]; tag: readonly string[] }[];
      };
    };
    const text = readFileSync(join(root, expected.file), 'utf8');
    for (const { prefix, digest: byDigest, tag } of expected.cases) {
      for (const [suffix, locations] of [
        [`/image@${digest}`, byDigest],
        ['/image:aaa', tag],
        [`/image:aaa@${digest}`, byDigest],
      ] as const) {
        const wanted = locations.map((location) => {
          const [name, note] = location.split(' ');
          return `${name}${suffix}${note === undefined ? '' : ` ${note}`}`;
        });
        expect(await sources(text, prefix + suffix), prefix + suffix).to.deep.equal(wanted);
      }
    }
  });

  it('gives the reference itself where no entry speaks of it', async () => {
    const reference: RegistryReference = parseRegistryReference('r.test/a:1');
    const conf = await parseRegistriesConf(table('r.test/b', 'm.test'), file);
    expect(pullSources(conf, reference)).to.deep.equal([{ reference, insecure: false, mirror: false }]);
  });

  it('says which prefix decided and which sources are mirrors', async () => {
    const text = table('r.test', 'here.test', `insecure = true\n${mirror('m.test/copies')}`);
    const conf = await parseRegistriesConf(text, file);
    expect(pullSources(conf, parseRegistryReference('r.test/a:1'))).to.deep.equal([
      { reference: parseRegistryReference('m.test/copies/a:1'), insecure: false, mirror: true, via: 'r.test' },
      { reference: parseRegistryReference('here.test/a:1'), insecure: true, mirror: false, via: 'r.test' },
    ]);
  });

  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['replaces a prefix with its port', table('r.test:5000', 'm.test:1'), 'r.test:5000/a:1', ['m.test:1/a:1']],
    ['replaces a whole repository', table('r.test/a', 'm.test/x/y'), 'r.test/a:1', ['m.test/x/y:1']],
    [
      'takes the longest prefix',
      table('r.test', 'm.test') + table('r.test/a', 'n.test'),
      'r.test/a/b:1',
      ['n.test/b:1'],
    ],
    [
      'keeps the name under a wildcard without location',
      `[[registry]]\nprefix = "*.r.test"\n${mirror('m.test/copies')}`,
      'sub.r.test/a:1',
      ['m.test/copies/a:1', 'sub.r.test/a:1'],
    ],
    ['replaces the host of a wildcard', table('*.r.test', 'm.test/x'), 'sub.r.test/a:1', ['m.test/x/a:1']],
    ['keeps the library of docker.io', table('docker.io', 'm.test'), 'docker.io/library/a:1', ['m.test/library/a:1']],
    [
      'takes index.docker.io for docker.io',
      table('docker.io', 'm.test'),
      'index.docker.io/a:1',
      ['m.test/library/a:1'],
    ],
    [
      'leaves out a mirror that another table blocks',
      table('r.test', 'r.test', mirror('m.test')) + table('m.test', 'm.test', 'blocked = true'),
      'r.test/a:1',
      ['r.test/a:1'],
    ],
    ['keeps a tag that a location sets for a tag', table('r.test/a:1', 'm.test/a:2'), 'r.test/a:1', ['m.test/a:2']],
  ];
  for (const [title, text, name, wanted] of cases) {
    it(title, async () => expect(await sources(text, name)).to.deep.equal(wanted));
  }

  const blockedBy: readonly (readonly [string, string, string])[] = [
    ['the name', table('r.test', 'm.test', `blocked = true\n${mirror('n.test')}`), 'r.test'],
    ['a wildcard', table('*.test', 'm.example', 'blocked = true'), '*.test'],
    ['the place that it leads to', table('r.test', 'm.test/x') + table('m.test', 'm.test', 'blocked = true'), 'm.test'],
  ];
  for (const [title, text, prefix] of blockedBy) {
    it(`refuses an image when ${title} is blocked`, async () => {
      const error = await failureOf('usage', () => sources(text, 'r.test/a:1'));
      expect(error.message).to.equal('the registry is blocked by registries.conf');
      expect(error.subject).to.equal('r.test/a:1');
      expect(error.hint).to.equal(`prefix ${prefix} in ${file} says blocked = true`);
    });
  }

  const wrong: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'that makes no reference',
      table('r.test', 'm.test/UPPER'),
      'r.test/a:1',
      /makes m\.test\/UPPER\/a:1, which is not/,
    ],
    ['that makes a short name', table('r.test', 'docker.io'), 'r.test/a:1', /makes docker\.io\/a:1, which is short/],
    ['without a registry', table('r.test/team', 'other'), 'r.test/team/a:1', /makes other\/a:1, which is short for/],
    [
      'that is a host where a repository was',
      table('r.test/a', 'm.test:5000'),
      'r.test/a:1',
      /m\.test:5000:1, which is not/,
    ],
    ['that loses the tag', table('r.test/a:1', 'm.test/a'), 'r.test/a:1', /loses the tag or digest of r\.test\/a:1$/],
    [
      'that changes the digest',
      table(`r.test/a@${digest}`, `m.test/a@sha256:${'1'.repeat(64)}`),
      `r.test/a@${digest}`,
      /loses the tag or digest/,
    ],
  ];
  for (const [title, text, name, message] of wrong) {
    it(`refuses a location ${title}`, async () => {
      const error = await failureOf('usage', () => sources(text, name));
      expect(error.message).to.match(message);
      expect(error.message).to.match(/^location \S+ of prefix r\.test/);
      expect(error.subject).to.equal(file);
    });
  }
});
