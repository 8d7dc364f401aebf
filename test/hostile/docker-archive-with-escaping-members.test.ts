import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { buildTar, gzip, type TarInput } from '../support/build-tar.js';
import {
  examineReference,
  expectOneLine,
  expectRefused,
  inFolder,
  runCommand,
  type Judged,
} from '../support/hostile.js';

const layer = buildTar([{ path: 'etc/motd', body: 'hello' }]);
const config = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }),
);

/** What `docker save` writes, with its names as they are given. */
function archive(saved: object, members: readonly TarInput[] = []): Uint8Array {
  const manifest = Buffer.from(
    JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['layer.tar'], ...saved }]),
  );
  return buildTar([
    { path: 'manifest.json', body: manifest },
    ...(members.some(({ path }) => path === 'config.json') ? [] : [{ path: 'config.json', body: config }]),
    ...(members.some(({ path }) => path === 'layer.tar') ? [] : [{ path: 'layer.tar', body: layer }]),
    ...members,
  ]);
}

describe('a docker archive whose members lead out of it', () => {
  const examine = (bytes: Uint8Array, within?: string): Promise<Judged> =>
    inFolder((folder) => {
      const path = join(folder, 'image.tar');
      writeFileSync(path, bytes);
      return examineReference({ transport: 'docker-archive', path, ...(within === undefined ? {} : { within }) });
    });

  it('is read when they do not', async () => {
    expect((await examine(archive({}))).report.coverage?.entries).to.equal(1);
  });

  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['a layer by a name outside', archive({ Layers: ['../../../etc/passwd'] }), /names a member outside the archive/],
    ['a config by a name outside', archive({ Config: '/../etc/passwd' }), /names a member outside the archive/],
    [
      'a layer that is a link out',
      archive({}, [{ path: 'layer.tar', linkname: '../../../../etc/passwd' }]),
      /leads out of the archive/,
    ],
    [
      'a layer that is a link to the root',
      archive({}, [{ path: 'layer.tar', linkname: '/etc/passwd' }]),
      /leads out of the archive/,
    ],
    [
      'a layer that is a link to itself',
      archive({}, [{ path: 'layer.tar', linkname: 'layer.tar' }]),
      /chain of more than 8 links/,
    ],
    ['a layer that is a device', archive({}, [{ path: 'layer.tar', dev: [1, 5] }]), /not a regular file/],
    [
      'two different members of one name',
      archive({}, [
        { path: './config.json', body: '{}' },
        { path: 'config.json', body: '{"os":1}' },
      ]),
      /two different members/,
    ],
    [
      'a config that has another digest than its name',
      archive({ Config: `${'a'.repeat(64)}.json` }, [{ path: `${'a'.repeat(64)}.json`, body: config }]),
      /digest mismatch/,
    ],
    ['more layers than diff_ids', archive({ Layers: ['layer.tar', 'layer.tar'] }), /1 diff_ids for 2 layers/],
  ];
  for (const [title, bytes, message] of cases) {
    for (const [packed, how] of [
      [bytes, ''],
      [gzip(bytes), ', compressed'],
    ] as const) {
      it(`stops the image: ${title}${how}`, async () => {
        const judged = await examine(packed);
        expectRefused(judged, judged.error?.kind === 'integrity' ? 'integrity' : 'hostile', message);
      });
    }
  }

  it('compares a name of a million colons and is done', async () => {
    const judged = await examine(archive({ RepoTags: [`${':'.repeat(1_000_000)}/`] }), 'app:2');
    expectRefused(judged, 'missing', 'it holds no such image');
    expect(judged.printed.length).to.be.lessThan(50_000);
  });

  it('ends the command with one line and exit code 15', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'image.tar');
      writeFileSync(path, archive({ Layers: ['../../../etc/passwd'] }));
      expectOneLine(await runCommand([`docker-archive:${path}`]), 15, /^imgcheck: hostile: .*outside the archive/);
    });
  });
});
