import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { askCredentialHelper } from '../../src/registry/credential-helper.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';

describe('registry/credential-helper', () => {
  const ask = (script: string, timeout?: number): Promise<unknown> =>
    inTemporaryDirectory(async (dir) => {
      const path = join(dir, 'docker-credential-test');
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      const env = { PATH: `${dir}:/usr/bin:/bin`, GREETING: 'hello' };
      return askCredentialHelper('test', 'r.test', '/test/auth.json', env, timeout);
    });

  it('gives the host on standard input, get as the only argument, and the environment', async () => {
    const script = 'read -r host; printf \'{"Username":"%s","Secret":"%s"}\' "$host/$*/$#" "$GREETING"';
    expect(await ask(script)).to.include({ username: 'r.test/get/1', password: 'hello' });
  });

  it('takes an answer of a helper that does not read', async () => {
    expect(await ask('echo \'{"Username":"u","Secret":"p"}\'')).to.include({ username: 'u' });
  });

  it('takes an empty credential for none', async () => {
    expect(await ask('echo \'{"Username":"","Secret":""}\'')).to.equal(undefined);
  });

  it('ends a helper that does not end', async () => {
    const error = await failureOf('auth', () => ask('exec sleep 60', 50));
    expect(error.message).to.match(/was still running after 0.05 seconds/);
  });
});
