import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { imgcheck, type Ran } from '../support/command-line.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/report.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

describe('imgcheck freshness and layers', function () {
  this.timeout(300_000);
  let world: SharedRegistry;

  before(async function () {
    world = await sharedRegistry(this);
  });

  const named = (name: string): string => `${world.registry.host}/public/${name}`;
  const run = (...args: string[]): Promise<Ran> =>
    imgcheck([...args, '--cert-dir', world.registry.certDir, '--cache', 'none', '--platform', 'linux/amd64']);

  async function freshness(...args: string[]): Promise<Report> {
    return JSON.parse((await run('freshness', ...args, '--format', 'json')).stdout) as Report;
  }

  function documents(report: Report): number {
    const { manifests = 0, blobs = 0 } = report.coverage?.requests ?? {};
    return manifests + blobs;
  }

  it('answers fresh from four documents, and fetches no layer', async () => {
    const report = await freshness(named('app:on-1.1'), '--base', named('base:latest'));
    expect(report.freshness?.outcome).to.equal('fresh');
    expect(documents(report)).to.equal(4);
    expect(report.coverage?.bytesFetched).to.equal(0);
    expect(report.verdict.exitCode).to.equal(0);
  });

  it('answers stale from six documents when the image names its base by digest', async () => {
    const report = await freshness(named('app:annotated'), '--no-releases');
    expect(report.freshness?.outcome).to.equal('stale');
    expect(report.freshness?.bases[0]?.builtFrom?.digest).to.equal(world.digests.get('base:1.0'));
    expect(documents(report)).to.be.at.most(6);
    expect(report.verdict.exitCode).to.equal(4);
  });

  it('answers for an index with at most six documents', async () => {
    const report = await freshness(named('multi:1.0'), '--base', named('base:1.0'));
    expect(report.freshness?.outcome).to.equal('fresh');
    expect(documents(report)).to.be.at.most(6);
  });

  it('counts releases and days behind', async () => {
    const report = await freshness(named('app:on-1.0'), '--base', named('base:latest'));
    expect(report.freshness?.bases[0]?.behind).to.deep.equal({ releases: 1, days: 91 });
  });

  it('prints the verdict for people', async () => {
    const { stdout, code } = await run('freshness', named('app:on-1.0'), '--base', named('base:latest'));
    expect(code).to.equal(4);
    expect(stdout).to.include('rebuild needed').and.include('1 release and 91 days behind');
    expect(stdout).not.to.include('│');
  });

  it('draws the stack with the base marked, and lists what each layer brought', async () => {
    const { stdout, code } = await run('layers', named('app:cleaned'), '--base', named('base:latest'));
    expect(code).to.equal(0);
    expect(stdout).to.match(/── base \S+\/public\/base:1\.0 ─+/);
    expect(stdout).to.match(
      /4755 \S+ \/usr\/bin\/passwd {2}setuid, as packaged in passwd-\S+, hidden by layer 3 \(whiteout\)/,
    );
    expect(stdout).to.match(
      /4755 \S+ \/usr\/bin\/umount {2}setuid, as packaged in mount-tools-\S+, hidden by layer 3 \(replaced\)/,
    );
    expect(stdout).to.match(/4755 \S+ \/app\/helper {2}setuid, owned by no package$/m);
    expect(stdout).to.include('COPY helper /app/helper');
  });

  it('draws today’s base beside the image, joined where they are the same, in the width of the terminal', async () => {
    const fresh = await run('layers', named('app:on-1.1'), '--base', named('base:latest'));
    expect(fresh.stdout)
      .to.match(/^ {2}1 │[^\n]+ ══ 1 │/m)
      .and.not.include('they part here');
    const stale = await run('layers', named('app:on-1.0'), '--base', named('base:latest'));
    expect(stale.stdout)
      .to.match(/^ {2}1 │[^\n]+ ≠ {2}1 │/m)
      .and.include('they part here: no layer in common');
    expect(stale.stdout).to.match(/its base today {2}\S+\/public\/base:latest$/m);
    const report = JSON.parse(
      (await run('layers', named('app:zstd'), '--base', named('base:1.0'), '--format', 'json')).stdout,
    ) as Report;
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
    const [base] = report.freshness?.bases ?? [];
    expect(base?.layers?.map(({ number, same }) => [number, same])).to.deep.equal([[1, 'diff-id']]);
  });
});
