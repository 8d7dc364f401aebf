import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { renderCycloneDx } from '../../src/report/cyclonedx.js';
import type { PackageReport, PackageRow } from '../../src/report/package-report.js';
import { expectGolden } from '../support/golden.js';

const schemas = new URL('../../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url);
const schemaFile = (name: string): object =>
  JSON.parse(readFileSync(fileURLToPath(new URL(name, schemas)), 'utf8')) as object;

const layer = `sha256:${'a'.repeat(64)}`;
const row = (name: string, more: Partial<PackageRow> = {}): PackageRow => ({
  name,
  epoch: 0,
  version: '1.0',
  release: '1.el9',
  arch: 'x86_64',
  layer,
  layerNumber: 1,
  signature: 'not-checked',
  signatureReason: 'no keys were given',
  ...more,
});
const report = (packages: readonly PackageRow[]): PackageReport => ({
  schemaVersion: 1,
  image: { reference: 'registry.example.com/app:1', digest: `sha256:${'b'.repeat(64)}`, platform: 'linux/amd64' },
  os: { id: 'rhel', versionId: '9.4', prettyName: 'Red Hat Enterprise Linux 9.4' },
  complete: true,
  state: 'read',
  problems: [],
  packages,
});

interface Bom {
  readonly specVersion: string;
  readonly components: readonly { readonly 'bom-ref': string; readonly purl: string; readonly version: string }[];
}

describe('the CycloneDX bill', () => {
  it('is what the golden file holds', async () => {
    const hostile = row('a\u001b[31m\u202e"', { vendor: '</x>\r\n' });
    expectGolden('packages.cdx.json', await renderCycloneDx(report([row('bash', { epoch: 1 }), hostile])));
  });

  let validate: ValidateFunction;

  before(() => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
      const file = `${name}.SNAPSHOT.schema.json`;
      ajv.addSchema({ ...schemaFile(file), $id: `http://cyclonedx.org/schema/${file}` });
    }
    validate = ajv.compile(schemaFile('bom-1.6.SNAPSHOT.schema.json'));
  });

  it('is valid by the schema of version 1.6', async () => {
    const bom = JSON.parse(
      await renderCycloneDx(
        report([row('bash', { vendor: 'Red Hat, Inc.', module: 'a:b:c:d' }), row('openssl', { epoch: 1 })]),
      ),
    ) as Bom;
    expect(validate(bom), JSON.stringify(validate.errors)).to.equal(true);
    expect(bom.specVersion).to.equal('1.6');
  });

  it('has a component for every package with its version and package URL', async () => {
    const bom = JSON.parse(await renderCycloneDx(report([row('bash'), row('openssl', { epoch: 1 })]))) as Bom;
    expect(bom.components.map((one) => [one.version, one.purl])).to.deep.equal([
      ['1.0-1.el9', 'pkg:rpm/redhat/bash@1.0-1.el9?arch=x86_64&distro=rhel-9.4'],
      ['1:1.0-1.el9', 'pkg:rpm/redhat/openssl@1.0-1.el9?arch=x86_64&distro=rhel-9.4&epoch=1'],
    ]);
  });

  it('keeps its references unique when a package is installed twice', async () => {
    const bom = JSON.parse(await renderCycloneDx(report([row('kernel'), row('kernel')]))) as Bom;
    expect(new Set(bom.components.map((one) => one['bom-ref'])).size).to.equal(2);
  });
});
