import { expect } from 'chai';
import { secrets } from '../../src/checks/secrets.js';
import { buildFrom } from '../examination/rig.js';
import type { TarInput } from '../support/build-tar.js';
import { plantedTokens } from '../support/planted-secrets.js';
import { answer, examinationOf } from './rig.js';

const [token = { kind: '', secret: '' }] = plantedTokens();
const body = `T=${token.secret}\n`;

const ask = async (layers: readonly (readonly TarInput[])[], baseLayers = 0): Promise<string[]> =>
  answer(secrets, await examinationOf({ layers, baseLayers }));

describe('checks/secrets', () => {
  it('passes an image without any', async () => {
    expect(await ask([[{ path: 'a', body: 'nothing' }]])).to.deep.equal(['pass: no secret was found']);
  });

  it('fails for a file, with path, kind, line and layer', async () => {
    expect(await ask([[], [{ path: 'app/a', body: `\n${body}` }]])).to.deep.equal([
      'fail: /app/a: GitHub token at line 2; in layer 2 (RUN step 2)',
    ]);
    const [finding] = secrets.evaluate(await examinationOf({ layers: [[], [{ path: 'app/a', body: `\n${body}` }]] }));
    expect(finding.evidence[0]).to.deep.include({ type: 'file', path: '/app/a', line: 2, instruction: 'RUN step 2' });
    expect(JSON.stringify(finding)).to.not.include(token.secret);
  });

  it('fails for what a higher layer deleted or replaced: it still ships', async () => {
    const below = [{ path: 'app/a', body }];
    expect(await ask([below, [{ path: 'app/.wh.a', body: '' }]])).to.deep.equal([
      'fail: /app/a: GitHub token at line 1; deleted in layer 2, still in layer 1 (RUN step 1)',
    ]);
    expect(await ask([below, [], [{ path: 'app/a', body: 'clean' }]])).to.deep.equal([
      'fail: /app/a: GitHub token at line 1; replaced in layer 3, still in layer 1 (RUN step 1)',
    ]);
  });

  it('says which are the base’s', async () => {
    expect(await ask([[{ path: 'a', body }]], 1)).to.deep.equal([
      'fail: /a: GitHub token at line 1; in layer 1 (RUN step 1) of the base',
    ]);
  });

  it('tells three secrets of a file and counts the others, twenty files and counts the others', async () => {
    const many = Array.from({ length: 230 }, (_, i) => ({ path: `a/${i}`, body: i === 0 ? body.repeat(25) : body }));
    const answers = await ask([many]);
    expect(answers).to.have.length(21);
    expect(answers[0]).to.equal(
      'fail: /a/0: GitHub token at line 1, GitHub token at line 2, GitHub token at line 3 and 22 more; in layer 1 (RUN step 1)',
    );
    expect(answers[20]).to.equal('fail: 210 more files with secrets, 30 of them only counted');
  });

  it('leaves aside what documentation and tests of packages have, and says how many', async () => {
    expect(await ask([[{ path: 'usr/share/doc/a/key', body }]])).to.deep.equal([
      'pass: no secret was found (1 file with keys in documentation and tests of packages left aside)',
    ]);
  });

  it('judges the config also where no layer was read', async () => {
    const built = buildFrom([[]], { config: { config: { Env: ['DB_PASSWORD=hunter22'] } } });
    expect(answer(secrets, await examinationOf({ built, read: false }))).to.deep.equal([
      'fail: environment variable DB_PASSWORD of the image’s config: value of a variable named like a secret',
    ]);
    expect(answer(secrets, await examinationOf({ read: false }))).to.deep.equal([
      'unknown idle: the layers were not read',
    ]);
  });

  it('masks the instruction of a layer wherever it is shown', async () => {
    const history = [{ created_by: `RUN |1 NPM_TOKEN=${token.secret} /bin/sh -c npm ci` }];
    const examination = await examinationOf({ built: buildFrom([[{ path: 'a', body }]], { history }) });
    expect(answer(secrets, examination)).to.deep.equal([
      'fail: line 1 of the history of the image’s config: GitHub token',
      'fail: /a: GitHub token at line 1; in layer 1 (RUN |1 NPM_TOKEN=*** /bin/sh -c npm ci)',
    ]);
    expect(examination.image.layers[0]?.instruction).to.equal('RUN |1 NPM_TOKEN=*** /bin/sh -c npm ci');
  });
});
