import { expect } from 'chai';
import fc from 'fast-check';
import { ImgcheckError } from '../../src/core/error.js';
import { ModulesReader } from '../../src/repodata/modules.js';
import { PrimaryReader } from '../../src/repodata/primary.js';
import { parseRepomd } from '../../src/repodata/repomd.js';
import { UpdateinfoReader } from '../../src/repodata/updateinfo.js';
import { makeRepository, modulesYaml, primary, primaryXml, updateinfoXml } from '../repository/rig.js';

const build = { name: 'bash', evr: '1:5.2-1' };
const ignore = (): void => undefined;

describe('hostile: repository metadata with bytes changed, cut out, repeated or put in', () => {
  const readers: readonly [name: string, sound: Uint8Array | string, read: (bytes: Uint8Array) => Promise<void>][] = [
    [
      'repomd.xml',
      makeRepository(primary(build)).get('repodata/repomd.xml') ?? '',
      async (bytes) => void (await parseRepomd(bytes)),
    ],
    [
      'primary.xml',
      primaryXml(build, { name: 'perl', evr: '5-1', arch: 'src' }),
      async (bytes) => {
        const reader = await PrimaryReader.open(ignore);
        reader.write(bytes);
        reader.end();
      },
    ],
    [
      'updateinfo.xml',
      updateinfoXml({ id: 'A', builds: [build] }, { id: 'B', module: 'm:1', builds: [build] }),
      async (bytes) => {
        const reader = await UpdateinfoReader.open(ignore);
        reader.write(bytes);
        reader.end();
      },
    ],
    [
      'modules.yaml',
      modulesYaml('m', '1', 'bash-1:5.2-1.x86_64') + modulesYaml('n', "'2'", 'a-0:1-1.noarch'),
      (bytes) => {
        const reader = new ModulesReader(ignore);
        reader.write(bytes);
        reader.end();
        return Promise.resolve();
      },
    ],
  ];
  for (const [name, sound, read] of readers) {
    it(`ends in sense or an error of ours for 3,000 spoilt forms of ${name}`, async () => {
      const bytes = Buffer.from(sound);
      const at = fc.nat(bytes.length - 1);
      const change = fc.tuple(
        at,
        at,
        fc.constantFrom('change', 'cut', 'repeat', 'insert'),
        fc.uint8Array({ maxLength: 4 }),
      );
      let refused = 0;
      for (const changes of fc.sample(fc.array(change, { minLength: 1, maxLength: 4 }), { seed: 7, numRuns: 3000 })) {
        try {
          await read(changes.reduce(spoil, bytes));
        } catch (error) {
          if (!(error instanceof ImgcheckError)) throw error;
          expect(error.kind).to.be.oneOf(['hostile', 'unsupported']);
          refused++;
        }
      }
      expect(refused).to.be.greaterThan(100);
    });
  }
});

type Change = [from: number, to: number, how: 'change' | 'cut' | 'repeat' | 'insert', put: Uint8Array];

function spoil(bytes: Buffer, [from, to, how, put]: Change): Buffer {
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  const [before, middle, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
  if (how === 'cut') return Buffer.concat([before, after]);
  if (how === 'repeat') return Buffer.concat([before, middle, middle, after]);
  if (how === 'insert') return Buffer.concat([before, put, middle, after]);
  return Buffer.concat([before, put, bytes.subarray(start + put.length)]);
}
