import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { PackageReport } from '../../src/report/package-report.js';
import { imgcheck, type Ran } from '../support/command-line.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/packages.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true }).compile(schema);

describe('imgcheck packages', function () {
  this.timeout(300_000);
  let world: SharedRegistry;

  before(async function () {
    world = await sharedRegistry(this);
  });

  const run = (name: string, ...args: string[]): Promise<Ran> =>
    imgcheck([
      'packages',
      `${world.registry.host}/public/${name}`,
      ...args,
      ...['--cert-dir', world.registry.certDir, '--cache', 'none', '--platform', 'linux/amd64'],
    ]);

  it('lists what rpm -qa lists, image by image, keys left out and sorted by name', async () => {
    for (const image of world.images) {
      const { stdout, code } = await run(image.name, '--format', 'tsv');
      const [header, ...rows] = stdout.trimEnd().split('\n');
      expect(header).to.equal(
        'name\tepoch\tversion\trelease\tarch\tsource rpm\tvendor\tinstall time\tmodule label\tlayer digest\tsignature\tsigner',
      );
      const listed = rows.map((row) => row.split('\t').slice(0, 5).join('\t'));
      const expected = image.packages
        .filter((line) => !line.startsWith('gpg-pubkey\t'))
        .map((line) => line.replace(/^([^\t]*)\t\(none\)\t/, '$1\t0\t'));
      expect([...listed].sort(), image.name).to.deep.equal([...expected].sort());
      const names = listed.map((row) => row.split('\t')[0] ?? '');
      expect(names, image.name).to.deep.equal([...names].sort());
      expect(code, image.name).to.equal(image.name === 'app:no-database' ? 3 : 0);
    }
  });

  it('names the layer that brought each package: the upgrade’s own, else the base’s', async () => {
    const { stdout } = await run('app:partly-upgraded', '--format', 'json');
    const report = JSON.parse(stdout) as PackageReport;
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
    const above = report.packages.filter((row) => row.layerNumber === 3).map((row) => row.name);
    expect(above).to.deep.equal(['openssl-libs']);
    expect(report.packages.filter((row) => row.layerNumber === 1)).to.have.length(report.packages.length - 1);
  });

  it('says which layer removed the database instead of listing nothing', async () => {
    const { stdout, code } = await run('app:no-database');
    expect(code).to.equal(3);
    expect(stdout).to.include('0 packages').and.include('removed');
    expect(stdout).to.match(/the database var\/lib\/rpm\/rpmdb\.sqlite of layer 1 was removed in layer 3/);
  });

  it('shows names, versions and layers to people', async () => {
    const { stdout } = await run('base:1.0');
    expect(stdout).to.match(/^ {2}openssl-libs +\S+ +layer 1 {2}unsigned$/m);
  });
});
