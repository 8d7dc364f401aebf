import { expect } from 'chai';
import { localAnswers } from '../../src/source/local-transport.js';
import { failureOf } from './failure.js';

describe('source/local-transport', () => {
  it('has no tags, no signatures of its own, no place in a registry and nothing to note', async () => {
    const answers = localAnswers({ transport: 'docker-archive', path: 'saved.tar' });
    const error = await failureOf('missing', () => answers.tagged('v2'));
    expect(error).to.include({ message: 'docker-archive: has no other tags; v2 was asked for', subject: 'saved.tar' });
    expect(await answers.storedSignatures(`sha256:${'0'.repeat(64)}`)).to.equal(undefined);
    expect([answers.location(), answers.notes()]).to.deep.equal([undefined, []]);
  });
});
