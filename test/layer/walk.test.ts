import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { TarReader } from '../../src/archive/tar.js';
import { LayerEntries } from '../../src/layer/entries.js';
import type { LayerFacts } from '../../src/layer/facts.js';
import { walkLayer } from '../../src/layer/walk.js';
import { Wanted } from '../../src/layer/wanted.js';
import { digestOf } from '../../src/oci/digest.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, describeBlob, MemoryTransport } from '../support/build-image.js';
import { buildTar, octal, type TarInput } from '../support/build-tar.js';
import { debianTool } from '../support/debian.js';
import { noting, plainType, walked, walkedBlob } from './walked.js';

const wanted = ['w', 'etc/os-release', 'big'];
const analyzer = noting(wanted, { wants: ({ mode }) => (mode & 0o4000 ? 'header' : 'no') });
const long = `${'long/'.repeat(40)}name`;
const mixed: readonly TarInput[] = [
  { path: './etc/' },
  { path: './etc/os-release', body: 'ID=alma\n'.repeat(500) },
  { path: 'usr/bin/su', body: 'su', mode: 0o4755 },
  { path: long, body: 'x'.repeat(700), mode: 0o4711 },
  { path: 'gone/.wh.x' },
  { path: 'opaque/.wh..wh..opq' },
  { path: 'link', type: 'hardlink', linkname: 'usr/bin/none' },
  { path: '/absolute', body: 'twice' },
  { path: 'absolute', body: 'twice' },
];

/** Facts without what is random (the key of the hashes) or says how the bytes came. */
function comparable(facts: LayerFacts): object {
  const { paths, found, plainSize, entries, whiteouts, opaques, links, anomalies, anomaliesDropped } = facts;
  const counts = [paths.files.length, paths.directories.length, paths.implied.length];
  return { counts, found, plainSize, entries, whiteouts, opaques, links, anomalies, anomaliesDropped };
}

describe('layer/walk', () => {
  it('gathers what analyzers, whiteouts, links and names say, with both digests and sizes', async () => {
    const tar = buildTar(mixed);
    const compressed = gzipSync(tar);
    const { facts } = await walkedBlob(describeBlob(`${plainType}+gzip`, compressed), { analyzers: [analyzer] });
    expect(facts).to.deep.include({ digest: digestOf(compressed), diffId: digestOf(tar), size: compressed.length });
    expect(comparable(facts)).to.deep.equal({
      counts: [5, 1, 43],
      found: {
        noting: [
          { path: 'etc/os-release', text: 'ID=alma\n'.repeat(500) },
          { path: 'usr/bin/su', text: '(file)' },
          { path: long, text: '(file)' },
        ],
      },
      plainSize: tar.length,
      entries: 9,
      whiteouts: ['gone/x'],
      opaques: ['opaque'],
      links: [{ path: 'link', target: 'usr/bin/none' }],
      anomalies: [
        { kind: 'absolute-name', path: 'absolute', message: 'the name is absolute' },
        { kind: 'duplicate-entry', path: 'absolute', message: 'the name comes more than once' },
      ],
      anomaliesDropped: 0,
    });
    expect(facts.passes).to.equal(1);
  });

  describe('in pieces of any size', () => {
    const tar = buildTar(mixed);
    const inPieces = (size: number): object => {
      const of = new Wanted([analyzer]);
      const entries = new LayerEntries(of, new Map(), 'layer');
      const reader = new TarReader(entries, 'layer');
      for (let at = 0; at < tar.length; at += size) {
        const piece = new Uint8Array(tar.subarray(at, at + size));
        reader.write(piece);
        piece.fill(0xaa);
      }
      reader.end();
      const { whiteouts, opaques, links, anomalies } = entries;
      return { found: of.workers[0]?.analysis.end(), files: entries.files.size, whiteouts, opaques, links, anomalies };
    };
    const whole = inPieces(tar.length);
    for (const size of [1, 3, 511, 512, 513, 1000, 4096]) {
      it(`finds the same in pieces of ${size}`, () => {
        expect(inPieces(size)).to.deep.equal(whole);
      });
    }
  });

  it('finds the same in a layer as gzip, as zstd and as it is', async function () {
    const zstd = await debianTool(this, 'zstd');
    const tar = buildTar(mixed);
    const forms = {
      '': tar,
      '+gzip': gzipSync(tar),
      '+zstd': (await zstd.run(['-q', '-c'], { input: tar })).bytes,
    };
    const results = await Promise.all(
      Object.entries(forms).map(async ([suffix, bytes]) => {
        const { facts } = await walkedBlob(describeBlob(plainType + suffix, bytes), { analyzers: [analyzer] });
        expect(facts.diffId).to.equal(digestOf(tar));
        return comparable(facts);
      }),
    );
    expect(results[1]).to.deep.equal(results[0]);
    expect(results[2]).to.deep.equal(results[0]);
  });

  describe('a wanted path that is a hard link', () => {
    const file = (path: string, body: string): TarInput => ({ path, body });
    const link = (path: string, linkname: string): TarInput => ({ path, type: 'hardlink', linkname });
    const cases: readonly (readonly [string, readonly TarInput[], string, number])[] = [
      ['is read in a second pass under its own name', [file('a', '1'), link('w', 'a')], '1', 2],
      [
        'has what its target was when it was made',
        [file('a', '1'), file('a', '2'), link('w', 'a'), file('a', '3')],
        '2',
        2,
      ],
      ['takes the place of a file', [file('w', '0'), file('a', '1'), link('w', 'a')], '1', 2],
      ['gives way to a file in one pass', [file('a', '1'), link('w', 'a'), file('w', '2')], '2', 1],
      ['gives way to another', [file('a', '1'), file('b', '2'), link('w', 'a'), link('w', 'b')], '2', 2],
      ['is followed to a link', [file('a', '1'), link('b', 'a'), link('w', 'b')], '1', 3],
      ['is followed to two links', [file('a', '1'), link('b', 'a'), link('c', 'b'), link('w', 'c')], '1', 4],
      [
        'through others out of the layer is handed over without content',
        ['b', 'c', 'w'].map((path, i) => link(path, 'abc'[i] ?? '')),
        '(hardlink)',
        1,
      ],
      [
        'is left unread behind three links',
        [file('a', '1'), link('b', 'a'), link('c', 'b'), link('d', 'c'), link('w', 'd')],
        '(hardlink)',
        4,
      ],
      ['to what is not there is handed over without content', [link('w', 'a')], '(hardlink)', 1],
      ['to a link out of the layer is handed over without content', [link('a', 'x'), link('w', 'a')], '(hardlink)', 1],
      ['to itself is handed over without content', [link('w', 'w')], '(hardlink)', 1],
      ['to a device is a device', [{ path: 'a', dev: [1, 3] }, link('w', 'a')], '(character-device)', 2],
      [
        'to a file that is too long is an error',
        [file('a', '12345'), link('w', 'a')],
        'hostile: w of 5 bytes exceeds 4',
        2,
      ],
    ];
    for (const [title, content, text, passes] of cases) {
      it(title, async () => {
        const facts = await walked(content, { analyzers: [noting(['w'], { maxBytes: 4 })] });
        expect(facts.found['noting']).to.deep.equal([{ path: 'w', text }]);
        expect(facts.passes).to.equal(passes);
      });
    }

    it('is read together with others of the same target, which all stay names of it', async () => {
      const content = [file('a', '1'), link('w', 'a'), link('etc/os-release', 'a'), file('big', 'own')];
      const { facts, fetches } = await walkedBlob(describeBlob(plainType, buildTar(content)), {
        analyzers: [analyzer],
      });
      expect(facts.found['noting']).to.deep.equal([
        { path: 'w', text: '1' },
        { path: 'etc/os-release', text: '1' },
        { path: 'big', text: 'own' },
      ]);
      expect([facts.passes, fetches, facts.links]).to.deep.equal([2, 2, []]);
    });

    it('lands in links where a chain of them leads out of the layer', async () => {
      const facts = await walked([link('b', 'below'), link('c', 'b'), link('w', 'c')], { analyzers: [noting(['w'])] });
      expect(facts.links.find(({ path }) => path === 'w')).to.deep.equal({ path: 'w', target: 'below' });
    });
  });

  it('spoils one file alone by a body that is too long or sparse', async () => {
    const sparse: TarInput = {
      path: 'w',
      body: 'x'.repeat(512),
      raw: { typeflag: 'S', magic: 'ustar ', version: ' \0', rest: `${'\0'.repeat(138)}${octal(4096, 12)}` },
    };
    const content = [{ path: 'big', body: '12345' }, sparse, { path: 'etc/os-release', body: 'ID=1' }];
    const facts = await walked(content, { analyzers: [noting(wanted, { maxBytes: 4 })] });
    expect(facts.found['noting']).to.deep.equal([
      { path: 'big', text: 'hostile: big of 5 bytes exceeds 4' },
      { path: 'w', text: 'unsupported: w is stored as a sparse file, which is not read' },
      { path: 'etc/os-release', text: 'ID=1' },
    ]);
  });

  it('tells of bytes as they arrive, those of a second pass too', async () => {
    const tar = buildTar([
      { path: 'a', body: '1' },
      { path: 'w', type: 'hardlink', linkname: 'a' },
    ]);
    let bytes = 0;
    await walked(tar, { analyzers: [analyzer], onBytes: (count) => (bytes += count) });
    expect(bytes).to.equal(2 * tar.length);
  });

  describe('refuses', () => {
    const tar = buildTar(mixed);
    const blob = describeBlob(plainType, tar);
    for (const [title, kind, message, open] of [
      [
        'a flipped byte',
        'integrity',
        'digest mismatch',
        (t: MemoryTransport) => t.blobs.set(blob.descriptor.digest, flipped(tar)),
      ],
      [
        'a cut',
        'integrity',
        'size mismatch',
        (t: MemoryTransport) => t.blobs.set(blob.descriptor.digest, tar.subarray(0, 512)),
      ],
    ] as const) {
      it(`${title} on the way as ${kind}, whatever the tar says of it`, async () => {
        const transport = new MemoryTransport(buildImage({ layers: [] }));
        open(transport);
        const walk = walkLayer(() => verified(transport).fetch(blob.descriptor), blob.descriptor, [analyzer]);
        const error = await walk.then(
          () => undefined,
          (caught: unknown) => caught,
        );
        expect(error).to.have.property('kind', kind);
        expect(error).to.have.property('message').that.includes(message);
      });
    }

    for (const [title, bytes, mediaType, kind, message] of [
      ['a tar cut inside a member', tar.subarray(0, 1200), plainType, 'hostile', 'cut short'],
      ['what is not gzip', tar, `${plainType}+gzip`, 'hostile', 'corrupt gzip data'],
      ['an unknown kind of layer', tar, 'application/x-layer', 'unsupported', 'unknown layer media type'],
    ] as const) {
      it(`${title} as ${kind}`, async () => {
        const error = await walkedBlob(describeBlob(mediaType, bytes)).catch((caught: unknown) => caught);
        expect(error).to.have.property('kind', kind);
        expect(error).to.have.property('message').that.includes(message);
      });
    }

    it('more tar bytes than it may inflate to', async () => {
      const error = await walked(tar, { plainBytes: 1000 }).catch((caught: unknown) => caught);
      expect(error).to.have.property('message').that.includes('more than 1000 bytes when plain');
    });
  });
});

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[600] = (copy[600] ?? 0) ^ 1;
  return copy;
}
