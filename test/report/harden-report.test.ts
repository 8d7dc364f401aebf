import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { hardenFormats } from '../../src/report/harden-formats.js';
import { imagesByName, reportOn } from '../advise/rig.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/harden.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true }).compile(schema);
const style = { width: 80, color: false, unicode: true };

describe('buildHardenReport', () => {
  for (const [name, given] of Object.entries(imagesByName)) {
    it(`writes JSON for ${name} as its schema says`, async () => {
      const text = hardenFormats['json']?.(await reportOn(given), style) ?? '';
      expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).to.equal(true);
    });
  }

  it('is complete only when every layer and all packages were read', async () => {
    expect((await reportOn(imagesByName.app)).complete).to.equal(true);
    expect((await reportOn({ layers: [[]] })).complete).to.equal(true);
    const foreign = await reportOn({ layers: [[{ path: 'var/lib/dpkg/status', body: '' }]] });
    expect(foreign.complete).to.equal(false);
    expect(foreign.coverage.skipped).to.deep.equal(['packages of dpkg are not read']);
    const damaged = await reportOn({ layers: [[{ path: 'var/lib/rpm/rpmdb.sqlite', body: 'no database' }]] });
    expect(damaged.complete).to.equal(false);
    const { coverage } = foreign;
    const unread = await reportOn(imagesByName.app, {
      coverage: {
        ...coverage,
        layersRead: 1,
        layersTotal: 2,
        layersCached: 0,
        bytesFetched: 0,
        entries: 0,
        requests: { manifests: 0, blobs: 0, tags: 0, referrers: 0, auth: 0 },
      },
    });
    expect(unread.complete).to.equal(false);
    expect(hardenFormats['text']?.(unread, style)).to.include('not all of it was read: layers 1 of 2, packages read');
  });

  it('shows no secret of the command', async () => {
    const report = await reportOn({ run: { Cmd: ['server', '--password=hunter2'] } });
    for (const format of Object.values(hardenFormats)) expect(format(report, style)).not.to.include('hunter2');
  });
});
