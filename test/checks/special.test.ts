import { expect } from 'chai';
import type { Check } from '../../src/checks/check.js';
import { deviceNodes } from '../../src/checks/device-nodes.js';
import { fileCapabilities } from '../../src/checks/file-capabilities.js';
import { setuid } from '../../src/checks/setuid.js';
import { worldWritable } from '../../src/checks/world-writable.js';
import type { TarInput } from '../support/build-tar.js';
import { fileListTags } from '../support/rpm-file-list.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { databasePath } from '../examination/rig.js';
import { answer, examinationOf } from './rig.js';

interface Kind {
  readonly check: Check;
  /** A member that the check is about, of any name. */
  readonly make: (path: string) => TarInput;
  readonly one: string;
  readonly many: string;
}

const kinds: readonly Kind[] = [
  {
    check: setuid,
    make: (path) => ({ path, mode: 0o4755, body: path }),
    one: 'setuid or setgid file',
    many: 'setuid or setgid files',
  },
  {
    check: fileCapabilities,
    make: (path) => ({ path, body: path, xattrs: { 'security.capability': new Uint8Array(20) } }),
    one: 'file with capabilities',
    many: 'files with capabilities',
  },
  { check: deviceNodes, make: (path) => ({ path, dev: [1, 3] }), one: 'device node', many: 'device nodes' },
  {
    check: worldWritable,
    make: (path) => ({ path, mode: 0o666, body: path }),
    one: 'world-writable entry',
    many: 'world-writable entries',
  },
];

describe('judgeSpecial', () => {
  for (const { check, make, one, many } of kinds) {
    describe(`for ${check.id}`, () => {
      const ask = async (layers: readonly (readonly TarInput[])[], baseLayers?: number) =>
        answer(check, await examinationOf({ layers, ...(baseLayers === undefined ? {} : { baseLayers }) }));

      it('gives no answer where no layer was read', async () => {
        expect(answer(check, await examinationOf({ read: false }))).to.deep.equal([
          'unknown idle: the layers were not read',
        ]);
      });

      it('passes an image that has none', async () => {
        expect(await ask([[{ path: 'a', body: '' }]], 0)).to.deep.equal([`pass: no ${one} of its own`]);
      });

      it('passes what a proved base brought', async () => {
        expect(await ask([[make('x')], []], 1)).to.deep.equal([
          `pass: no ${one} of its own (1 inherited from the base)`,
        ]);
      });

      it('fails what the image brought, with layer and file', async () => {
        expect(await ask([[make('x')], [make('y')]], 1)).to.deep.equal([
          `fail: 1 ${one} of its own: /y by layer 2 (1 inherited from the base)`,
        ]);
        const [finding] = check.evaluate(await examinationOf({ layers: [[], [make('y')]], baseLayers: 1 }));
        expect(finding.evidence).to.deep.include.members([
          { type: 'file', path: '/y', layer: (await digestOfSecond(make('y'))) ?? '', instruction: 'RUN step 2' },
        ]);
      });

      it('does not know whose it is where no base is proved', async () => {
        expect(await ask([[make('x')]])).to.deep.equal([
          `unknown: 1 ${one} of its own: /x by layer 1; no base is proved, so they may be inherited`,
        ]);
      });

      it('counts what a higher layer hid: it still ships', async () => {
        expect(await ask([[make('x')], [{ path: '.wh.x', body: '' }]], 0)).to.deep.equal([
          `pass: no ${one} of its own (1 hidden by higher layers but still shipped)`,
        ]);
      });

      it('names four of many, and attaches a bounded number', async () => {
        const entries = Array.from({ length: 300 }, (_, i) => make(`x${String(i).padStart(3, '0')}`));
        const [found] = await ask([entries], 0);
        expect(found).to.match(
          new RegExp(`^fail: 300 ${many} of its own: /x000 by layer 1, .*, \\.\\.\\. \\(300 in all\\)$`),
        );
        const [finding] = check.evaluate(await examinationOf({ layers: [entries], baseLayers: 0 }));
        expect(finding.evidence.length).to.equal(200);
      });
    });
  }

  describe('beside the packages of the image', () => {
    const listed = ['as-is', 'changed', 'base'].map((name) => ({ path: `/usr/bin/${name}`, mode: 0o104755 }));
    const database: TarInput = {
      path: databasePath,
      body: buildSqlite([
        buildRpmHeader({ name: 'p', version: '1', release: '2', arch: 'noarch', ...fileListTags(listed) }),
      ]),
    };
    const program = (name: string, mode = 0o4755): TarInput => ({ path: `usr/bin/${name}`, mode, body: name });

    it('says of each how it stands to its package, those that need an explanation first', async () => {
      const layers = [[database], [program('as-is'), program('changed', 0o4777), program('unowned')]];
      expect(answer(setuid, await examinationOf({ layers, baseLayers: 1 }))).to.deep.equal([
        'fail: 3 setuid or setgid files of its own: /usr/bin/unowned by layer 2 (owned by no package), ' +
          '/usr/bin/changed by layer 2 (packaged in p-1-2.noarch but changed: mode 4777, packaged 4755), ' +
          '/usr/bin/as-is by layer 2 (as packaged in p-1-2.noarch)',
      ]);
    });

    it('says whether those of the base are as packaged', async () => {
      const ask = async (...programs: readonly TarInput[]) =>
        answer(setuid, await examinationOf({ layers: [[database, ...programs]], baseLayers: 1 }));
      expect(await ask(program('base'))).to.deep.equal([
        'pass: no setuid or setgid file of its own (1 inherited from the base, as packaged)',
      ]);
      expect(await ask(program('base'), program('as-is'))).to.deep.equal([
        'pass: no setuid or setgid file of its own (2 inherited from the base, all as packaged)',
      ]);
      expect(await ask(program('base'), program('changed', 0o4777), program('unowned'))).to.deep.equal([
        'pass: no setuid or setgid file of its own (3 inherited from the base: 1 as packaged, 1 packaged but changed, 1 owned by no package)',
      ]);
    });
  });

  it('counts a setuid bit that the image put on a file of the base as its own', async () => {
    const layers = [[{ path: 'x', mode: 0o755, body: 'x' }], [{ path: 'x', mode: 0o4755, body: 'x' }]];
    const [found] = answer(setuid, await examinationOf({ layers, baseLayers: 1 }));
    expect(found).to.match(/^fail: 1 setuid or setgid file of its own: \/x by layer 2$/);
  });

  it('lets a sticky directory be written by all', async () => {
    const layers = [[{ path: 'tmp/', mode: 0o1777 }]];
    expect(answer(worldWritable, await examinationOf({ layers, baseLayers: 0 }))[0]).to.match(/^pass/);
    const open = [[{ path: 'tmp/', mode: 0o777 }]];
    expect(answer(worldWritable, await examinationOf({ layers: open, baseLayers: 0 }))[0]).to.match(/^fail/);
  });

  it('does not pass world-writable entries that were only counted', async () => {
    const examination = await examinationOf({
      layers: [[]],
      baseLayers: 0,
      content: (content) => ({ ...content, unlisted: 7 }),
    });
    expect(answer(worldWritable, examination)).to.deep.equal([
      'unknown: no world-writable entry of its own among those listed, but 7 more were only counted',
    ]);
    expect(answer(setuid, examination)[0]).to.match(/^pass/);
  });
});

async function digestOfSecond(entry: TarInput): Promise<string | undefined> {
  const { image } = await examinationOf({ layers: [[], [entry]] });
  return image.layers[1]?.descriptor.digest;
}
