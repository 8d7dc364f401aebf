import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';

describe('text made to keep a regular expression busy for ever', () => {
  const filler = '.'.repeat(500_000);
  const cases: readonly (readonly [string, object])[] = [
    ['a history comment', { history: [{ created_by: 'RUN x', comment: `FROM ${filler} ` }] }],
    ['an instruction', { history: [{ created_by: `/bin/sh -c #(nop) ${' '.repeat(500_000)}x` }] }],
    ['a label that names a base', { labels: { 'org.opencontainers.image.base.name': `${'a.'.repeat(250_000)}!/x` } }],
    [
      'an annotation that names a base',
      { annotations: { 'org.opencontainers.image.base.name': `registry.test/${'a-'.repeat(250_000)}!` } },
    ],
    ['a base name of colons', { annotations: { 'org.opencontainers.image.base.name': `${':'.repeat(500_000)}/` } }],
    ['a date', { history: [{ created_by: 'RUN x', created: `2026-01-01T${'0'.repeat(500_000)}` }] }],
    ['a command', { history: [{ created_by: `${'C'.repeat(500_000)}MD`, empty_layer: true }, { created_by: 'RUN' }] }],
  ];
  for (const [title, input] of cases) {
    it(`is read and judged: ${title}`, async () => {
      const judged = await examineHostile(imageOfTar([{ path: 'a', body: 'x' }], input));
      expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    });
  }

  it('is read and judged: lines of os-release', async () => {
    const body = [`ID=${'\\'.repeat(20_000)}`, `${'A'.repeat(20_000)}`, `ID_LIKE="${' '.repeat(20_000)}`].join('\n');
    const judged = await examineHostile(imageOfTar([{ path: 'etc/os-release', body }]));
    expect(judged.error).to.equal(undefined);
  });
});
