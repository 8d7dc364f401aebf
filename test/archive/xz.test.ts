import { expect } from 'chai';
import fc from 'fast-check';
import { XzDecoder } from '../../src/archive/xz.js';
import { decodeBy, filterBy, outcomeOf } from '../support/decoding.js';

/** Made by `printf 'hello ' | xz OPTIONS | base64` with xz 5.4.1. */
const made = {
  hello: base64('/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAFaGVsbG8gAAAACrCvBLoF7xgAAR4GwS+kHR+2830BAAAAAARZWg=='),
  empty: base64('/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo='),
  checkNone: base64('/Td6WFoAAAD/EtlBAgAhARYAAAB0L+WjAQAFaGVsbG8gAAAAAAEWBsmlfdUGcp56AQAAAAAAWVo='),
  checkSha256: base64(
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAFaGVsbG8gAAAAXjI1qDRuWkWF+MWFYvUFK4/iajuxIuHpbHZ4SWTfxGEAATYGa4H5QBibS5oBAAAAAApZWg==',
  ),
  dictionary128MiB: base64('/Td6WFoAAATm1rRGAgAhAR4AAACbB1FmAQAFaGVsbG8gAAAACrCvBLoF7xgAAR4GwS+kHR+2830BAAAAAARZWg=='),
};

function base64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

const decode = (bytes: Uint8Array, size?: number): Promise<Buffer> =>
  decodeBy((sink) => XzDecoder.open(sink, 'layer'), bytes, size);
const outcome = (bytes: Uint8Array, size?: number): Promise<string> =>
  outcomeOf(decode(bytes, size), 'hostile', 'unsupported');
const xz = (args: readonly string[], input: Uint8Array): Buffer | undefined => filterBy('xz', ['-c', ...args], input);

describe('XzDecoder', () => {
  const { hello, empty } = made;
  const corrupt = 'layer: corrupt xz data';
  const truncated = 'layer: truncated xz data';
  const cases: readonly [title: string, bytes: readonly Uint8Array[], expected: string][] = [
    ['reads one stream', [hello], 'hello '],
    ['reads all streams', [hello, hello, empty, hello], 'hello hello hello '],
    ['reads an empty stream', [empty], ''],
    ['takes zeros in fours for padding', [hello, new Uint8Array(4), hello, new Uint8Array(8)], 'hello hello '],
    ['reads data without a check', [made.checkNone], 'hello '],
    ['refuses nothing at all', [], 'layer: truncated xz data: it is empty'],
    ['refuses a cut header', [hello.subarray(0, 5)], truncated],
    ['refuses a cut block', [hello.subarray(0, 30)], truncated],
    ['refuses a cut footer', [hello.subarray(0, -1)], truncated],
    ['refuses a cut second stream', [hello, hello.subarray(0, 30)], truncated],
    ['refuses padding that is not in fours', [hello, new Uint8Array(3)], corrupt],
    ['refuses data after the end', [hello, Buffer.from('garbage that follows')], corrupt],
    ['refuses what is no xz data', [Buffer.from('hello world, hello')], corrupt],
    ['refuses a wrong checksum', [hello.subarray(0, 36), Uint8Array.of(1, 2), hello.subarray(38)], corrupt],
    ['refuses a dictionary of 128 MiB', [made.dictionary128MiB], 'layer: xz data that needs a dictionary above 64 MiB'],
  ];
  for (const [title, bytes, expected] of cases) {
    it(`${title}, however it is cut into pieces`, async () => {
      const whole = Buffer.concat(bytes);
      for (const size of [1, 2, 7, 64, 100_000]) expect(await outcome(whole, size), `${size}`).to.equal(expected);
    });
  }

  it('says that it does not know a check, which is no fault of the data', async () => {
    const error = await decode(made.checkSha256).catch((thrown: unknown) => thrown);
    expect(error).to.include({
      kind: 'unsupported',
      message: 'layer: xz data with a filter or check that is not known',
    });
  });

  it('reads what the xz tool writes, in many blocks and streams', async function () {
    const plain = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join(''));
    const packed = [['-0'], ['-6'], ['--block-size=50000'], ['-T2', '--check=crc32']].map((options) =>
      xz(options, plain),
    );
    if (packed.some((bytes) => !bytes)) this.skip();
    for (const size of [999, 10_000_000]) {
      const found = await decode(Buffer.concat(packed as Buffer[]), size);
      expect(found.equals(Buffer.concat(packed.map(() => plain)))).to.equal(true);
    }
  });

  it('refuses damage, or decodes, but never hangs', async function () {
    this.timeout(60_000);
    const whole = Buffer.concat([hello, new Uint8Array(4), hello]);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 80 }),
        async (changes, size) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          expect(await outcome(bytes, size)).to.equal(await outcome(bytes, bytes.length));
        },
      ),
      { seed: 8, numRuns: 100 },
    );
  });

  it('does not wait for another decoder that waits for its source', async () => {
    const found: string[] = [];
    const slow = await XzDecoder.open((plain) => found.push(Buffer.from(plain).toString()), 'slow');
    slow.write(hello.subarray(0, 20));
    expect(await outcome(hello)).to.equal('hello ');
    slow.write(hello.subarray(20));
    slow.end();
    slow.close();
    expect(found.join('')).to.equal('hello ');
  });
});
