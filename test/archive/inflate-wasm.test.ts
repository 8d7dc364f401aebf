import { constants, inflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { WasmInflater } from '../../src/archive/inflate-wasm.js';
import { BitWriter, completeCode, dynamicHead, type DynamicCodes } from '../support/deflate-blocks.js';
import { randomFrom } from '../support/random.js';

/** What came of a stream, or of the part of it that there is. */
type Outcome = { readonly plain: Buffer; readonly done?: boolean } | 'wrong';

function open(): WasmInflater {
  const inflater = WasmInflater.open();
  if (!inflater) throw new Error('no WebAssembly here');
  return inflater;
}

function inflate(inflater: WasmInflater, bytes: Uint8Array, size: () => number): Outcome {
  const parts: Buffer[] = [];
  inflater.reset();
  let handed = inflater.isFull ? 0 : inflater.filled;
  for (let at = 0; at < bytes.length;) {
    inflater.feed(bytes.subarray(at, at + size()));
    for (;;) {
      if (inflater.isFull) handed = 0;
      const answer = inflater.run();
      parts.push(Buffer.from(inflater.plain(handed, inflater.filled)));
      handed = inflater.filled;
      if (typeof answer === 'object') return 'wrong';
      if (answer === 'done') return { plain: Buffer.concat(parts), done: true };
      if (answer === 'need-input') break;
    }
    at += inflater.taken;
  }
  return { plain: Buffer.concat(parts) };
}

/** zlib's answer; of a cut stream it gives what can be had. */
function oracle(bytes: Uint8Array): Outcome {
  try {
    return { plain: inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) };
  } catch (error) {
    expect(error).to.have.property('code', 'Z_DATA_ERROR');
    return 'wrong';
  }
}

function expectAgreement(inflater: WasmInflater, bytes: Uint8Array, size: () => number, what: string): Outcome {
  const expected = oracle(bytes);
  const found = inflate(inflater, bytes, size);
  const agree = expected === 'wrong' || found === 'wrong' ? expected === found : expected.plain.equals(found.plain);
  expect(agree, `${what}: ${Buffer.from(bytes.subarray(0, 400)).toString('hex')}`).to.equal(true);
  return found;
}

describe('WasmInflater', () => {
  const text = Buffer.from('to be or not to be, that is the question');
  const fixed = (): BitWriter => new BitWriter().number(0b011, 3);
  const literal = (bits: BitWriter, byte: number): BitWriter => bits.code(0x30 + byte, 8);
  /** 257 lengths of which only some are not 0. */
  const only = (symbols: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: 257 }, (_, symbol) => symbols[symbol] ?? 0);
  const dynamic = (codes: Partial<DynamicCodes>, bits = new BitWriter()): BitWriter =>
    dynamicHead(bits, { literals: only({ 65: 1, 256: 1 }), distances: [0], ...codes });
  const lengthsOf = (symbols: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: 19 }, (_, symbol) => symbols[symbol] ?? 0);

  const cases: readonly [title: string, bytes: Uint8Array, expected: Buffer | string][] = [
    ['reads a stored block', new BitWriter().stored(text, true).bytes(), text],
    ['reads empty stored blocks', new BitWriter().stored(text).stored(text.subarray(0, 0), true).bytes(), text],
    ['reads a fixed block', literal(fixed(), 65).code(0, 7).bytes(), Buffer.from('A')],
    ['reads two codes of one bit', dynamic({}).code(0, 1).code(0, 1).code(1, 1).bytes(), Buffer.from('AA')],
    [
      'reads a lone code of one bit for the end',
      dynamic({ literals: only({ 256: 1 }) })
        .code(0, 1)
        .bytes(),
      Buffer.alloc(0),
    ],
    [
      'takes a length of 258 written as 227 and 31 more',
      literal(fixed(), 65).code(0b11000100, 8).number(31, 5).code(0, 5).code(0, 7).bytes(),
      Buffer.alloc(259, 'A'),
    ],
    ['rejects the fourth type of block', new BitWriter().number(0b111, 3).bytes(), 'block type 3'],
    [
      'rejects a stored length that is not what its complement says',
      Buffer.from([1, 5, 0, 0xfa, 0xfe, 0, 0, 0, 0, 0]),
      'the length of a stored block and its complement differ',
    ],
    [
      'rejects 287 literals and lengths',
      dynamic({ literals: [...only({ 65: 1, 256: 1 }), ...new Array<number>(30).fill(0)] }).bytes(),
      'more than 286 literals and lengths, or 30 distances',
    ],
    [
      'rejects 31 distances',
      dynamic({ distances: new Array<number>(31).fill(0) }).bytes(),
      'more than 286 literals and lengths, or 30 distances',
    ],
    ...(
      [
        ['over-subscribed', lengthsOf({ 0: 1, 1: 1, 2: 1 })],
        ['incomplete', lengthsOf({ 0: 1, 1: 2 })],
        ['of one code', lengthsOf({ 1: 1 })],
      ] as const
    ).map(([how, lengths]): (typeof cases)[number] => [
      `rejects a code of code lengths that is ${how}`,
      dynamic({ lengths }).bytes(),
      'the code of code lengths is over-subscribed or incomplete',
    ]),
    [
      'takes a code of code lengths without any code for zeros, so that the block cannot end',
      Buffer.concat([dynamic({ lengths: lengthsOf({}) }).bytes(), Buffer.alloc(64)]),
      'a block that cannot end',
    ],
    [
      'rejects a repetition of nothing',
      dynamicHead(new BitWriter(), { literals: only({ 256: 1 }), distances: [0] }, [[16, 0]]).bytes(),
      'a repeated code length without one before it, or more of them than codes',
    ],
    [
      'rejects more repetitions than codes',
      dynamicHead(new BitWriter(), { literals: only({}), distances: [0] }, [
        [18, 127],
        [18, 127],
      ]).bytes(),
      'a repeated code length without one before it, or more of them than codes',
    ],
    [
      'rejects a block without an end',
      dynamic({ literals: only({ 65: 1, 66: 1 }) }).bytes(),
      'a block that cannot end',
    ],
    ...(
      [
        ['over-subscribed', only({ 65: 1, 66: 1, 256: 1 })],
        ['incomplete', only({ 65: 1, 256: 2 })],
        ['a lone code of two bits', only({ 256: 2 })],
      ] as const
    ).map(([how, literals]): (typeof cases)[number] => [
      `rejects literals and lengths whose code is ${how}`,
      dynamic({ literals }).bytes(),
      'the code of literals and lengths is over-subscribed or incomplete',
    ]),
    ...(
      [
        ['over-subscribed', [1, 1, 1]],
        ['incomplete', [2, 2, 2]],
        ['a lone code of two bits', [2]],
      ] as const
    ).map(([how, distances]): (typeof cases)[number] => [
      `rejects distances whose code is ${how}`,
      dynamic({ distances }).bytes(),
      'the code of distances is over-subscribed or incomplete',
    ]),
    [
      'rejects the other bit of a lone code',
      dynamic({ literals: only({ 256: 1 }) })
        .code(1, 1)
        .bytes(),
      'a literal or length code that stands for nothing',
    ],
    ...[286, 287].map((symbol): (typeof cases)[number] => [
      `rejects length ${symbol} of a fixed block`,
      fixed()
        .code(0b11000000 + symbol - 280, 8)
        .bytes(),
      'a literal or length code that stands for nothing',
    ]),
    ...[30, 31].map((symbol): (typeof cases)[number] => [
      `rejects distance ${symbol} of a fixed block`,
      literal(fixed(), 65).code(1, 7).code(symbol, 5).bytes(),
      'a distance code that stands for nothing',
    ]),
    [
      'rejects a distance before the beginning',
      literal(fixed(), 65).code(1, 7).code(1, 5).bytes(),
      'a distance that reaches back before the beginning',
    ],
  ];
  for (const [title, bytes, expected] of cases) {
    it(`${title}, as zlib does`, () => {
      // With zeros behind it the fast loop reads it, alone the careful one.
      for (const whole of [bytes, Buffer.concat([bytes, Buffer.alloc(64)])]) {
        const inflater = open();
        const found = expectAgreement(inflater, whole, () => whole.length, title);
        if (typeof expected !== 'string') expect(found).to.deep.equal({ plain: expected, done: true });
        else {
          const fresh = open();
          fresh.feed(whole);
          expect(fresh.run()).to.deep.equal({ wrong: expected });
        }
        expectAgreement(inflater, whole, () => 1, `${title}, byte by byte`);
      }
    });
  }

  it('agrees with zlib on blocks of random codes, sound and unsound, with random bits for symbols', function () {
    this.timeout(120_000);
    const random = randomFrom(20_261);
    const inflater = open();
    const noise = Buffer.from(Array.from({ length: 65_535 }, () => random(256)));
    const counts = { wrong: 0, done: 0, cut: 0, expanded: 0 };
    for (let round = 0; round < 6000; round++) {
      const bits = new BitWriter();
      // What matches can reach back to, at times across the end of the window of 256 KiB.
      const before = [0, 1, 300, 33_000, 65_535][random(5)] ?? 0;
      const copies = before === 65_535 && round % 8 === 0 ? 4 : 1;
      for (let i = 0; i < copies; i++) bits.stored(noise.subarray(0, before));
      const literals = completeCode(286, 2 + random(random(2) === 0 ? 285 : 20), random);
      const distances = completeCode(30, 1 + random(30), random);
      if (!distances.some((length) => length > 0)) distances[random(30)] = random(3);
      const damaged = [literals, distances][random(8)];
      if (damaged) damaged[random(damaged.length)] = random(16);
      dynamicHead(bits, { literals, distances });
      for (let i = random([3, 400][random(2)] ?? 3); i >= 0; i--) bits.number(random(2 ** 32), 32);
      const bytes = bits.bytes();
      const size = random(3) === 0 && bytes.length < 5000 ? () => 1 : () => 1 + random(random(2) === 0 ? 40 : 100_000);
      const found = expectAgreement(inflater, bytes, size, `round ${round}`);
      if (found === 'wrong') counts.wrong++;
      else if (found.done) counts.done++;
      else counts.cut++;
      if (found !== 'wrong' && found.plain.length > bytes.length + 258) counts.expanded++;
    }
    // Each way to end is met often.
    for (const [name, count] of Object.entries(counts)) expect(count, name).to.be.greaterThan(50);
  });

  it('reaches back 32768 bytes across the end of its window, and not into the stream before', () => {
    const inflater = open();
    const start = Buffer.from(Array.from({ length: 32_768 }, (_, i) => (i * 31 + (i >> 8)) & 255));
    const bits = new BitWriter().stored(start).number(0b011, 3);
    // 258 bytes from 32768 back, until the window has been filled thrice.
    for (let i = 0; i < 3300; i++) bits.code(0b11000101, 8).code(29, 5).number(8191, 13);
    const bytes = bits.code(0, 7).bytes();
    const found = expectAgreement(inflater, bytes, () => 50_000, 'far matches');
    expect(found).to.have.property('done', true);
    expect(inflate(inflater, fixed().code(1, 7).code(0, 5).bytes(), () => 100)).to.equal('wrong');
  });
});
