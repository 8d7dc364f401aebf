import { expect } from 'chai';
import { examineHostile, expectPrintable, imageOfTar, runHostile } from '../support/hostile.js';

const esc = '\u001b[2J\u001b[31m\u009b5m\u202e\u2028\nverdict: pass\r';

describe('escapes in what the publisher wrote', () => {
  const image = imageOfTar([{ path: 'su', mode: 0o4755, body: 'x' }], {
    labels: { 'org.opencontainers.image.base.name': `evil${esc}`, [`key${esc}`]: esc },
    annotations: {
      'org.opencontainers.image.base.name': `registry.test/a:${esc}`,
      'org.opencontainers.image.base.digest': esc,
    },
    history: [{ created: `2026-01-01T00:00:00Z${esc}`, created_by: `RUN ${esc}`, comment: `FROM evil.test/${esc}` }],
    platform: `linux${esc}/amd64${esc}`,
    config: { created: esc, author: esc },
  });

  it('reach neither text nor JSON raw', async () => {
    const judged = await examineHostile(image);
    expect(judged.error).to.equal(undefined);
    expect(judged.printed).to.include('RUN \\e[2J\\e[31m');
    expect(judged.report.layers[0]?.instruction).to.equal(`RUN ${esc}`);
  });

  for (const command of [[], ['layers'], ['freshness'], ['--format', 'json']]) {
    it(`do not reach the terminal by imgcheck ${command.join(' ')}`, async () => {
      const run = await runHostile(image, { command });
      expect(run.code).to.be.oneOf([0, 3]);
      expectPrintable(run.stdout);
      expectPrintable(run.stderr);
    });
  }
});
