import { expect } from 'chai';
import fc from 'fast-check';
import { ImgcheckError } from '../../src/core/error.js';
import { base256, buildExtension, buildTar, buildTarHeader, octal, paxRecords } from '../support/build-tar.js';
import { readTar, type ReadTarOptions } from '../support/read-tar.js';

const zeros = (blocks: number): Uint8Array => new Uint8Array(512 * blocks);

function refusal(bytes: Uint8Array, options?: ReadTarOptions): ImgcheckError {
  try {
    readTar(bytes, options);
  } catch (error) {
    if (error instanceof ImgcheckError) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** Something of everything. */
const mixed = buildTar([
  { path: 'etc/', mode: 0o755 },
  { path: 'etc/passwd', body: 'root:x:0:0\n', user: 'root', group: 'root' },
  {
    path: 'usr/bin/su',
    body: 'x'.repeat(513),
    mode: 0o4755,
    xattrs: { 'security.capability': Uint8Array.of(1, 0, 0xff) },
  },
  { path: `usr/${'long/'.repeat(40)}name`, body: 'a'.repeat(1024) },
  { path: 'bin', linkname: 'usr/bin' },
  { path: 'usr/bin/hard', type: 'hardlink', linkname: 'usr/bin/su' },
  { path: 'dev/console', dev: [5, 1], mode: 0o600, uid: 3_000_000, gid: 5 },
  { path: 'dev/sda', type: 'block-device', dev: [8, 0] },
  { path: 'run/fifo', type: 'fifo', mtime: 1_600_000_000.25 },
  { path: Uint8Array.of(0x61, 0xe9), body: '' },
]);

describe('TarReader', () => {
  it('reads every kind of member', () => {
    const { entries, bodies, odd } = readTar(mixed);
    expect(odd).to.deep.equal([]);
    expect(entries.map((e) => `${e.type} ${e.mode.toString(8)} ${e.uid}/${e.gid} ${e.size} ${e.name}`)).to.deep.equal([
      'directory 755 0/0 0 etc/',
      'file 644 0/0 11 etc/passwd',
      'file 4755 0/0 513 usr/bin/su',
      `file 644 0/0 1024 usr/${'long/'.repeat(40)}name`,
      'symlink 777 0/0 0 bin',
      'hardlink 644 0/0 0 usr/bin/hard',
      'character-device 600 3000000/5 0 dev/console',
      'block-device 644 0/0 0 dev/sda',
      'fifo 644 0/0 0 run/fifo',
      'file 644 0/0 0 a\udce9',
    ]);
    expect(entries[1]).to.deep.include({ user: 'root', group: 'root', offset: 512 });
    expect(entries[0]).not.to.have.any.keys('user', 'group', 'linkname', 'xattrs', 'devMajor', 'sparse');
    expect(entries[2]?.xattrs?.['security.capability']).to.deep.equal(Uint8Array.of(1, 0, 0xff));
    expect([entries[4]?.linkname, entries[5]?.linkname]).to.deep.equal(['usr/bin', 'usr/bin/su']);
    expect(entries[6]).to.deep.include({ devMajor: 5, devMinor: 1 });
    expect(entries[8]?.mtime).to.equal(1_600_000_000.25);
    expect(bodies.get('etc/passwd')?.toString()).to.equal('root:x:0:0\n');
    expect(bodies.get('usr/bin/su')?.toString()).to.equal('x'.repeat(513));
  });

  for (const chunk of [1, 7, 511, 512, 513, 1000]) {
    it(`reads the same in chunks of ${chunk}`, () => expect(readTar(mixed, { chunk })).to.deep.equal(readTar(mixed)));
  }

  it('reads chunks that do not lie on whole words', () => {
    const shifted = new Uint8Array(mixed.length + 1);
    shifted.set(mixed, 1);
    expect(readTar(shifted.subarray(1))).to.deep.equal(readTar(mixed));
  });

  it('hands over wanted content alone', () => {
    const { bodies } = readTar(mixed, { want: (entry) => entry.name === 'etc/passwd', chunk: 100 });
    expect([...bodies.keys()]).to.deep.equal(['etc/passwd']);
  });

  it('reads a tar of zero blocks as empty', () => {
    expect(readTar(zeros(2))).to.deep.equal({ entries: [], bodies: new Map(), odd: [] });
    expect(readTar(zeros(20), { chunk: 100 }).odd).to.deep.equal([]);
  });
});

describe('TarReader on the end of a tar', () => {
  const one = buildTar([{ path: 'a', body: 'x' }], { endBlocks: 0 });
  const cases: readonly [title: string, tar: Uint8Array, names: string, odd: RegExp | undefined][] = [
    ['takes trailing zero blocks', Buffer.concat([one, zeros(20)]), 'a', undefined],
    ['notes that both zero blocks are missing', one, 'a', /^missing-end : .* after 1024 bytes/],
    ['notes that one zero block is missing', Buffer.concat([one, zeros(1)]), 'a', /^missing-end/],
    ['notes an end inside a zero block', Buffer.concat([one, zeros(2).subarray(0, 700)]), 'a', /^missing-end/],
    ['notes that there is nothing at all', zeros(0), '', /^missing-end : .* after 0 bytes/],
    [
      'never reads members after the end',
      Buffer.concat([one, zeros(2), one, one]),
      'a',
      /^data-after-end : .* at 2048$/,
    ],
    [
      'notes garbage after the end',
      Buffer.concat([one, zeros(4), Buffer.from('x')]),
      'a',
      /^data-after-end : .* at 3072$/,
    ],
    [
      'reads on after a lone zero block',
      Buffer.concat([one, zeros(1), one, zeros(2)]),
      'a,a',
      /^odd-header a: .*lone zero/,
    ],
  ];
  for (const [title, tar, names, odd] of cases) {
    it(title, () => {
      for (const chunk of [1, 512, 100_000]) {
        const read = readTar(tar, { chunk });
        expect(read.entries.map((entry) => entry.name).join()).to.equal(names);
        expect(read.odd).to.have.length(odd ? 1 : 0);
        if (odd) expect(read.odd[0]).to.match(odd);
      }
    });
  }

  for (const [title, cut] of [
    ['a header', 100],
    ['content', 512],
    ['content, after some of it', 600],
    ['padding', 1100],
  ] as const) {
    it(`refuses a tar that is cut inside ${title}`, () => {
      const tar = buildTar([{ path: 'a', body: 'x'.repeat(500) + 'y'.repeat(50) }]).subarray(0, cut);
      expect(refusal(tar)).to.include({ kind: 'hostile', message: `layer: the tar is cut short after ${cut} bytes` });
      expect(refusal(tar, { chunk: 1 }).message).to.equal(`layer: the tar is cut short after ${cut} bytes`);
    });
  }

  it('refuses a tar that is cut inside a pax header', () => {
    const tar = buildTar([{ path: 'a', pax: { comment: 'x'.repeat(600) } }]);
    expect(refusal(tar.subarray(0, 1000)).message).to.match(/cut short after 1000 bytes/);
  });
});

describe('TarReader on oddities', () => {
  it('names unknown types and passes over their content', () => {
    for (const typeflag of ['V', 'M', 'D', 'N', 'X', 'Z', '8', '"']) {
      const tar = buildTar([
        { path: 'odd', body: 'x'.repeat(600), raw: { typeflag } },
        { path: 'next', body: 'y' },
      ]);
      const { entries, odd } = readTar(tar, { want: () => false });
      expect(entries.map((e) => `${e.name} ${e.type} ${e.typeflag}`)).to.deep.equal([
        `odd unknown ${typeflag}`,
        'next file 0',
      ]);
      expect(odd).to.have.length(1);
      expect(odd[0]).to.match(/^unknown-type odd: /);
    }
  });

  for (const type of ['directory', 'symlink', 'hardlink', 'fifo', 'character-device', 'block-device'] as const) {
    it(`gives a ${type} no content whatever its size says, as the engines do`, () => {
      for (const extra of [{ raw: { size: octal(512, 12) } }, { pax: { size: '512' } }]) {
        const tar = buildTar([
          { path: 'a', type, linkname: 'b', ...extra },
          { path: 'next', body: 'y' },
        ]);
        const { entries, odd } = readTar(tar);
        expect(entries.map((e) => `${e.name} ${e.size} ${e.storedSize}`)).to.deep.equal(['a 0 0', 'next 1 1']);
        expect(odd).to.deep.equal([`odd-header a: a ${type} with 512 bytes of content, which it cannot have`]);
      }
    });
  }

  it('takes an old file with a trailing slash for a directory without content', () => {
    const tar = buildTar([{ path: 'd/', raw: { typeflag: '\0', size: octal(3, 12) } }, { path: 'x' }], {
      format: 'v7',
    });
    expect(readTar(tar).entries.map((e) => `${e.name} ${e.type} ${e.size}`)).to.deep.equal([
      'd/ directory 0',
      'x file 0',
    ]);
  });

  it('leaves a new file with a trailing slash a file, and says that others do not', () => {
    const { entries, odd } = readTar(buildTar([{ path: 'd/', type: 'file', body: 'x' }]));
    expect(entries[0]).to.include({ type: 'file', size: 1 });
    expect(odd[0]).to.match(/^odd-header d\/: a file whose name ends in a slash/);
  });

  it('joins the prefix for POSIX headers only, and the shorter one of star', () => {
    const prefix = Buffer.concat([Buffer.from('p'.repeat(131)), Buffer.from('12345670123\0')]);
    const read = (raw: Record<string, string | Uint8Array>): string | undefined =>
      readTar(buildTar([{ path: 'n', raw }])).entries[0]?.name;
    expect(read({ prefix: 'usr/lib' })).to.equal('usr/lib/n');
    expect(read({ prefix: 'p'.repeat(155) })).to.equal(`${'p'.repeat(155)}/n`);
    expect(read({ prefix: 'usr/lib', magic: 'ustar ', version: ' \0' })).to.equal('n');
    expect(read({ prefix: 'usr/lib', magic: '', version: '' })).to.equal('n');
    expect(read({ rest: Buffer.concat([prefix, Buffer.alloc(20), Buffer.from('tar\0')]) })).to.equal(
      `${'p'.repeat(131)}/n`,
    );
  });

  it('reads owners only where there are such fields, and each of its own', () => {
    const { entries } = readTar(
      buildTar([
        { path: 'a', user: 'root', group: 'wheel' },
        { path: 'b', user: 'rootless', group: 'wheel' },
        { path: 'c', user: 'roo', group: 'w'.repeat(32) },
        { path: 'd', user: 'ré', raw: { magic: '' } },
        { path: 'e', user: 'ré' },
      ]),
    );
    expect(entries.map((e) => `${e.user}:${e.group}`)).to.deep.equal([
      'root:wheel',
      'rootless:wheel',
      `roo:${'w'.repeat(32)}`,
      'undefined:undefined',
      'ré:undefined',
    ]);
  });

  it('says that a member has no name', () => {
    const { entries, odd } = readTar(buildTar([{ path: '', type: 'file' }]));
    expect([entries[0]?.name, ...odd]).to.deep.equal(['', 'odd-header : it has no name, which makes it the root']);
  });

  it('takes times before 1970, and one beyond all calendars for 0', () => {
    const far = Buffer.from([0x80, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const { entries, odd } = readTar(
      buildTar([
        { path: 'a', mtime: -86400.5 },
        { path: 'b', raw: { mtime: base256(-5, 12) } },
        { path: 'c', raw: { mtime: far } },
      ]),
    );
    expect(entries.map((e) => e.mtime)).to.deep.equal([-86400.5, -5, 0]);
    expect(odd).to.deep.equal(['odd-header c: its mtime is beyond 2^53 seconds: taken as 0']);
  });

  it('accepts checksums of signed bytes', () => {
    const header = buildTarHeader({ name: Uint8Array.of(0xe9, 0xff), mode: octal(0o644, 8), typeflag: '0' });
    const sum = header.reduce(
      (total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte > 127 ? byte - 256 : byte),
      0,
    );
    header.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    expect(readTar(Buffer.concat([header, zeros(2)])).entries[0]?.name).to.equal('\udce9\udcff');
  });
});

describe('TarReader on hostile headers', () => {
  const beyond = Buffer.from([0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  const first = { path: 'first', body: 'x' };
  const cases: readonly [title: string, tar: Uint8Array, message: RegExp][] = [
    [
      'a wrong checksum',
      buildTar([first, { path: 'a', raw: { checksum: '0001234\0' } }]),
      /at 1024: the checksum is wrong$/,
    ],
    ['garbage', buildTar([first, Buffer.alloc(512, 'garbage')]), /at 1024: the checksum is wrong$/],
    [
      'garbage after a lone zero block',
      Buffer.concat([zeros(1), Buffer.alloc(512, 'x')]),
      /at 512: the checksum is wrong$/,
    ],
    [
      'a negative size',
      buildTar([first, { path: 'a', raw: { size: base256(-512, 12) } }]),
      /at 1024: its size is negative$/,
    ],
    ['a size beyond 2^53', buildTar([{ path: 'a', raw: { size: beyond } }]), /at 0: its size is beyond 2\^53$/],
    ['a size that is no number', buildTar([{ path: 'a', raw: { size: 'one hundred' } }]), /its size is not a number$/],
    ['a negative uid', buildTar([{ path: 'a', raw: { uid: base256(-1, 8) } }]), /its uid is negative$/],
    ['a mode that is no number', buildTar([{ path: 'a', raw: { mode: 'rwxr-xr-' } }]), /its mode is not a number$/],
    [
      'a device number that is none',
      buildTar([{ path: 'a', dev: [1, 3], raw: { devMinor: 'x' } }]),
      /its device minor is not/,
    ],
    ['a name of 5000 bytes', buildTar([{ path: 'n'.repeat(5000) }]), /a name of 5000 bytes exceeds 4096$/],
    [
      'a GNU name of 5000 bytes',
      buildTar([{ path: 'n'.repeat(5000) }], { format: 'gnu' }),
      /a name of 5000 bytes exceeds 4096$/,
    ],
    [
      'a link target of 5000 bytes',
      buildTar([{ path: 'a', linkname: 'é'.repeat(2500) }]),
      /a name of 5000 bytes exceeds 4096$/,
    ],
    [
      'an endless sparse map',
      Buffer.concat([
        buildTarHeader({ name: 'a', typeflag: 'S', rest: Buffer.alloc(138, 1), magic: 'ustar ', version: ' \0' }),
        Buffer.alloc(2 << 20, 1),
      ]),
      /a sparse map exceeds 1048576 bytes$/,
    ],
  ];
  for (const [title, tar, message] of cases) {
    it(`refuses ${title}`, () => {
      for (const chunk of [13, 100_000_000]) {
        const error = refusal(tar, { chunk });
        expect(error.kind).to.equal('hostile');
        expect(error.message)
          .to.match(/^layer: tar header at /)
          .and.match(message);
      }
    });
  }

  for (const typeflag of ['x', 'g', 'L', 'K']) {
    it(`refuses a huge '${typeflag}' header by its size alone, before any of it comes`, () => {
      const header = buildTarHeader({ name: 'a', typeflag, size: octal(2 ** 30, 12), magic: 'ustar\0', version: '00' });
      expect(refusal(header).message).to.match(/an extended header of 1073741824 bytes exceeds 1048576$/);
    });
  }

  it('stops at a number of headers, extended ones included', () => {
    const tar = buildTar([{ path: 'a' }, { path: 'b', pax: { comment: 'x' } }, { path: 'c' }]);
    expect(readTar(tar, { limits: { entries: 4 } }).entries).to.have.length(3);
    expect(refusal(tar, { limits: { entries: 3 } }).message).to.match(/more than 3 headers$/);
  });

  it('keeps few notes of headers that never come to a member', () => {
    const extension = buildExtension('x', paxRecords({ comment: 'x' }));
    const { odd } = readTar(Buffer.concat([...Array<Uint8Array>(1000).fill(extension), zeros(2)]));
    expect(odd).to.have.length(10);
  });
});

describe('TarReader on damage', () => {
  it('answers thousands of mutations with ImgcheckError or not at all, the same for any chunks', function () {
    this.timeout(60_000);
    const gnu = buildTar(
      [
        { path: 'n'.repeat(120), body: 'x' },
        { path: 'b', uid: 3e6, linkname: 'l'.repeat(150) },
      ],
      { format: 'gnu' },
    );
    const outcome = (bytes: Uint8Array, chunk: number): unknown => {
      try {
        return readTar(bytes, { chunk });
      } catch (error) {
        if (!(error instanceof ImgcheckError)) throw error;
        return error.message;
      }
    };
    const mutation = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom(mixed, gnu),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.nat(600),
        fc.boolean(),
        (tar, changes, chunk, heal) => {
          const bytes = new Uint8Array(tar);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          if (heal) for (let at = 0; at + 512 <= bytes.length; at += 512) mendChecksum(bytes.subarray(at, at + 512));
          expect(outcome(bytes, chunk + 1)).to.deep.equal(outcome(bytes, bytes.length));
        },
      ),
      { seed: 3, numRuns: 4000 },
    );
  });
});

/** Where a block looks like a header, its checksum is made right, so that the damage gets past it. */
function mendChecksum(block: Uint8Array): void {
  if (Buffer.from(block.subarray(257, 262)).toString() !== 'ustar') return;
  block.fill(0x20, 148, 156);
  block.set(
    Buffer.from(
      `${block
        .reduce((n, b) => n + b, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
    ),
    148,
  );
}
