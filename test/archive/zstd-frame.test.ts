import { expect } from 'chai';
import { parseZstdFrame } from '../../src/archive/zstd-frame.js';

describe('parseZstdFrame', () => {
  const cases: readonly [title: string, hex: string, frame: ReturnType<typeof parseZstdFrame>][] = [
    ['asks for more of a short head', '28b52f', { kind: 'incomplete', need: 5 }],
    ['asks for the window', '28b52ffd00', { kind: 'incomplete', need: 6 }],
    ['asks for dictionary and size', '28b52ffdc3', { kind: 'incomplete', need: 18 }],
    ['reads a window of 1 KiB', '28b52ffd0000', { kind: 'frame', window: 1024, dictionary: false }],
    ['reads a mantissa', '28b52ffd0007', { kind: 'frame', window: 1920, dictionary: false }],
    ['reads a window of 128 MiB', '28b52ffd0088', { kind: 'frame', window: 2 ** 27, dictionary: false }],
    ['reads the largest window', '28b52ffd00ff', { kind: 'frame', window: 2 ** 41 + 7 * 2 ** 38, dictionary: false }],
    ['takes a single segment for its window', '28b52ffd2040', { kind: 'frame', window: 0x40, dictionary: false }],
    ['adds 256 to a size of two bytes', '28b52ffd600100', { kind: 'frame', window: 257, dictionary: false }],
    ['reads a size of four bytes', '28b52ffda000000080', { kind: 'frame', window: 2 ** 31, dictionary: false }],
    [
      'reads a size of eight bytes',
      '28b52ffde00000000001000000',
      { kind: 'frame', window: 2 ** 32, dictionary: false },
    ],
    ['sees a dictionary', '28b52ffd010005', { kind: 'frame', window: 1024, dictionary: true }],
    ['takes dictionary 0 for none', '28b52ffd010000', { kind: 'frame', window: 1024, dictionary: false }],
    ['knows skippable frames', '5a2a4d1800', { kind: 'skippable' }],
    ['knows nothing else', '1f8b080000', { kind: 'unknown' }],
  ];
  for (const [title, hex, frame] of cases) {
    it(title, () => expect(parseZstdFrame(Buffer.from(hex, 'hex'))).to.deep.equal(frame));
  }
});
