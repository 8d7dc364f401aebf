import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { withClient } from '../registry/rig.js';
import { failureOf } from '../source/failure.js';
import { answerOf, type Answer } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';

const digest = digestOf(Buffer.from('a manifest'));
const mebibyte = 1024 ** 2;

describe('a registry that keeps signatures without end', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
    registry.on(/GET \/v2\/$/, (answer) => ({ ...answer, headers: { 'x-registry-supports-signatures': '1' } }));
  });
  afterEach(() => registry.close());

  const entry = (bytes: number): string =>
    JSON.stringify({ schemaVersion: 2, type: 'atomic', content: Buffer.alloc(bytes).toString('base64') });
  const list = (...entries: string[]): Answer => answerOf(200, {}, `{"signatures":[${entries.join(',')}]}`);

  const answers: readonly [string, () => Answer, RegExp][] = [
    ['an endless answer', () => ({ ...list(entry(mebibyte)), endless: true }), /exceeds its limit of \d+ bytes/],
    ['one of more than 4 MiB', () => list(entry(4 * mebibyte + 3)), /a signature exceeds its limit of 4194304 bytes/],
    [
      'more than 16 MiB of them',
      () => list(...Array.from({ length: 16 }, () => entry(mebibyte)), entry(1)),
      /together exceed their limit of 16777216 bytes/,
    ],
    [
      'a million of them',
      () => list(Array.from({ length: 7_000_000 }, () => '{}').join(',')),
      /the signatures have more than 100000 values/,
    ],
  ];
  for (const [what, answer, message] of answers) {
    it(`is refused: ${what}`, async () => {
      registry.on(/extensions/, answer);
      const error = await withClient(registry, {}, (client) =>
        failureOf('hostile', () => client.signatures(registry.host, 'team/app', digest)),
      );
      expect(error.message).to.match(message);
    });
  }
});
