import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseDockerName } from '../../src/oci/docker-name.js';
import { parsePolicyJson, type TrustPolicy } from '../../src/containers/policy-json.js';
import { policyScopes, selectRequirements } from '../../src/containers/policy-scope.js';
import { parseReference, type ImageReference } from '../../src/oci/reference.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';
import { debianTool } from '../support/debian.js';
import { needShared } from '../support/shared.js';

const digest = `sha256:${'0'.repeat(64)}`;
const accept = [{ type: 'insecureAcceptAnything' }];
const reject = [{ type: 'reject' }];

function policyOf(transports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): TrustPolicy {
  const text = JSON.stringify({ default: reject, transports });
  return parsePolicyJson(new TextEncoder().encode(text), '/test/policy.json');
}

describe('containers/policy-scope', () => {
  describe('policyScopes', () => {
    it('names the same parents as containers/image', function () {
      const root = needShared(this, 'data/containers-image-fixtures/expected');
      const { parentScopes } = JSON.parse(readFileSync(`${root}/policy-scope-lookup.json`, 'utf8')) as {
        parentScopes: Record<string, readonly string[]>;
      };
      for (const [name, scopes] of Object.entries(parentScopes)) {
        const reference = parseDockerName(name);
        expect(policyScopes({ ...reference, tag: '1' })).to.deep.equal([`${scopes[0]}:1`, ...scopes]);
        expect(policyScopes({ ...reference, digest: `sha256:${'0'.repeat(64)}` })[0]).to.equal(
          `${scopes[0]}@${digest}`,
        );
      }
    });

    const cases: readonly (readonly [string, readonly string[]])[] = [
      [
        'r.example.test:5000/ns/app:1',
        [
          'r.example.test:5000/ns/app:1',
          'r.example.test:5000/ns/app',
          'r.example.test:5000/ns',
          'r.example.test:5000',
          '*.example.test',
          '*.test',
        ],
      ],
      ['localhost/app', ['localhost/app:latest', 'localhost/app', 'localhost']],
      ['[::1]:5000/app:1', ['[::1]:5000/app:1', '[::1]:5000/app', '[::1]:5000']],
      [
        'index.docker.io/library/app:1',
        ['docker.io/library/app:1', 'docker.io/library/app', 'docker.io/library', 'docker.io', '*.io'],
      ],
      [
        `localhost/app:1@${digest}`,
        [`localhost/app:1@${digest}`, `localhost/app@${digest}`, 'localhost/app:1', 'localhost/app', 'localhost'],
      ],
      ['dir:/srv/images/app', ['/srv/images/app', '/srv/images', '/srv']],
      ['oci:/srv/app:1', ['/srv/app:1', '/srv/app', '/srv']],
      ['oci:/srv/app', ['/srv/app', '/srv']],
      ['oci-archive:/srv/app.tar', ['/srv/app.tar', '/srv']],
      ['docker-archive:app.tar', []],
    ];
    for (const [text, scopes] of cases) {
      it(`looks at ${scopes.length} for ${text.slice(0, 40)}`, () => {
        expect(policyScopes(parseReference(text))).to.deep.equal(scopes);
      });
    }

    for (const path of ['app', './app', '/srv/../app', '/srv//app', '/srv/app/', '/']) {
      it(`refuses the local path ${path}`, async () => {
        const error = await failureOf('usage', async () => policyScopes({ transport: 'dir', path }));
        expect(error.subject).to.equal(path);
      });
    }
  });

  describe('selectRequirements', () => {
    it('selects the same scopes as containers/image', function () {
      const root = needShared(this, 'data/containers-image-fixtures/expected');
      const { policyScopesPresent, lookups } = JSON.parse(readFileSync(`${root}/policy-scope-lookup.json`, 'utf8')) as {
        policyScopesPresent: readonly (readonly [string, string])[];
        lookups: readonly {
          transport: string;
          image: string;
          selected: 'global default' | { transport: string; scope: string };
        }[];
      };
      const transports: Record<string, Record<string, unknown>> = {};
      for (const [transport, scope] of policyScopesPresent) (transports[transport] ??= {})[scope] = accept;
      const policy = policyOf(transports);
      let compared = 0;
      for (const { transport, image, selected } of lookups) {
        // There is no atomic transport here.
        if (transport === 'atomic') continue;
        const reference: ImageReference = transport === 'dir' ? { transport, path: image } : parseDockerName(image);
        const { scope, from } = selectRequirements(policy, reference);
        const place = from === 'default' ? 'global default' : { transport, scope };
        expect(place, image).to.deep.equal(selected);
        compared++;
      }
      expect(compared).to.equal(10);
    });

    it('inherits nothing from a less specific scope', () => {
      const policy = policyOf({ docker: { 'r.test': reject, 'r.test/a': accept, '': reject } });
      const select = (name: string): unknown => selectRequirements(policy, parseReference(name));
      expect(select('r.test/a/b:1')).to.deep.equal({
        transport: 'docker',
        scope: 'r.test/a',
        from: 'scope',
        requirements: accept,
      });
      expect(select('other.test/a:1')).to.deep.equal({
        transport: 'docker',
        scope: '',
        from: 'transport default',
        requirements: reject,
      });
      expect(select('oci:relative')).to.deep.equal({
        transport: 'oci',
        scope: '',
        from: 'default',
        requirements: reject,
      });
    });

    it('does not take a port for the host without it', () => {
      const policy = policyOf({ docker: { 'r.test': accept } });
      expect(selectRequirements(policy, parseReference('r.test:5000/a:1')).from).to.equal('default');
    });

    const name = `r.test/a:1@${digest}`;
    const both: readonly (readonly [string, Record<string, unknown>, unknown])[] = [
      [
        'by the whole text alone when there is such a scope',
        { [name]: accept, 'r.test/a:1': reject, [`r.test/a@${digest}`]: reject },
        { scope: name, from: 'scope', requirements: accept },
      ],
      [
        'once when tag and digest lead to one scope',
        { 'r.test/a': accept },
        { scope: 'r.test/a', from: 'scope', requirements: accept },
      ],
      [
        "with what the digest's scope asks added to the tag's",
        { 'r.test/a:1': reject, [`r.test/a@${digest}`]: accept },
        {
          scope: `r.test/a@${digest}`,
          from: 'scope',
          requirements: [...accept, ...reject],
          also: { scope: 'r.test/a:1', from: 'scope' },
        },
      ],
      [
        'so that a lenient tag does not let any digest in',
        { 'r.test/a:1': accept },
        {
          scope: '',
          from: 'default',
          requirements: [...reject, ...accept],
          also: { scope: 'r.test/a:1', from: 'scope' },
        },
      ],
      [
        'so that a digest does not go round a strict tag',
        { 'r.test/a:1': reject, 'r.test/a': accept },
        {
          scope: 'r.test/a',
          from: 'scope',
          requirements: [...accept, ...reject],
          also: { scope: 'r.test/a:1', from: 'scope' },
        },
      ],
    ];
    for (const [title, scopes, selected] of both) {
      it(`looks up a name with tag and digest ${title}`, () => {
        const found = selectRequirements(policyOf({ docker: scopes }), parseReference(name));
        expect(found).to.deep.equal({ transport: 'docker', ...(selected as object) });
      });
    }

    it("adds the tag's scope of an oci layout to its directory's", () => {
      const policy = policyOf({ oci: { '/srv/app:1': accept } });
      expect(selectRequirements(policy, parseReference('oci:/srv/app:1'))).to.deep.equal({
        transport: 'oci',
        scope: '/srv/app:1',
        from: 'scope',
        requirements: [...accept, ...reject],
        also: { scope: '', from: 'default' },
      });
    });

    it('lets in and keeps out the same local images as skopeo', async function () {
      const skopeo = await debianTool(this, 'skopeo');
      await inTemporaryDirectory(async (dir) => {
        const root = realpathSync(dir);
        const image = writeImage(join(root, 'images/app'));
        cpSync(image, join(root, 'images/other'), { recursive: true });
        const layout = join(root, 'images/layout');
        await skopeo.run(['--insecure-policy', 'copy', `dir:${image}`, `oci:${layout}:1`]);
        const scopes: readonly Record<string, Record<string, unknown>>[] = [
          {},
          { dir: {} },
          { dir: { '': accept } },
          { dir: { [image]: accept } },
          { dir: { [image]: reject, '': accept } },
          { dir: { [`${root}/images`]: accept } },
          { dir: { [`${root}/images`]: reject, [root]: accept, [image]: accept } },
          { dir: { [`${root}/image`]: accept } },
          { oci: { [layout]: accept }, dir: { '': accept } },
          { oci: { [`${root}/images`]: accept } },
          { oci: { [`${layout}:1`]: accept } },
          { oci: { [layout]: reject, '': accept } },
        ];
        const file = join(root, 'policy.json');
        for (const transports of scopes) {
          const policy = policyOf(transports);
          writeFileSync(file, JSON.stringify({ default: reject, transports }));
          for (const name of [`dir:${image}`, `dir:${root}/images/other`, `oci:${layout}:1`]) {
            const said: unknown = await skopeo
              .run(['--policy', file, 'copy', name, `dir:${root}/copy`])
              .catch((error: unknown) => error);
            if (said instanceof Error) expect(said.message).to.match(/is rejected by policy/);
            const { requirements } = selectRequirements(policy, parseReference(name));
            const lets = requirements.every(({ type }) => type === 'insecureAcceptAnything');
            expect(lets, `${name} ${JSON.stringify(transports)}`).to.equal(!(said instanceof Error));
          }
        }
      });
    });
  });
});

/** An image of no layers as skopeo keeps one under dir:. */
function writeImage(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } });
  const hex = createHash('sha256').update(config).digest('hex');
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${hex}`, size: config.length },
    layers: [],
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(directory, 'version'), 'Directory Transport Version: 1.1\n');
  writeFileSync(join(directory, hex), config);
  return directory;
}
