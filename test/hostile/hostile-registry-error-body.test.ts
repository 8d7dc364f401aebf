import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import type { FakeRegistry } from '../support/fake-registry.js';
import { examineHostile, expectOneLine, expectRefused, growthDuring, runHostile } from '../support/hostile.js';

describe('an error that the registry words', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a' }])] });
  const esc = '\u001b[2J\u001b]0;owned\u0007\n\u202e';
  const refuse =
    (status: number, body: string | Uint8Array, endless = false) =>
    (registry: FakeRegistry) =>
      registry.on(/ \/v2\//, (answer) => ({ ...answer, status, headers: {}, body: Buffer.from(body), endless }));
  const worded = JSON.stringify({ errors: [{ code: `DENIED${esc}`, message: `${esc}${'x'.repeat(10_000)}` }] });

  for (const [status, kind] of [
    [404, 'missing'],
    [403, 'auth'],
    [401, 'auth'],
    [500, 'network'],
    [429, 'network'],
    [418, 'unsupported'],
  ] as const) {
    it(`is cut and escaped: ${status}`, async () => {
      const judged = await examineHostile(image, { bend: refuse(status, worded) });
      expectRefused(judged, kind, 'DENIED');
      expect(judged.error?.message.length).to.be.lessThan(1000);
    });
  }

  it('is not read to its end', async () => {
    const growth = await growthDuring(async () => {
      const judged = await examineHostile(image, { bend: refuse(404, Buffer.alloc(65536, 'x'), true) });
      expectRefused(judged, 'missing', 'the registry does not have the manifest');
    });
    expect(growth).to.be.lessThan(50 * 1024 ** 2);
  });

  for (const body of [
    '[]',
    'null',
    '{"errors":[]}',
    '{"errors":[null]}',
    '{"errors":{}}',
    '<html>',
    '\u0000',
    '{"errors":[{"code":7}]}',
    '{"errors":[{"code":"a","code":"b"}]}',
  ]) {
    it(`may be nothing of the kind: ${JSON.stringify(body)}`, async () => {
      expectRefused(
        await examineHostile(image, { bend: refuse(404, body) }),
        'missing',
        'the registry does not have the manifest',
      );
    });
  }

  it('ends the command with one line and exit code 13', async () => {
    expectOneLine(await runHostile(image, { bend: refuse(404, worded) }), 13, /^imgcheck: missing: .*DENIED\\e\[2J/);
  });

  it('ends the command with one line and exit code 12', async () => {
    expectOneLine(
      await runHostile(image, { bend: refuse(403, Buffer.alloc(10 * 1024 ** 2, 0x1b)) }),
      12,
      /^imgcheck: auth: /,
    );
  });

  it('may be a challenge that makes no sense', async () => {
    for (const challenge of [
      'Bearer',
      'Bearer realm="javascript:alert(1)"',
      'Bearer realm="http://127.0.0.1:1/token"',
      `Basic ${'a="b",'.repeat(5000)}`,
      'Negotiate',
    ]) {
      const judged = await examineHostile(image, {
        bend: (registry) =>
          registry.on(/ \/v2\//, (answer) => ({ ...answer, status: 401, headers: { 'www-authenticate': challenge } })),
      });
      expect(judged.error?.kind, challenge).to.be.oneOf(['auth', 'hostile', 'tls']);
    }
  });
});
