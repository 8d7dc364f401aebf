import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseDockerName } from '../../src/oci/docker-name.js';
import {
  lookasideUrl,
  lookupRegistriesD,
  mergeRegistriesD,
  parseRegistriesD,
  type RegistriesD,
} from '../../src/containers/registries-d.js';
import type { Digest } from '../../src/oci/digest.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import { failureOf } from '../source/failure.js';
import { needShared } from '../support/shared.js';

const parse = (text: string): Promise<RegistriesD> => parseRegistriesD(text, '/d/a.yaml');
const places = async (text: string, name: string): Promise<unknown> =>
  lookupRegistriesD(await parse(text), parseRegistryReference(name));

describe('containers/registries-d', () => {
  describe('of containers/image', () => {
    interface Expected {
      readonly urls: readonly { base: string; path: string; digest: Digest; index: number; url: string }[];
      readonly sectionsPresent: readonly string[];
      readonly selected: Readonly<Record<string, string>>;
    }
    let root: string;
    let expected: Expected;
    before(function () {
      root = needShared(this, 'data/containers-image-fixtures');
      expected = JSON.parse(readFileSync(`${root}/expected/lookaside.json`, 'utf8')) as Expected;
    });
    const folder = async (path: string): Promise<RegistriesD> => {
      const files = readdirSync(path).filter((name) => name.endsWith('.yaml'));
      return mergeRegistriesD(
        await Promise.all(files.map((name) => parseRegistriesD(readFileSync(join(path, name), 'utf8'), name))),
      );
    };

    it('makes the same URLs of signatures', () => {
      for (const { base, path, digest, index, url } of expected.urls) {
        expect(lookasideUrl(base, path, digest, index)).to.equal(url);
      }
    });

    it('selects the same section', async () => {
      const text = expected.sectionsPresent
        .map((scope) => (scope === '(default-docker)' ? '' : `  ${scope}: { lookaside: "file:///${scope}" }\n`))
        .join('');
      const conf = await parse(`default-docker: { lookaside: "file:///(default-docker)" }\ndocker:\n${text}`);
      for (const [name, scope] of Object.entries(expected.selected)) {
        const found = lookupRegistriesD(conf, parseRegistryReference(name));
        expect(found.lookaside, name).to.equal(`file:///${scope}`);
      }
    });

    it('reads the folder of its tests', async () => {
      const conf = await folder(`${root}/containers-image/docker/fixtures/registries.d`);
      const cases: readonly (readonly [string, string | RegExp])[] = [
        ['example.com/my/project:1', 'https://lookaside.example.com'],
        ['registry.test.example.com/a', 'http://registry.test.example.com/lookaside'],
        ['registry.test.example.com:8888/a', 'http://registry.test.example.com:8889/lookaside'],
        ['localhost/a', 'mitr/mydevelopment1'],
        ['localhost:8080/a', 'mitr/mydevelopment2'],
        ['docker.io/contoso/a:1', 'https://lookaside.contoso.com/fordocker'],
        ['docker.io/centos/a:1', 'https://lookaside.centos.org/'],
        ['docker.io/centos/mybetaproduct:1', 'http://localhost:9999/mybetaWIP/lookaside'],
        ['docker.io/centos/mybetaproduct:latest', 'https://lookaside.centos.org/'],
        ['unknown.test/a', 'file:///mnt/companywide/signatures/for/other/repositories'],
        ['localhost/invalid/url/test:1', /got none$/],
        ['localhost/file/path/test:1', /got none$/],
        ['localhost/relative/path/test:1', /got none$/],
      ];
      for (const [name, wanted] of cases) {
        const look = (): unknown => lookupRegistriesD(conf, parseDockerName(name)).lookaside;
        if (typeof wanted === 'string') expect(String(look()).endsWith(wanted), name).to.equal(true);
        else expect((await failureOf('usage', async () => look())).message).to.match(wanted);
      }
    });

    it('reads the files of Red Hat, of atomic and the one that says nothing', async () => {
      const stock = await folder(`${root}/containers-container-libs/common/contrib/redhat`);
      expect(lookupRegistriesD(stock, parseRegistryReference('registry.redhat.io/ubi9/ubi:9')).lookaside).to.equal(
        'https://registry.redhat.io/containers/sigstore',
      );
      const atomic = await folder(`${root}/projectatomic-atomic/tests/unit/fixtures/etc/containers/registries.d`);
      const rhel = lookupRegistriesD(atomic, parseRegistryReference('registry.access.redhat.com/rhel7:7'));
      expect(rhel.lookaside).to.equal('https://cdn.redhat.com/containers/signatures');
      const silent = await parseRegistriesD(readFileSync(`${root}/containers-image/default.yaml`, 'utf8'), 'default');
      expect(silent).to.deep.equal({ defaultDocker: undefined, docker: new Map(), ignored: [] });
    });
  });

  it('keeps a query behind the path, and makes // of a base that ends in /', () => {
    const digest: Digest = `sha512:${'0'.repeat(128)}`;
    expect(lookasideUrl('https://s.test/x/?token=1#y', 'a/b', digest, 3)).to.equal(
      `https://s.test/x//a/b@sha512=${'0'.repeat(128)}/signature-3?token=1`,
    );
  });

  it('takes each key from the most specific section that has it', async () => {
    const text = `
      default-docker: { lookaside: https://all.test, use-sigstore-attachments: true }
      docker:
        "*.test": { lookaside: https://wild.test }
        r.test: { use-sigstore-attachments: false }
        r.test/a: { lookaside: "", sigstore: https://old.test/a }
        r.test/a/b: { lookaside: https://new.test/b, sigstore: https://old.test/b }
        r.test/a/b/c: { lookaside-staging: "file:///here" }
        r.test/a/b/c:1: { use-sigstore-attachments: yes }
        r.test/a/b/d:
    `;
    const file = '/d/a.yaml';
    const cases: readonly (readonly [string, unknown, unknown, string, string])[] = [
      ['other.example/a:1', 'https://all.test', true, 'default-docker', 'default-docker'],
      ['s.test/a:1', 'https://wild.test', true, '*.test', 'default-docker'],
      ['r.test/z:1', 'https://wild.test', false, '*.test', 'r.test'],
      ['r.test/a:1', 'https://old.test/a', false, 'r.test/a', 'r.test'],
      ['r.test/a/b/c:2', 'https://new.test/b', false, 'r.test/a/b', 'r.test'],
      ['r.test/a/b/c:1', 'https://new.test/b', true, 'r.test/a/b', 'r.test/a/b/c:1'],
      ['r.test/a/b/d:1', 'https://new.test/b', false, 'r.test/a/b', 'r.test'],
    ];
    for (const [name, lookaside, attachments, first, second] of cases) {
      expect(await places(text, name), name).to.deep.equal({
        lookaside,
        attachments,
        from: { lookaside: `${file} (${first})`, attachments: `${file} (${second})` },
      });
    }
  });

  it('finds nothing where nothing is said', async () => {
    for (const text of ['', '{}', '# nothing', 'docker:', 'default-docker:', 'docker: { r.test: {} }']) {
      expect(await places(text, 'r.test/a:1'), text).to.deep.equal({ attachments: false, from: {} });
    }
  });

  it('names keys that mean nothing, and goes on', async () => {
    const text = 'dockre: 1\ndocker: { r.test: { lookaside: https://s.test, use-sigstore-attachment: true } }';
    const conf = await parse(text);
    expect(conf.ignored).to.deep.equal(['/d/a.yaml: dockre', '/d/a.yaml: docker.r.test.use-sigstore-attachment']);
    expect(mergeRegistriesD([conf, conf].slice(1)).ignored).to.have.length(2);
  });

  it('resolves aliases', async () => {
    const text = 'docker: { a.test: &a { lookaside: https://s.test }, b.test: *a }';
    expect(await places(text, 'b.test/a:1')).to.include({ lookaside: 'https://s.test' });
  });

  it('refuses one scope, or default-docker, in two files, naming both', async () => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['docker: { r.test: {} }', 'docker: { r.test: }', /^docker scope r\.test is set in \/a and in \/b$/],
      [
        'default-docker: {}',
        'default-docker: { lookaside: https://s.test }',
        /^default-docker is set in \/a and in \/b$/,
      ],
    ];
    for (const [a, b, message] of cases) {
      const files = [await parseRegistriesD(a, '/a'), await parseRegistriesD(b, '/b')];
      const error = await failureOf('usage', async () => mergeRegistriesD(files));
      expect(error.message).to.match(message);
      expect(error.subject).to.equal('/b');
    }
    const silent = [
      await parseRegistriesD('default-docker:', '/a'),
      await parseRegistriesD('default-docker: {}', '/b'),
    ];
    expect(mergeRegistriesD(silent).defaultDocker?.path).to.equal('/b');
  });

  const faults: readonly (readonly [string, string, RegExp, RegExp?])[] = [
    ['text that is not YAML, with its line', 'docker:\n  a: }\n', /./, /^\/d\/a\.yaml:2:\d+$/],
    ['a key twice', 'docker: { a.test: {}, a.test: {} }', /unique/, /^\/d\/a\.yaml:1:\d+$/],
    ['two documents', 'docker:\n---\ndocker:\n', /multiple documents/, /^\/d\/a\.yaml/],
    ['a list', '[]', /^the file: expected a map$/],
    ['a list of scopes', 'docker: [r.test]', /^docker: expected a map$/],
    ['a scope that is a URL', 'docker: { r.test: "https://s.test" }', /^docker\.r\.test: expected a map$/],
    ['a section that is a date', 'default-docker: 2001-01-01', /^default-docker: expected a map$/],
    [
      'a lookaside that is a number',
      'docker: { r.test: { lookaside: 5 } }',
      /^docker\.r\.test\.lookaside: expected a URL$/,
    ],
    [
      'a staging store that is a list',
      'default-docker: { sigstore-staging: [] }',
      /^default-docker\.sigstore-staging: /,
    ],
    [
      'a flag in quotes',
      'default-docker: { use-sigstore-attachments: "true" }',
      /attachments: expected true or false$/,
    ],
    ['an alias without its anchor', 'docker: *a', /[Aa]lias/],
    ['aliases that multiply', billionLaughs(), /^the aliases cannot be resolved$/],
    ['a file of more than a mebibyte', `# ${'x'.repeat(1024 * 1024)}`, /^the file exceeds 1048576 bytes$/],
  ];
  for (const [title, text, message, subject = /^\/d\/a\.yaml(?:$|:)/] of faults) {
    it(`refuses ${title}`, async () => {
      const error = await failureOf('usage', () => parse(text));
      expect(error.message).to.match(message);
      expect(error.subject).to.match(subject);
    });
  }

  const stores: readonly (readonly [string, string])[] = [
    ['/srv/signatures', 'none'],
    ['ftp://user:secret@s.test/x', 'one of ftp'],
    ['https://', 'a malformed one'],
    ['https://s.test/a b', 'a malformed one'],
    ['file:relative', 'none'],
  ];
  for (const [lookaside, got] of stores) {
    it(`refuses the lookaside ${lookaside} where it is looked up, and there alone`, async () => {
      const text = `docker: { r.test: { lookaside: ${JSON.stringify(lookaside)} } }`;
      const error = await failureOf('usage', () => places(text, 'r.test/a:1'));
      expect(error.message).to.equal(`lookaside: expected an http, https or file URL, got ${got}`);
      expect(error.subject).to.equal('/d/a.yaml (r.test)');
      expect(await places(text, 'other.test/a:1')).to.deep.equal({ attachments: false, from: {} });
    });
  }
});

function billionLaughs(): string {
  const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++) rows.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  return rows.join('\n');
}
